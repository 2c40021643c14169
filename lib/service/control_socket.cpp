#include "service/control_socket.hpp"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "async/accept_loop.hpp"
#include "async/task_group.hpp"
#include "async/with_deadline.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::service {

namespace {

using stream = asio::local::stream_protocol;
using async::error_code;
using async::nothrow;

constexpr std::size_t line_max = 64U << 10U;
constexpr std::size_t answer_max = 64U << 20U;
constexpr std::size_t peers_max = 32;
constexpr std::size_t path_max = sizeof(sockaddr_un::sun_path) - 1;

asio::awaitable<boost::system::result<std::string>> exchange_line(stream::socket& peer, std::string path,
                                                                  std::string line) {
    const stream::endpoint where{path};
    const auto [refused] = co_await peer.async_connect(where, nothrow);
    if (refused) co_return refused;
    const auto [unsent, sent] = co_await asio::async_write(peer, asio::buffer(line), nothrow);
    static_cast<void>(sent);
    if (unsent) co_return unsent;
    std::string answer;
    auto buffer = asio::dynamic_buffer(answer, answer_max);
    const auto [unread, size] = co_await asio::async_read_until(peer, buffer, '\n', nothrow);
    if (unread) co_return unread;
    answer.resize(size - 1);
    co_return answer;
}

} // namespace

struct control_socket::inside {
    inside(asio::any_io_executor ex, std::string where, control_handler answer, async::time_source& clock)
        : path{std::move(where)}, handler{std::move(answer)}, time{clock}, acceptor{ex}, sessions{ex} {}

    asio::awaitable<void> session(stream::socket peer) {
        std::string text;
        auto buffer = asio::dynamic_buffer(text, line_max);
        for (;;) {
            const auto [failed, size] = co_await asio::async_read_until(peer, buffer, '\n', nothrow);
            if (failed) co_return; // gone, or a line that is too long
            const auto answer = handler(std::string_view{text}.substr(0, size - 1)) + '\n';
            buffer.consume(size);
            const auto [lost, sent] = co_await asio::async_write(peer, asio::buffer(answer), nothrow);
            static_cast<void>(sent);
            if (lost) co_return;
        }
    }

    std::string path;
    control_handler handler;
    async::time_source& time;
    stream::acceptor acceptor;
    async::task_group sessions;
};

control_socket::control_socket(asio::any_io_executor ex, std::string path, control_handler handler,
                               async::time_source& time)
    : inside_{std::make_unique<inside>(std::move(ex), std::move(path), std::move(handler), time)} {}

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
    if (!failed) ::chmod(path.c_str(), 0660);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) throw std::system_error{failed, "listen on " + path};
}

asio::awaitable<void> control_socket::run() {
    auto& in = *inside_;
    auto body = [&in](stream::socket peer) { return in.session(std::move(peer)); };
    co_await async::serve_connections(in.acceptor, in.time, peers_max, in.sessions, body);
}

std::optional<std::string> ask_daemon(const std::string& path, std::string_view line, async::time_source& time) {
    if (path.size() > path_max) return std::nullopt; // nobody can listen there
    asio::io_context ctx{1};
    std::optional<std::string> answer;
    auto talk = [&]() -> asio::awaitable<void> {
        stream::socket peer{ctx};
        const auto deadline = time.now() + std::chrono::seconds{10};
        auto said = exchange_line(peer, path, std::string{line} + '\n');
        auto ended = co_await async::with_deadline(time, deadline, std::move(said));
        if (ended) answer = std::move(*ended);
    };
    asio::co_spawn(ctx, talk, [](std::exception_ptr) {});
    ctx.run();
    return answer;
}

std::string control_request(std::string_view command) {
    return boost::json::serialize(boost::json::object{{"v", 1}, {"command", command}});
}

std::string control_command(std::string_view line) {
    boost::system::error_code failed;
    const auto parsed = boost::json::parse({line.data(), line.size()}, failed);
    if (failed || !parsed.is_object()) return {};
    const auto* version = parsed.get_object().if_contains("v");
    const auto* command = parsed.get_object().if_contains("command");
    const bool known = version && version->is_int64() && version->get_int64() == 1 && command && command->is_string();
    return known ? std::string{command->get_string()} : std::string{};
}

std::string control_error(std::string_view message) {
    return boost::json::serialize(boost::json::object{{"v", 1}, {"error", message}});
}

} // namespace smarttrade::service
