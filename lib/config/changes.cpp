#include "config/changes.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trade/duration.hpp"

namespace smarttrade::config {

namespace {

using entries = std::vector<std::pair<std::string, std::string>>;

template <class Value> std::string text_of(const Value& value) { return fmt::format("{}", value); }
std::string text_of(const money::decimal& value) { return value.to_short_string(); }
std::string text_of(const std::string& value) { return value.empty() ? "none" : value; }
std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(const std::vector<std::string>& values) { return fmt::format("[{}]", fmt::join(values, ", ")); }
std::string text_of(const secret_source& from) {
    return fmt::format("{{{}: {}}}", from.from == secret_source::kind::file ? "file" : "credential", from.name);
}

std::string text_of(milliseconds span) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(span);
    return whole == span ? trade::write_duration(whole) : fmt::format("{}ms", span.count());
}

void list_connection(const settings& of, entries& into) {
    into.emplace_back("api.base_url", of.api.base_url);
    into.emplace_back("api.timeout", text_of(of.api.timeout));
    into.emplace_back("api.ca_file", text_of(of.api.ca_file));
    into.emplace_back("api.max_connections", text_of(of.api.max_connections));
    into.emplace_back("instance", of.instance);
    for (const auto& each : of.accounts)
        into.emplace_back("accounts." + each.name, fmt::format("{{id: {}, mode: {}, credentials: {}}}", each.id.value,
                                                               base::name_of(each.mode), text_of(each.credentials)));
    for (const auto& each : of.credentials)
        into.emplace_back("credentials." + each.name,
                          fmt::format("{{api_key: {}, {}: {}}}", text_of(each.api_key),
                                      each.rsa ? "rsa_private_key" : "secret", text_of(each.secret)));
}

void list_limits(const settings& of, entries& into) {
    std::vector<std::string> limits;
    for (const auto& each : of.rate_limits)
        limits.push_back(fmt::format("{{match: {}, requests: {}, per: {}, penalty: {}, reserve: {}}}",
                                     text_of(each.match), each.requests, text_of(each.per), text_of(each.penalty),
                                     each.reserve));
    into.emplace_back("rate_limits", text_of(limits));
    const auto& guards = of.guardrails;
    into.emplace_back("guardrails.max_changes.create", text_of(guards.create_max));
    into.emplace_back("guardrails.max_changes.update", text_of(guards.update_max));
    into.emplace_back("guardrails.max_changes.remove", text_of(guards.remove_max));
    if (guards.max_stop_move)
        into.emplace_back("guardrails.max_stop_move", guards.max_stop_move->to_short_string() + '%');
    if (guards.max_active_trades) into.emplace_back("guardrails.max_active_trades", text_of(*guards.max_active_trades));
    for (const auto& [quote, total] : guards.max_order_total)
        into.emplace_back("guardrails.max_order_total." + quote, total.to_short_string());
    if (guards.max_leverage) into.emplace_back("guardrails.max_leverage", text_of(*guards.max_leverage));
}

std::string text_of(const paper_exchange& exchange) {
    std::vector<std::string> parts;
    for (const auto& [currency, amount] : exchange.balance)
        parts.push_back(fmt::format("{}: {}", currency, text_of(amount)));
    if (const auto* walk = std::get_if<market_walk>(&exchange.market)) {
        parts.push_back(fmt::format("walk {} swing {}%", walk->seed, walk->swing.to_short_string()));
        for (const auto& [pair, start] : walk->start)
            parts.push_back(fmt::format("{} from {}", pair, start.to_short_string()));
    } else {
        const auto& replay = std::get<market_replay>(exchange.market);
        parts.push_back(fmt::format("replay {} speed {}", replay.file, text_of(replay.speed)));
    }
    return text_of(parts);
}

entries all_of(const settings& of) {
    entries all;
    list_connection(of, all);
    all.emplace_back("plans.paths", text_of(of.plans.paths));
    all.emplace_back("plans.watch", text_of(of.plans.watch));
    all.emplace_back("plans.settle", text_of(of.plans.settle));
    all.emplace_back("state_dir", text_of(of.state_dir));
    all.emplace_back("reconcile.interval", text_of(of.reconcile.interval));
    all.emplace_back("reconcile.settle", text_of(of.reconcile.settle));
    all.emplace_back("reconcile.resend", base::name_of(of.reconcile.resend));
    list_limits(of, all);
    all.emplace_back("admin.listen", text_of(of.admin.listen));
    all.emplace_back("admin.socket", text_of(of.admin.socket));
    all.emplace_back("admin.operators", text_of(of.admin.operators));
    all.emplace_back("log.level", base::name_of(of.log.level));
    all.emplace_back("log.format", base::name_of(of.log.format));
    all.emplace_back("alert.exec", text_of(of.alert_exec));
    if (of.paper) all.emplace_back("paper", text_of(*of.paper));
    return all;
}

bool is_live(std::string_view key) {
    return key.starts_with("guardrails.") || key.starts_with("reconcile.") || key == "log.level";
}

} // namespace

std::vector<changed_setting> changes_between(const settings& before, const settings& after) {
    const auto was = all_of(before);
    const auto is = all_of(after);
    const std::map<std::string, std::string> old{was.begin(), was.end()};
    const std::map<std::string, std::string> now{is.begin(), is.end()};
    std::vector<changed_setting> changes;
    for (const auto& [key, text] : is) {
        const auto found = old.find(key);
        if (found == old.end())
            changes.push_back({key, "none", text, is_live(key)});
        else if (found->second != text)
            changes.push_back({key, found->second, text, is_live(key)});
    }
    for (const auto& [key, text] : was)
        if (!now.contains(key)) changes.push_back({key, text, "none", is_live(key)});
    return changes;
}

void take_live(settings& in_force, const settings& from) {
    in_force.guardrails = from.guardrails;
    in_force.reconcile = from.reconcile;
    in_force.log.level = from.log.level;
}

} // namespace smarttrade::config
