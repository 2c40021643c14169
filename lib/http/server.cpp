#include "http/server.hpp"

#include <algorithm>
#include <list>
#include <sstream>
#include <system_error>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "async/accept_loop.hpp"
#include "async/task_group.hpp"
#include "http/server_connection.hpp"

namespace smarttrade::http {

namespace {

using asio::ip::tcp;
using async::error_code;
using phase = server_connection::phase;

constexpr std::size_t leaving_max = 64; ///< connections that were told to give way and have not gone yet
constexpr std::chrono::seconds look_again{1};

response failed_reply() {
    response reply;
    reply.status = 500;
    reply.body = R"({"error":"unknown_error","error_description":"Unknown error occurred"})";
    reply.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    return reply;
}

} // namespace

struct server::inside {
    inside(asio::any_io_executor on, async::time_source& clock, handler answer, server_bounds limits)
        : time{clock}, serve{std::move(answer)}, bounds{limits}, acceptor{on}, sessions{on} {}

    /// Whoever waits longest without a whole request gives way, the silent before those that have begun one.
    bool make_room() {
        if (connections.size() < bounds.connections_max) return true;
        for (const auto waits : {phase::idle, phase::arriving}) {
            const auto found = std::ranges::find(connections, waits, &server_connection::now);
            if (found == connections.end()) continue;
            found->hang_up(delivery::close);
            return true;
        }
        return false;
    }

    asio::awaitable<void> session(tcp::socket socket) {
        if (!make_room()) co_return;
        struct place {
            std::list<server_connection>& all;
            std::list<server_connection>::iterator mine;
            ~place() { all.erase(mine); }
        } const here{connections, connections.emplace(connections.end(), std::move(socket), time, bounds)};
        auto& peer = *here.mine;
        for (bool usable = true; usable;) {
            connections.splice(connections.end(), connections, here.mine); // in the order in which they began to wait
            auto came = co_await peer.read();
            if (auto* wrong = std::get_if<server_connection::refusal>(&came)) co_await peer.refuse(std::move(*wrong));
            auto* what = std::get_if<request>(&came);
            if (!what) co_return;
            auto reply = co_await reply_to(std::move(*what));
            usable = co_await peer.answer(std::move(reply));
        }
    }

    asio::awaitable<response> reply_to(request what) {
        try {
            co_return co_await serve(std::move(what));
        } catch (const boost::system::system_error&) {
            throw; // this connection was told to stop
        } catch (const std::exception&) {
            // One request that cannot be answered is no reason to leave all others alone.
        }
        co_return failed_reply();
    }

    /// Closes what takes too long. Without a timer of its own for each wait a request costs less.
    asio::awaitable<void> watch() {
        for (;;) {
            const auto stopped = co_await time.sleep_until(time.now() + look_again);
            if (stopped) co_return;
            for (auto& each : connections) {
                if (!each.is_late() || each.now() == phase::leaving) continue;
                // Reset: what the kernel still holds for a peer that does not read would keep the connection.
                each.hang_up(each.now() == phase::answering ? delivery::reset : delivery::close);
            }
        }
    }

    async::time_source& time;
    handler serve;
    server_bounds bounds;
    tcp::acceptor acceptor;
    std::list<server_connection> connections;
    async::task_group sessions;
};

server::server(asio::any_io_executor ex, async::time_source& time, handler serve, server_bounds bounds)
    : inside_{std::make_unique<inside>(std::move(ex), time, std::move(serve), bounds)} {}

server::~server() = default;

std::uint16_t server::listen(const std::string& address, std::uint16_t port) {
    const tcp::endpoint where{asio::ip::make_address(address), port};
    auto& acceptor = inside_->acceptor;
    error_code failed;
    acceptor.open(where.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed) acceptor.bind(where, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) {
        std::ostringstream doing;
        doing << "listen on " << where;
        throw std::system_error{failed, doing.str()};
    }
    return acceptor.local_endpoint().port();
}

asio::awaitable<void> server::run() {
    auto& in = *inside_;
    auto body = [&in](tcp::socket peer) { return in.session(std::move(peer)); };
    auto watching = [&in] { return in.watch(); };
    in.sessions.spawn(watching);
    const auto open_max = in.bounds.connections_max + leaving_max;
    co_await async::serve_connections(in.acceptor, in.time, open_max, in.sessions, body);
    in.acceptor.close();
}

} // namespace smarttrade::http
