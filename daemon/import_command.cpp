#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "load_config.hpp"
#include "lone_service.hpp"
#include "plan/write_plans.hpp"
#include "service/plan_reader.hpp"
#include "trade_id_check.hpp"
#include "wire/entity.hpp"

namespace smarttrade::daemon {

namespace {

struct import_options {
    std::string account;
    std::vector<std::int64_t> ids;
};

/// Of the running daemon, so that there is one limiter a key; else by ourselves.
service::trade_listing ask_or_list(const common_options& common, const config::settings& settings,
                                   const import_options& asked) {
    async::system_time time;
    service::control_request what;
    what.command = service::control_word::import;
    what.account = asked.account;
    for (const auto id : asked.ids) what.ids.push_back(trade::smart_trade_id{id});
    const auto answer = ask_if_running(settings, what, time);
    if (!answer) return list_alone(common, settings, what.account, what.ids);
    if (answer->verdict != service::control_verdict::done) return {{}, answer->why};
    auto trades = wire::read_smart_trades(answer->report);
    if (!trades) return {{}, "the daemon's answer cannot be read: " + trades.error().reason};
    return {std::move(*trades), {}};
}

int import(const common_options& common, const import_options& asked) {
    const auto settings = load_config(common.config_file);
    const auto listing = ask_or_list(common, settings, asked);
    if (!listing.trouble.empty()) throw daemon_unreachable{listing.trouble};
    const auto set = service::plan_reader{}.judge(
        service::read_sources(service::plan_paths(settings.plans.paths, common.config_file)),
        service::surroundings_of(settings));
    plan::adopter by{asked.account, settings.instance, {}};
    for (const auto& trade : set.trades) by.taken.insert(trade.identity.name);
    std::fputs(plan::write_plans(listing.trades, by).c_str(), stdout);
    return 0;
}

} // namespace

void add_import_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("import", "print plans that adopt trades which exist already");
    const auto asked = std::make_shared<import_options>();
    command->add_option("--account", asked->account, "whose trades, by its name in the configuration")->required();
    command->add_option("ID", asked->ids, "of the trades (default: every one that lives)")->check(trade_id_check());
    command->callback([&common, &exit_code, asked] { exit_code = import(common, *asked); });
}

} // namespace smarttrade::daemon
