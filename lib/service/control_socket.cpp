#include "service/control_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include "async/task_group.hpp"
#include "async/with_deadline.hpp"

namespace smarttrade::service {

namespace {

using stream = asio::local::stream_protocol;
using async::error_code;
using async::nothrow;

constexpr std::size_t line_max = 64U << 10U;
constexpr std::size_t answer_max = 64U << 20U;
constexpr std::size_t peers_max = 32;

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
    inside(asio::any_io_executor ex, std::string where, control_handler answer)
        : path{std::move(where)}, handler{std::move(answer)}, acceptor{ex}, sessions{ex} {}

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
    stream::acceptor acceptor;
    std::size_t open = 0;
    async::task_group sessions;
};

control_socket::control_socket(asio::any_io_executor ex, std::string path, control_handler handler)
    : inside_{std::make_unique<inside>(std::move(ex), std::move(path), std::move(handler))} {}

control_socket::~control_socket() {
    if (inside_->acceptor.is_open()) ::unlink(inside_->path.c_str());
}

void control_socket::listen() {
    ::unlink(inside_->path.c_str()); // the state directory's lock says that nobody else listens
    const stream::endpoint where{inside_->path};
    inside_->acceptor.open(where.protocol());
    inside_->acceptor.bind(where);
    ::chmod(inside_->path.c_str(), 0660);
    inside_->acceptor.listen();
}

asio::awaitable<void> control_socket::run() {
    auto& in = *inside_;
    for (;;) {
        auto [failed, peer] = co_await in.acceptor.async_accept(nothrow);
        if (failed == asio::error::operation_aborted) break;
        if (failed || in.open >= peers_max) continue;
        ++in.open;
        in.sessions.spawn([&in, held = std::make_shared<stream::socket>(std::move(peer))]() -> asio::awaitable<void> {
            struct leave {
                std::size_t& open;
                ~leave() { --open; }
            } const on_exit{in.open};
            co_await in.session(std::move(*held));
        });
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    in.sessions.cancel();
    co_await in.sessions.join();
}

std::optional<std::string> ask_daemon(const std::string& path, std::string_view line, async::time_source& time) {
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
