#include "service/control_socket.hpp"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <system_error>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "async/accept_loop.hpp"
#include "async/task_group.hpp"
#include "async/with_deadline.hpp"
#include "service/control_protocol.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::service {

namespace {

using stream = asio::local::stream_protocol;
using async::error_code;
using async::nothrow;
using moved = boost::system::result<std::size_t>; ///< bytes

constexpr std::size_t answer_max = 128U << 20U;
constexpr std::size_t leaving_max = 32; ///< peers that were told to give way and have not gone yet
constexpr std::size_t path_max = sizeof(sockaddr_un::sun_path) - 1;

/// One line into `text`, its line feed included; the size with it.
asio::awaitable<moved> receive_line(stream::socket& from, std::string& text, std::size_t most) {
    auto buffer = asio::dynamic_buffer(text, most);
    const auto [failed, size] = co_await asio::async_read_until(from, buffer, '\n', nothrow);
    if (failed) co_return failed;
    co_return size;
}

asio::awaitable<moved> send_line(stream::socket& to, const std::string& text) {
    const auto [failed, size] = co_await asio::async_write(to, asio::buffer(text), nothrow);
    if (failed) co_return failed;
    co_return size;
}

asio::awaitable<boost::system::result<std::string>> exchange_line(stream::socket& peer, const std::string& path,
                                                                  const std::string& line) {
    const stream::endpoint where{path};
    const auto [refused] = co_await peer.async_connect(where, nothrow);
    if (refused) co_return refused;
    co_await send_line(peer, line); // one that does not take it all may have said why
    std::string answer;
    const auto came = co_await receive_line(peer, answer, answer_max);
    if (!came) co_return error_code{asio::error::timed_out};
    answer.resize(*came - 1);
    co_return answer;
}

std::string refusal(std::string why) {
    control_answer answer;
    answer.verdict = control_verdict::refused;
    answer.why = std::move(why);
    return encode(answer);
}

daemon_reply::kind kind_of_trouble(const error_code& what) {
    if (what == boost::system::errc::permission_denied) return daemon_reply::kind::forbidden;
    const bool nobody = what == boost::system::errc::no_such_file_or_directory
                        || what == boost::system::errc::not_a_directory
                        || what == boost::system::errc::connection_refused;
    return nobody ? daemon_reply::kind::nobody : daemon_reply::kind::silent;
}

} // namespace

struct control_socket::inside {
    inside(asio::any_io_executor ex, std::string where, peer_judge who, control_handler answer,
           async::time_source& clock, control_bounds limits)
        : path{std::move(where)}, judge{std::move(who)}, handler{std::move(answer)}, time{clock}, bounds{limits},
          acceptor{ex}, sessions{ex} {}

    enum class phase { waiting, at_work, answering, leaving };
    struct guest {
        guest(stream::socket from, peer told) : socket{std::move(from)}, who{std::move(told)} {}
        stream::socket socket;
        peer who;
        phase now = phase::waiting;
    };
    using guest_list = std::list<guest>; ///< in the order in which they began to wait

    guest* first_of(bool (*gives_way)(const guest&)) {
        const auto found = std::ranges::find_if(guests, gives_way);
        return found == guests.end() ? nullptr : &*found;
    }

    /// A peer that may only look never takes the place of one that may command.
    guest* victim_for(const peer& newcomer) {
        auto* found = first_of([](const guest& each) {
            return !each.who.may_write && (each.now == phase::waiting || each.now == phase::answering);
        });
        if (!found && newcomer.may_write)
            found = first_of([](const guest& each) { return each.now == phase::waiting; });
        return found;
    }

    bool has_place_for(const peer& newcomer) const {
        const auto counts = [](const guest& each) { return each.now != phase::leaving; };
        const auto reads = [&](const guest& each) { return counts(each) && !each.who.may_write; };
        const auto readers = static_cast<std::size_t>(std::ranges::count_if(guests, reads));
        if (!newcomer.may_write && readers >= bounds.readers_max) return false;
        return static_cast<std::size_t>(std::ranges::count_if(guests, counts)) < bounds.peers_max;
    }

    bool make_room(const peer& newcomer) {
        if (has_place_for(newcomer)) return true;
        auto* victim = victim_for(newcomer);
        if (!victim) return false;
        victim->now = phase::leaving;
        victim->socket.close();
        return true;
    }

    asio::awaitable<void> session(stream::socket socket) {
        auto who = peer_of(socket.native_handle());
        if (!who) co_return;
        judge(*who);
        if (!make_room(*who)) co_return;
        struct place {
            guest_list& all;
            guest_list::iterator mine;
            ~place() { all.erase(mine); }
        } const here{guests, guests.emplace(guests.end(), std::move(socket), std::move(*who))};
        std::string unread;
        for (bool usable = true; usable;) {
            guests.splice(guests.end(), guests, here.mine);
            usable = co_await serve_line(*here.mine, unread);
        }
    }

