#include "http/server_connection.hpp"

#include <array>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

namespace smarttrade::http {

namespace {

namespace beast = boost::beast;
using async::error_code;
using async::nothrow;
using request_parser = beast::http::request_parser<beast::http::string_body>;
using tcp = asio::ip::tcp;

constexpr std::size_t slice = 4U << 10U;       ///< of a header: most requests are smaller
constexpr std::size_t body_slice = 64U << 10U; ///< of a body that is on its way
constexpr std::size_t kept_max = 8U << 10U;    ///< that a waiting connection may hold
constexpr std::chrono::seconds farewell_max{5}, trickle_pause{1};
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

server_connection::refusal refusal_of(error_code wrong) {
    namespace http = beast::http;
    if (wrong == http::error::body_limit) return {413, "payload_too_large", "the body is too large"};
    if (wrong == http::error::header_limit) return {431, "header_too_large", "the header is too large"};
    return {400, "bad_request", "no HTTP request: " + wrong.message()};
}

request to_request(request_parser::value_type message) {
    request what;
    const bool is_head = message.method() == beast::http::verb::head;
    what.method = is_head ? "GET" : std::string{message.method_string()};
    what.target = std::string{message.target()};
    for (const auto& field : message) what.headers.emplace_back(field.name_string(), field.value());
    what.body = std::move(message.body());
    return what;
}

bool has_body(int status) { return status / 100 != 1 && status != 204 && status != 304; }

std::string head_of(const response& reply, std::string_view connection) {
    fmt::memory_buffer out;
    const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(reply.status));
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {:03} {}\r\n", reply.status,
                   std::string_view{reason.data(), reason.size()});
    const auto add = [&out](std::string_view text) { out.append(text.data(), text.data() + text.size()); };
    for (const auto& [name, value] : reply.headers) {
        add(name);
        add(": ");
        add(value);
        add("\r\n");
    }
    if (has_body(reply.status)) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", reply.body.size());
    add(connection);
    add("\r\n");
    return fmt::to_string(out);
}

} // namespace

/// A request as far as it has come.
class server_connection::reading {
public:
    explicit reading(const server_bounds& bounds) : bounds_{bounds} {
        parser_.eager(true);
        parser_.body_limit(bounds.body_max);
        parser_.header_limit(static_cast<std::uint32_t>(bounds.header_max));
    }

    /// Takes what belongs to it out of `bytes`. Whether it is whole, or what is wrong with it.
    std::variant<bool, refusal> take(std::string& bytes) {
        error_code wrong;
        const auto used = parser_.put(asio::buffer(bytes), wrong);
        bytes.erase(0, used);
        if (wrong == beast::http::error::need_more) wrong = {};
        if (wrong) return refusal_of(wrong);
        const bool too_many = parser_.is_header_done()
                              && std::distance(parser_.get().begin(), parser_.get().end())
                                     > static_cast<std::ptrdiff_t>(bounds_.fields_max);
        if (too_many) return refusal{431, "header_too_large", "the header has too many fields"};
        return parser_.is_done();
    }

    /// Once: whether the peer waits for a word before it sends its body.
    bool wants_continue() {
        if (told_ || !parser_.is_header_done()) return false;
        told_ = true;
        return beast::iequals(parser_.get()[beast::http::field::expect], "100-continue");
    }

    std::size_t next_slice() const { return parser_.is_header_done() ? body_slice : slice; }
    bool keep_alive() const { return parser_.keep_alive(); }
    bool is_old() const { return parser_.get().version() < 11; }
    bool is_head() const { return parser_.get().method() == beast::http::verb::head; }
    request release() { return to_request(parser_.release()); }

private:
    const server_bounds& bounds_;
    request_parser parser_;
    bool told_ = false;
};

server_connection::server_connection(tcp::socket socket, async::time_source& time, const server_bounds& bounds)
    : socket_{std::move(socket)}, time_{time}, bounds_{bounds} {
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
    enter(phase::idle, bounds_.idle_max);
}

void server_connection::enter(phase what, std::chrono::seconds at_most) {
    if (phase_ == phase::leaving) return;
    phase_ = what;
    deadline_ = time_.now() + at_most;
}

