#include "http/client.hpp"

#include <poll.h>

#include <list>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "async/with_deadline.hpp"

namespace smarttrade::http {

namespace {

namespace beast = boost::beast;
using asio::ip::tcp;
using async::error_code;
using async::nothrow;
using wire_request = beast::http::request<beast::http::string_body>;

constexpr std::uint64_t body_max = 16U << 20U;
constexpr std::uint32_t header_max = 64U << 10U;

/// One connection, plain or TLS. Destroying it closes it.
struct connection {
    explicit connection(const asio::any_io_executor& ex) : plain{ex} {}
    tcp::socket& socket() { return tls ? tls->next_layer() : plain; }

    /// Whether the server closed it, or said something unasked, since the last reply (platform.md 11).
    bool is_stale() {
        pollfd seen{socket().native_handle(), POLLIN | POLLRDHUP, 0};
        if (::poll(&seen, 1, 0) < 0) return true;
        if ((seen.revents & ~POLLIN) != 0) return true; // a TLS server says goodbye in bytes before it closes
        return seen.revents != 0 && !tls;               // TLS may send session tickets at any time
    }

    tcp::socket plain;
    std::unique_ptr<asio::ssl::stream<tcp::socket>> tls;
    beast::flat_buffer buffer;
};

/// How far a request got; outlives the coroutine that a deadline cuts short.
struct progress {
    bool writing = false; ///< bytes may have left
    const char* doing = "wait for a connection";
};

/// Why an exchange on a connection failed.
struct broken {
    error_code why;
    bool not_sent = false;
};
using exchange_result = boost::system::result<response, broken>;
[[noreturn, maybe_unused]] void throw_exception_from_error(const broken& failure, const boost::source_location& where) {
    boost::throw_exception(boost::system::system_error{failure.why}, where);
}

void load_ca_file(asio::ssl::context& into, const std::string& file) {
    error_code failed;
    into.load_verify_file(file, failed);
    if (failed) throw std::runtime_error{fmt::format("{}: no usable CA certificates: {}", file, failed.message())};
}

response to_response(beast::http::response<beast::http::string_body> message) {
    response reply;
    reply.status = static_cast<int>(message.result_int());
    for (const auto& field : message) reply.headers.emplace_back(field.name_string(), field.value());
    reply.body = std::move(message.body());
    return reply;
}

/// Writes the request and reads its reply. Not sent is certain only if fewer bytes were taken than the request has and
/// it has a body, whose announced length the server then waits for in vain; or if none were taken.
template <class Stream>
asio::awaitable<exchange_result> exchange(Stream& stream, beast::flat_buffer& buffer, wire_request message,
                                          progress& so_far, bool& keep_alive) {
    beast::http::serializer<true, beast::http::string_body> serializer{message};
    so_far.writing = true;
    so_far.doing = "send";
    const auto [write_error, written] = co_await beast::http::async_write(stream, serializer, nothrow);
    if (write_error) {
        const bool has_body = !message.body().empty();
        co_return broken{write_error, written == 0 || (has_body && !serializer.is_done())};
    }
    so_far.doing = "wait for the reply";
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(body_max);
    parser.header_limit(header_max);
    const auto [read_error, count] = co_await beast::http::async_read(stream, buffer, parser, nothrow);
    static_cast<void>(count);
    if (read_error) co_return broken{read_error, false};
    keep_alive = parser.get().keep_alive();
    co_return to_response(parser.release());
}

class beast_client final : public transport {
public:
    beast_client(asio::any_io_executor ex, async::time_source& time, client_options options)
        : ex_{std::move(ex)}, time_{time}, options_{std::move(options)} {
        if (options_.where.tls && !options_.ca_file.empty()) trust(); // a wrong file shall fail the start
    }

    asio::awaitable<send_result> send(request what, async::mono_time deadline) override;

private:
    using attempt_result = boost::system::result<send_result>;
    using connect_result = boost::system::result<std::unique_ptr<connection>>;

    /// A place among max_connections; given back by its destructor.
    class place {
    public:
        explicit place(beast_client& of) : of_{of} { ++of_.open_; }
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        ~place() {
            --of_.open_;
            // All of them: of two places that come free at one time, both would wake the same first one.
            for (auto* turn : of_.waiting_) turn->cancel();
        }

    private:
        beast_client& of_;
    };

    asio::awaitable<attempt_result> attempt(request what, progress& so_far);
    asio::awaitable<void> wait_for_place();
    asio::awaitable<connect_result> connect(progress& so_far);
    asio::awaitable<error_code> handshake(connection& on);
    std::unique_ptr<connection> take_idle();
    wire_request to_wire(request what) const;
    asio::ssl::context& trust();

