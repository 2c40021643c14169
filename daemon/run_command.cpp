#include <algorithm>
#include <csignal>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "admin_door.hpp"
#include "async/task_group.hpp"
#include "command.hpp"
#include "load_config.hpp"
#include "machinery.hpp"
#include "reload_rounds.hpp"
#include "service/alert.hpp"
#include "service/control_socket.hpp"
#include "service/life_lines.hpp"
#include "service/log_writer.hpp"
#include "service/metrics.hpp"
#include "service/notifier.hpp"
#include "service/operator_desk.hpp"
#include "service/plan_reader.hpp"
#include "service/plan_watch.hpp"
#include "service_port.hpp"
#include "settings_reload.hpp"

namespace smarttrade::daemon {

namespace {

using namespace std::chrono_literals;
using service::event;

constexpr auto drain_max = 4s; ///< for requests in flight at SIGTERM

/// The daemon's life: composed, started, signalled, drained.
class life {
public:
    /// `alert`: of `alert.exec`; null: none.
    life(asio::io_context& ctx, config::settings settings, const std::string& config_file, service::leveled_log& log,
         service::alert_log* alert, writes may)
        : log_{alert ? static_cast<service::log_sink&>(*alert) : log}, alert_{alert}, all_{ctx, std::move(settings),
                                                                                           config_file, log_, may},
          settings_{all_, config_file, log_, log}, signals_{ctx, SIGTERM, SIGINT, SIGHUP},
          reloads_{ctx.get_executor(), all_.time(), [this] { return reload(); }}, port_{all_.service(), all_.settings(),
                                                                                        [this] {
                                                                                            is_whole_ = true;
                                                                                            return reloads_.verdict();
                                                                                        }},
          desk_{port_, all_.time()}, rights_{all_.settings().admin.operators},
          control_{
              ctx.get_executor(), all_.socket_path(), rights_,
              [this](std::string line, service::peer who) { return desk_.answer(std::move(line), std::move(who)); },
              all_.time()},
          observing_{may == writes::observe_only}, tasks_{ctx.get_executor()} {
        open_admin(ctx);
        const auto& plans = all_.settings().plans;
        if (plans.watch)
            watch_.emplace(ctx.get_executor(), service::plan_paths(plans.paths, config_file), plans.settle, all_.time(),
                           [this] { reloads_.ask(); });
    }

    asio::awaitable<void> live() {
        say_started();
        control_.listen();
        co_await all_.service().load_plans();
        tasks_.spawn([this] { return all_.service().reconciler().run(); });
        if (all_.embedded()) tasks_.spawn([this] { return all_.embedded()->run(); });
        tasks_.spawn([this] { return control_.run(); });
        tasks_.spawn([this] { return reloads_.run(); });
        if (watch_) tasks_.spawn([this] { return watch_->run(); });
        if (admin_) tasks_.spawn([this] { return admin_->run(); });
        if (alert_) tasks_.spawn([this] { return alert_->run(); });
        tasks_.spawn([this] { return tell_ready(); });
        if (service::notifier::watchdog_interval()) tasks_.spawn([this] { return feed_watchdog(); });
        tasks_.spawn([this] { return obey_signals(); });
        std::exception_ptr failure;
        try {
            co_await tasks_.join();
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure) { // what still runs would keep the process alive and mute
            co_await drain();
            std::rethrow_exception(failure);
        }
        log_.write(service::stopped_line());
    }

private:
    void say(event what, std::string why) { log_.write(service::service_line(what, std::move(why))); }

    void say_started() {
        const auto may = observing_ ? writes::observe_only : writes::allowed;
        auto line = service::started_line(all_.settings(), SMARTTRADED_VERSION, may);
        if (admin_) line.fields.emplace_back("admin", admin_->address());
        log_.write(line);
        if (!admin_trouble_.empty())
            say(event::service_degraded, admin_trouble_ + "; until the next start there is no admin page");
        for (const auto& group : rights_.unknown_groups()) {
            if (group == config::default_operators) continue; // of the package; one may do without it
            say(event::service_degraded, fmt::format("admin.operators names the group {}, which this machine does not "
                                                     "know: its members cannot command",
                                                     group));
        }
    }

    /// Pages that only show must not keep trades from being managed.
    void open_admin(asio::io_context& ctx) {
        const auto& listen = all_.settings().admin.listen;
        if (listen.empty()) return;
        try {
            admin_.emplace(ctx.get_executor(), all_.time(), listen, pages());
        } catch (const std::runtime_error& trouble) {
            admin_trouble_ = trouble.what();
        }
    }

    service::admin_pages pages() {
        service::admin_pages made;
        made.metrics = [this] {
            return service::metrics_page(all_.service().readings(), all_.counts(), SMARTTRADED_VERSION);
        };
        made.unready = [this] { return service::reasons_unready(all_.service().readings()); };
        made.status = [this] { return service::encode_status(port_.status()); };
        return made;
    }