/// False: no more comes.
asio::awaitable<bool> server_connection::receive(std::size_t most) {
    const auto held = unread_.size();
    unread_.resize(held + most);
    const auto room = asio::buffer(unread_.data() + held, most);
    const auto [failed, count] = co_await socket_.async_read_some(room, nothrow);
    unread_.resize(held + count);
    co_return !failed;
}

asio::awaitable<server_connection::arrival> server_connection::read() {
    reading request_so_far{bounds_};
    if (unread_.capacity() > kept_max) unread_.shrink_to_fit();
    head_only_ = false;
    enter(phase::idle, bounds_.idle_max);
    for (;;) {
        if (unread_.empty()) {
            const bool came = co_await receive(request_so_far.next_slice());
            if (!came) co_return arrival{};
        }
        if (phase_ == phase::idle) enter(phase::arriving, bounds_.arrival_max);
        const auto before = unread_.size();
        const auto taken = request_so_far.take(unread_);
        if (const auto* wrong = std::get_if<refusal>(&taken)) co_return arrival{*wrong};
        if (std::get<bool>(taken)) break;
        if (request_so_far.wants_continue()) {
            const bool told = co_await send(go_on);
            if (!told) co_return arrival{};
        }
        if (unread_.size() < before) continue; // a part was taken; what is left may be the next part
        const bool came = co_await receive(request_so_far.next_slice());
        if (!came) co_return arrival{};
    }
    keep_alive_ = request_so_far.keep_alive();
    is_old_ = request_so_far.is_old();
    head_only_ = request_so_far.is_head();
    enter(phase::at_work, {});
    co_return arrival{request_so_far.release()};
}

asio::awaitable<bool> server_connection::send(std::string_view head, std::string_view body) {
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    error_code failed;
    const auto at_once = socket_.write_some(parts, failed); // most answers fit into the socket's buffer
    if (failed && failed != asio::error::would_block) co_return false;
    if (at_once == head.size() + body.size()) co_return true;
    const auto of_head = std::min(at_once, head.size());
    parts[0] += of_head;
    parts[1] += at_once - of_head;
    const auto [broken, count] = co_await asio::async_write(socket_, parts, nothrow);
    static_cast<void>(count);
    co_return !broken;
}

asio::awaitable<bool> server_connection::answer(response reply) {
    if (reply.ends == delivery::close || reply.ends == delivery::reset) {
        hang_up(reply.ends);
        co_return false;
    }
    const auto* connection = !keep_alive_ ? "Connection: close\r\n" : is_old_ ? "Connection: keep-alive\r\n" : "";
    const auto head = head_of(reply, connection);
    if (head_only_ || !has_body(reply.status)) reply.body.clear();
    if (reply.ends == delivery::trickle) {
        co_await trickle(head + reply.body);
        co_return false;
    }
    enter(phase::answering, bounds_.answer_max);
    const bool sent = co_await send(head, reply.body);
    if (!sent) co_return false;
    if (!keep_alive_) co_await leave();
    co_return keep_alive_;
}

/// The peer hangs up when it has enough; it has no deadline, as it is what was ordered.
asio::awaitable<void> server_connection::trickle(std::string text) {
    for (const char c : text) {
        const std::string byte(1, c);
        const bool sent = co_await send(byte);
        if (!sent) co_return;
        const auto stopped = co_await time_.sleep_until(time_.now() + trickle_pause);
        if (stopped) co_return;
    }
    co_await leave();
}

asio::awaitable<void> server_connection::refuse(refusal why) {
    response reply;
    reply.status = why.status;
    reply.body = fmt::format(R"({{"error":"{}","error_description":"{}"}})", why.error, why.why);
    reply.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    keep_alive_ = false;
    co_await answer(std::move(reply));
}

/// What still comes is read and thrown away for a while: closed over unread bytes, a connection is reset, and the peer
/// may lose the answer before it has read it.
asio::awaitable<void> server_connection::leave() {
    enter(phase::answering, farewell_max);
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    for (bool comes = true; comes;) {
        unread_.clear();
        comes = co_await receive(body_slice);
    }
    hang_up(delivery::close);
}

/// Closed here and not by the destructor of the socket, which takes the linger back and so would never reset.
void server_connection::hang_up(delivery how) {
    phase_ = phase::leaving;
    error_code ignored;
    if (how == delivery::reset) socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_.close(ignored);
}

} // namespace smarttrade::http
