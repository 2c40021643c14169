#include "lone_service.hpp"

#include "machinery.hpp"
#include "run_once.hpp"
#include "service/log_writer.hpp"

namespace smarttrade::daemon {

namespace {

/// Reads every account once. Empty: all were read.
asio::awaitable<std::string> look(service::reconciler& reconciler) {
    const auto accounts = reconciler.accounts();
    for (const auto& account : accounts) {
        const bool complete = co_await reconciler.eyes().pass(account);
        if (!complete) co_return "account " + account.name + " cannot be read now: see the lines above";
    }
    co_return std::string{};
}

/// The service for one look: it takes the state directory's lock, and leaves the journal as it is.
template <class Work> void look_alone(const common_options& common, const config::settings& settings, Work work) {
    async::system_time time;
    const auto log = service::make_log(service::log_level::warning, settings.log.format, time);
    asio::io_context ctx{1};
    machinery all{ctx, settings, common.config_file, *log, writes::nothing};
    run_once(ctx, all, [&]() { return work(all.service()); });
}

} // namespace

service::dry_run dry_run_alone(const common_options& common, const config::settings& settings,
                               const std::vector<service::source_file>& files) {
    service::dry_run run;
    look_alone(common, settings, [&](service::assembly& service) -> asio::awaitable<void> {
        run.cannot_tell = co_await look(service.reconciler());
        if (!run.cannot_tell.empty()) co_return;
        auto asked = files;
        run = co_await service.rehearse(std::move(asked));
    });
    return run;
}

service::trade_listing list_alone(const common_options& common, const config::settings& settings,
                                  const std::string& account, const std::vector<trade::smart_trade_id>& ids) {
    service::trade_listing listing;
    look_alone(common, settings, [&](service::assembly& service) -> asio::awaitable<void> {
        auto name = account;
        auto asked = ids;
        listing = co_await service.list(std::move(name), std::move(asked));
    });
    return listing;
}

} // namespace smarttrade::daemon
