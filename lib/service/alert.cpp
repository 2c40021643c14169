#include "service/alert.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "async/with_deadline.hpp"
#include "service/child_program.hpp"
#include "service/log_format.hpp"

namespace smarttrade::service {

bool needs_a_person(const log_event& what) {
    return kind_of(what.what).level >= log_level::error || what.what == event::hold_made;
}

alert_log::alert_log(asio::any_io_executor ex, log_sink& next, std::string program, async::time_source& time,
                     alert_bounds bounds)
    : ex_{ex}, next_{next}, program_{std::move(program)}, time_{time}, bounds_{bounds}, queued_{std::move(ex)} {}

void alert_log::write(const log_event& what) {
    next_.write(what);
    if (!needs_a_person(what)) return;
    if (waiting_.size() >= bounds_.waiting_max) {
        ++dropped_;
        ++dropped_untold_;
        return;
    }
    waiting_.push_back({what, time_.utc_now()});
    queued_.notify();
}

asio::awaitable<void> alert_log::run() {
    for (;;) {
        co_await queued_.wait_until(time_, async::mono_time::max());
        while (!waiting_.empty()) {
            auto next = std::move(waiting_.front());
            waiting_.pop_front();
            if (const auto lost = std::exchange(dropped_untold_, 0); lost > 0)
                next.what.fields.emplace_back("dropped", std::to_string(lost));
            auto line = format_json(next.what, next.at) + '\n';
            const auto trouble = co_await tell(std::move(line));
            told(trouble);
        }
    }
}

/// Runs the program once. Empty: it ended well; else why it did not.
asio::awaitable<std::string> alert_log::tell(std::string text) {
    std::optional<child_program> child;
    std::string trouble;
    try {
        child.emplace(ex_, program_, text);
    } catch (const std::system_error& failed) {
        trouble = failed.what();
    }
    if (!child) co_return trouble;
    auto ending = child->ended();
    const auto code = co_await async::with_deadline(time_, time_.now() + bounds_.run_max, std::move(ending));
    if (code && *code == 0) co_return std::string{};
    if (code) co_return fmt::format("{}: exit code {}", program_, *code);
    co_return fmt::format("{}: killed, it had not ended after {} s", program_, bounds_.run_max.count());
}

void alert_log::told(const std::string& trouble) {
    const bool was_failing = std::exchange(failing_, !trouble.empty());
    if (!failing_ || was_failing) return;
    log_event line;
    line.what = event::alert_failed;
    line.why = trouble + "; alerts are lost until it works again";
    next_.write(line);
}

} // namespace smarttrade::service
