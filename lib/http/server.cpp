#include "http/server.hpp"

#include <sstream>
#include <system_error>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "async/accept_loop.hpp"
#include "async/task_group.hpp"
#include "async/with_deadline.hpp"

namespace smarttrade::http {

namespace {

namespace beast = boost::beast;
using asio::ip::tcp;
using async::error_code;
using async::nothrow;
using wire_request = beast::http::request<beast::http::string_body>;
using wire_response = beast::http::response<beast::http::string_body>;
using request_parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::size_t connections_max = 256;
constexpr std::uint64_t body_max = 4U << 20U;
constexpr std::uint32_t header_max = 64U << 10U;
constexpr std::chrono::seconds arrival_max{60};

request to_request(wire_request message) {
    request what;
    what.method = std::string{message.method_string()};
    what.target = std::string{message.target()};
    for (const auto& field : message) what.headers.emplace_back(field.name_string(), field.value());
    what.body = std::move(message.body());
    return what;
}

wire_response to_wire(response reply, bool keep_alive) {
    wire_response message;
    message.version(11);
    message.result(static_cast<unsigned>(reply.status));
    for (const auto& [name, value] : reply.headers) message.set(name, value);
    message.body() = std::move(reply.body);
    message.keep_alive(keep_alive);
    message.prepare_payload();
    return message;
}

asio::awaitable<boost::system::result<wire_request>> read_request(tcp::socket& socket, beast::flat_buffer& buffer) {
    request_parser parser;
    parser.body_limit(body_max);
    parser.header_limit(header_max);
    const auto [failed, count] = co_await beast::http::async_read(socket, buffer, parser, nothrow);
    static_cast<void>(count);
    if (failed) co_return failed;
    co_return parser.release();
}

/// Closed here and not by the destructor of the socket, which takes the linger back and so would never reset.
void hang_up(tcp::socket& socket, delivery how) {
    error_code ignored;
    if (how == delivery::reset) socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
}

} // namespace

struct server::inside {
    inside(asio::any_io_executor on, async::time_source& clock, handler answer)
        : time{clock}, serve{std::move(answer)}, acceptor{on}, sessions{on} {}

    asio::awaitable<void> session(tcp::socket socket) {
        error_code ignored;
        socket.set_option(tcp::no_delay{true}, ignored);
        beast::flat_buffer buffer;
        for (bool keep_alive = true; keep_alive;) {
            const auto deadline = time.now() + arrival_max;
            auto arrived = co_await async::with_deadline(time, deadline, read_request(socket, buffer));
            if (!arrived) co_return;
            keep_alive = arrived->keep_alive();
            auto what = to_request(std::move(*arrived));
            response reply = co_await serve(std::move(what));
            if (reply.ends != delivery::whole) {
                hang_up(socket, reply.ends);
                co_return;
            }
            auto message = to_wire(std::move(reply), keep_alive);
            const auto [failed, count] = co_await beast::http::async_write(socket, message, nothrow);
            static_cast<void>(count);
            if (failed) co_return;
        }
    }

    async::time_source& time;
    handler serve;
    tcp::acceptor acceptor;
    async::task_group sessions;
};

server::server(asio::any_io_executor ex, async::time_source& time, handler serve)
    : inside_{std::make_unique<inside>(std::move(ex), time, std::move(serve))} {}

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
    co_await async::serve_connections(in.acceptor, in.time, connections_max, in.sessions, body);
    in.acceptor.close();
}

} // namespace smarttrade::http