    asio::any_io_executor ex_;
    async::time_source& time_;
    client_options options_;
    std::unique_ptr<asio::ssl::context> trust_; // made at the first connection: reading the trust store costs 20 ms
    std::vector<std::unique_ptr<connection>> idle_;
    std::size_t open_ = 0;
    std::list<asio::steady_timer*> waiting_;
};

asio::awaitable<send_result> beast_client::send(request what, async::mono_time deadline) {
    progress so_far;
    const auto begun = time_.now();
    auto ended = co_await async::with_deadline(time_, deadline, attempt(std::move(what), so_far));
    if (ended) co_return std::move(*ended);
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(time_.now() - begun);
    const bool timed_out = ended.error() == asio::error::timed_out;
    send_failure failure{!so_far.writing, timed_out
                                              ? fmt::format("{}: no answer within {} ms", so_far.doing, waited.count())
                                              : fmt::format("{}: given up", so_far.doing)};
    co_return failure;
}

asio::awaitable<beast_client::attempt_result> beast_client::attempt(request what, progress& so_far) {
    co_await wait_for_place();
    const place mine{*this};
    auto on = take_idle();
    if (!on) {
        auto made = co_await connect(so_far);
        if (!made) {
            send_failure failure{true, fmt::format("{}: {}", so_far.doing, made.error().message())};
            co_return send_result{std::move(failure)};
        }
        on = std::move(*made);
    }
    auto message = to_wire(std::move(what));
    bool keep_alive = false;
    exchange_result ended = broken{};
    if (on->tls)
        ended = co_await exchange(*on->tls, on->buffer, std::move(message), so_far, keep_alive);
    else
        ended = co_await exchange(on->plain, on->buffer, std::move(message), so_far, keep_alive);
    if (!ended) {
        send_failure failure{ended.error().not_sent, fmt::format("{}: {}", so_far.doing, ended.error().why.message())};
        co_return send_result{std::move(failure)};
    }
    if (keep_alive) idle_.push_back(std::move(on));
    co_return send_result{std::move(*ended)};
}

asio::awaitable<void> beast_client::wait_for_place() {
    while (open_ >= options_.max_connections) {
        asio::steady_timer turn{ex_, async::mono_time::max()};
        const auto where = waiting_.insert(waiting_.end(), &turn);
        struct leave {
            beast_client& client;
            std::list<asio::steady_timer*>::iterator at;
            ~leave() { client.waiting_.erase(at); }
        } const on_exit{*this, where};
        co_await turn.async_wait(nothrow);
    }
}

std::unique_ptr<connection> beast_client::take_idle() {
    while (!idle_.empty()) {
        auto newest = std::move(idle_.back());
        idle_.pop_back();
        if (!newest->is_stale()) return newest;
    }
    return nullptr;
}

asio::awaitable<beast_client::connect_result> beast_client::connect(progress& so_far) {
    auto made = std::make_unique<connection>(ex_);
    so_far.doing = "resolve";
    tcp::resolver resolver{ex_};
    const auto [no_name, found] = co_await resolver.async_resolve(options_.where.host, options_.where.port, nothrow);
    if (no_name) co_return no_name;
    so_far.doing = "connect";
    const auto [no_way, chosen] = co_await asio::async_connect(made->plain, found, nothrow);
    static_cast<void>(chosen);
    if (no_way) co_return no_way;
    error_code ignored;
    made->plain.set_option(tcp::no_delay{true}, ignored);
    if (options_.where.tls) {
        so_far.doing = "TLS handshake";
        const error_code refused = co_await handshake(*made);
        if (refused) co_return refused;
    }
    co_return made;
}

asio::awaitable<error_code> beast_client::handshake(connection& on) {
    on.tls = std::make_unique<asio::ssl::stream<tcp::socket>>(std::move(on.plain), trust());
    // SNI. What the macro SSL_set_tlsext_host_name does, which casts in the old style.
    SSL_ctrl(on.tls->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             options_.where.host.data());
    on.tls->set_verify_mode(asio::ssl::verify_peer);
    on.tls->set_verify_callback(asio::ssl::host_name_verification{options_.where.host});
    const auto [refused] = co_await on.tls->async_handshake(asio::ssl::stream_base::client, nothrow);
    co_return refused;
}

asio::ssl::context& beast_client::trust() {
    if (!trust_) {
        trust_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
        SSL_CTX_set_min_proto_version(trust_->native_handle(), TLS1_2_VERSION);
        if (options_.ca_file.empty())
            trust_->set_default_verify_paths();
        else
            load_ca_file(*trust_, options_.ca_file);
    }
    return *trust_;
}

wire_request beast_client::to_wire(request what) const {
    wire_request message{beast::http::string_to_verb(what.method), what.target, 11};
    const bool usual_port = options_.where.port == (options_.where.tls ? "443" : "80");
    message.set(beast::http::field::host,
                usual_port ? options_.where.host : fmt::format("{}:{}", options_.where.host, options_.where.port));
    message.set(beast::http::field::user_agent, "smarttraded");
    for (const auto& [name, value] : what.headers) message.set(name, value);
    message.body() = std::move(what.body);
    message.prepare_payload();
    return message;
}

} // namespace

std::unique_ptr<transport> make_client(asio::any_io_executor ex, async::time_source& time, client_options options) {
    return std::make_unique<beast_client>(std::move(ex), time, std::move(options));
}

} // namespace smarttrade::http