    /// One request and its answer. False: this peer is of no more use.
    asio::awaitable<bool> serve_line(guest& from, std::string& unread) {
        from.now = phase::waiting;
        const auto most = from.who.may_write ? bounds.operator_line_max : bounds.line_max;
        auto receiving = receive_line(from.socket, unread, most);
        const auto came = co_await async::with_deadline(time, time.now() + bounds.line_wait_max, std::move(receiving));
        const bool too_long = !came && came.error() == asio::error::not_found;
        if (!came && !too_long) co_return false;
        std::string line;
        if (came) {
            line = unread.substr(0, *came - 1);
            unread.erase(0, *came);
        } else {
            line = refusal(fmt::format("a line of more than {} bytes{}", most,
                                       from.who.why_not.empty() ? "" : ": " + from.who.why_not));
        }
        if (from.now == phase::leaving) co_return false;
        if (came) {
            from.now = phase::at_work;
            auto said = co_await answer_to(std::move(line), from.who);
            line = std::move(said);
        }
        line += '\n';
        from.now = phase::answering;
        auto sending = send_line(from.socket, line);
        const auto sent = co_await async::with_deadline(time, time.now() + bounds.answer_wait_max, std::move(sending));
        co_return sent.has_value() && came.has_value() && from.now != phase::leaving;
    }

    asio::awaitable<std::string> answer_to(std::string line, peer who) {
        try {
            co_return co_await handler(std::move(line), std::move(who));
        } catch (const boost::system::system_error&) {
            throw; // this session was told to stop
        } catch (const std::exception&) {
            // One request that cannot be answered is no reason to leave all others alone.
        }
        co_return refusal("the daemon could not answer this; its log says more: journalctl -u smarttraded");
    }

    std::string path;
    peer_judge judge;
    control_handler handler;
    async::time_source& time;
    control_bounds bounds;
    stream::acceptor acceptor;
    guest_list guests;
    async::task_group sessions;
};

control_socket::control_socket(asio::any_io_executor ex, std::string path, peer_judge judge, control_handler handler,
                               async::time_source& time, control_bounds bounds)
    : inside_{
        std::make_unique<inside>(std::move(ex), std::move(path), std::move(judge), std::move(handler), time, bounds)} {}

control_socket::~control_socket() {
    if (inside_->acceptor.is_open()) ::unlink(inside_->path.c_str());
}

void control_socket::listen() {
    const auto& path = inside_->path;
    auto& acceptor = inside_->acceptor;
    if (path.size() > path_max)
        throw path_unusable{fmt::format("{}: a socket's path has at most {} bytes, this one {}: set admin.socket to a "
                                        "shorter one",
                                        path, path_max, path.size())};
    ::unlink(path.c_str()); // the state directory's lock says that nobody else listens
    const stream::endpoint where{path};
    error_code failed;
    acceptor.open(where.protocol(), failed);
    if (!failed) acceptor.bind(where, failed);
    if (!failed) { // before it listens, so that nobody comes in under other rights
        const auto group = find_group(std::string{reading_group});
        // A daemon outside that group may not hand the file over; its own user can still reach it.
        const bool handed_over = group != no_group && ::chown(path.c_str(), static_cast<uid_t>(-1), group) == 0;
        static_cast<void>(handed_over);
        ::chmod(path.c_str(), 0660);
        acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }
    if (failed) throw std::system_error{failed, "listen on " + path};
}

asio::awaitable<void> control_socket::run() {
    auto& in = *inside_;
    auto body = [&in](stream::socket peer) { return in.session(std::move(peer)); };
    co_await async::serve_connections(in.acceptor, in.time, in.bounds.peers_max + leaving_max, in.sessions, body);
}

daemon_reply ask_daemon(const std::string& path, std::string line, async::time_source& time,
                        std::chrono::seconds patience) {
    daemon_reply reply;
    if (path.size() > path_max) return reply; // nobody can listen there
    line += '\n';
    reply.is = daemon_reply::kind::silent;
    asio::io_context ctx{1};
    auto talk = [&]() -> asio::awaitable<void> {
        stream::socket peer{ctx};
        auto said = exchange_line(peer, path, line);
        auto ended = co_await async::with_deadline(time, time.now() + patience, std::move(said));
        reply.is = ended ? daemon_reply::kind::answered : kind_of_trouble(ended.error());
        if (ended) reply.line = std::move(*ended);
    };
    asio::co_spawn(ctx, talk, [](std::exception_ptr) {});
    ctx.run();
    return reply;
}

} // namespace smarttrade::service