    asio::awaitable<void> obey_signals() {
        for (;;) {
            const auto [failed, number] = co_await signals_.async_wait(async::nothrow);
            if (failed) co_return;
            if (number != SIGHUP) break;
            is_whole_ = true;
            reloads_.ask();
        }
        log_.write(service::stopping_line());
        notifier_.stopping();
        co_await drain();
        tasks_.cancel();
    }

    asio::awaitable<void> drain() {
        all_.service().reconciler().stop();
        co_await all_.service().reconciler().drain(all_.time().now() + drain_max);
    }

    /// READY once the accounts were read, or too long were not (design.md 9).
    asio::awaitable<void> tell_ready() {
        return service::tell_ready(all_.service(), all_.time(), log_, [this] {
            is_ready_ = true;
            notifier_.ready(service::summary(port_.status()));
            tasks_.spawn([this] { return report_to_systemd(); });
        });
    }

    asio::awaitable<void> report_to_systemd() {
        for (;;) {
            co_await all_.time().sleep_until(all_.time().now() + 5s);
            notifier_.status(service::summary(port_.status()));
        }
    }

    asio::awaitable<void> feed_watchdog() {
        for (;;) {
            notifier_.alive();
            co_await all_.time().sleep_until(all_.time().now() + *service::notifier::watchdog_interval());
        }
    }

    /// Settings first: plans may rest on them. Always ends in READY: systemd would wait for it for ever (F27); before
    /// the start-up gate nothing is ready. The verdict stands in STATUS and in the answer.
    asio::awaitable<service::operator_answer> reload() {
        for (int i = 0; i < 5 && !is_whole_; ++i) { // saved together with the plans, it counts together with them
            const auto wait = settings_.until_rest();
            if (wait <= 0ns) break;
            co_await all_.time().sleep_until(all_.time().now() + wait);
        }
        if (is_ready_) notifier_.reloading(all_.time().now());
        const bool is_whole = std::exchange(is_whole_, false);
        auto settings = is_whole ? settings_.reload() : settings_.reload_at_rest();
        if (is_whole) {
            all_.renew_trust();
            all_.service().renew_keys();
        }
        if (watch_) watch_->is_read();
        const bool valid = co_await all_.service().load_plans();
        const auto report = port_.status();
        if (is_ready_) notifier_.ready(service::summary(report));
        service::operator_answer answer;
        answer.done = valid && settings.done;
        answer.why = "plans " + report.plans;
        if (!settings.done) answer.why += "; the configuration is refused, the settings in force stay";
        answer.lines = std::move(settings.lines);
        if (!valid) std::ranges::move(mistakes(), std::back_inserter(answer.lines));
        co_return answer;
    }

    /// The first of what is wrong with the plans.
    std::vector<std::string> mistakes() {
        constexpr std::size_t shown_max = 10;
        const auto& all = all_.service().mistakes();
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < std::min(all.size(), shown_max); ++i) lines.push_back(base::headline(all[i]));
        if (all.size() > shown_max)
            lines.push_back(fmt::format("and {} more errors: smarttraded check", all.size() - shown_max));
        return lines;
    }

    service::log_sink& log_;
    service::alert_log* alert_;
    service::notifier notifier_;
    machinery all_;
    settings_reload settings_;
    asio::signal_set signals_;
    reload_rounds reloads_;
    service_port port_;
    service::operator_desk desk_;
    service::operator_rights rights_;
    service::control_socket control_;
    std::optional<admin_door> admin_;
    std::optional<service::plan_watch> watch_;
    bool observing_;
    bool is_ready_ = false; ///< systemd was told
    bool is_whole_ = false; ///< the next round was asked for by a person: it reads keys and trust store as well
    std::string admin_trouble_;
    async::task_group tasks_;
};

int run(const common_options& common, writes may) {
    std::signal(SIGHUP, SIG_IGN); // until it is waited for: a reload during the start must not end it
    auto settings = load_config(common.config_file);
    async::system_time time;
    const auto log = service::make_log(settings.log.level, settings.log.format, time);
    asio::io_context ctx{1};
    std::optional<service::alert_log> alert;
    if (!settings.alert_exec.empty()) alert.emplace(ctx.get_executor(), *log, settings.alert_exec, time);
    life daemon{ctx, std::move(settings), common.config_file, *log, alert ? &*alert : nullptr, may};
    std::exception_ptr failure;
    auto living = [&daemon] { return daemon.live(); };
    asio::co_spawn(ctx, living, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
}

} // namespace

void add_run_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("run", "the daemon: makes the accounts match the plans and keeps them so");
    const auto observe = std::make_shared<bool>(false);
    command->add_flag("--observe", *observe, "decide and log, but write nothing to any account");
    command->callback(
        [&common, &exit_code, observe] { exit_code = run(common, *observe ? writes::observe_only : writes::allowed); });
}

} // namespace smarttrade::daemon
