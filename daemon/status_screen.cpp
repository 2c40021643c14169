#include "status_screen.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/result.hpp>
#include <fmt/format.h>

#include "async/with_deadline.hpp"
#include "service/status_watch.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds look_every{2};

void write_out(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

/// The terminal's second screen, without a cursor; gives the first one back as it was.
class full_screen {
public:
    full_screen() { write_out("\x1b[?1049h\x1b[?25l"); }
    full_screen(const full_screen&) = delete;
    full_screen& operator=(const full_screen&) = delete;
    ~full_screen() { write_out("\x1b[?25h\x1b[?1049l"); }

    /// Each line over the one that stood there, and then nothing: a screen that is emptied first would flicker.
    static void draw(const std::vector<std::string>& lines) {
        std::string text = "\x1b[H";
        for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
        write_out(text + "\x1b[J");
    }
};

asio::awaitable<boost::system::result<int>> next_signal(asio::signal_set& signals) {
    const auto [failed, number] = co_await signals.async_wait(async::nothrow);
    if (failed) co_return failed;
    co_return number;
}

class watching {
public:
    watching(const std::function<service::status_report()>& look, bool as_json, async::time_source& time)
        : look_{look}, as_json_{as_json}, time_{time} {}

    asio::awaitable<void> run(asio::signal_set& signals) {
        for (;;) {
            look_again();
            if (std::ferror(stdout) != 0) co_return; // whoever read has gone: `| head -1`
            const auto due = time_.now() + look_every;
            for (bool is_due = false; !is_due;) {
                auto waiting = next_signal(signals);
                const auto got = co_await async::with_deadline(time_, due, std::move(waiting));
                if (got && *got != SIGWINCH) co_return;
                if (got) draw();
                is_due = !got;
            }
        }
    }

private:
    void look_again() {
        try {
            shown_.saw(look_(), time_.utc_now());
            if (as_json_) write_out(service::encode_status(shown_.shown()) + '\n');
        } catch (const std::runtime_error& trouble) {
            shown_.missed(trouble.what(), time_.utc_now());
            if (as_json_) fmt::print(stderr, "smarttraded: {}\n", trouble.what());
        }
        draw();
    }

    void draw() const {
        if (as_json_) return;
        const auto size = service::window_of(STDOUT_FILENO);
        full_screen::draw(shown_.frame(size.value_or(service::window{}), service::colours_of(STDOUT_FILENO)));
    }

    const std::function<service::status_report()>& look_;
    bool as_json_;
    async::time_source& time_;
    service::status_watch shown_;
};

} // namespace

void watch_status(const std::function<service::status_report()>& look, bool as_json, async::time_source& time) {
    asio::io_context ctx{1};
    asio::signal_set signals{ctx, SIGINT, SIGTERM, SIGHUP};
    std::optional<full_screen> screen;
    if (!as_json) {
        signals.add(SIGWINCH);
        screen.emplace();
    }
    watching one{look, as_json, time};
    std::exception_ptr failure;
    auto running = [&] { return one.run(signals); };
    asio::co_spawn(ctx, running, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
}

} // namespace smarttrade::daemon
