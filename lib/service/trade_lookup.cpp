#include "service/trade_lookup.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_word.hpp"

namespace smarttrade::service {

namespace {

/// Of several revisions of one trade: the one in the plans, else one that lives, else the newest.
bool is_better(const named_trade& a, const named_trade& b) {
    const auto rank = [](const named_trade& t) { return std::tuple{t.in_plans, !t.is_over, t.identity.revision}; };
    return rank(a) > rank(b);
}

/// One for each account that knows the name.
std::vector<named_trade> candidates(const std::vector<named_trade>& all, const std::string& name) {
    std::vector<named_trade> found;
    for (const auto& each : all) {
        if (each.identity.name != name) continue;
        const auto same = std::ranges::find(found, each.account, &named_trade::account);
        if (same == found.end())
            found.push_back(each);
        else if (is_better(each, *same))
            *same = each;
    }
    return found;
}

std::string refuse_unknown(const std::vector<named_trade>& all, const std::string& name, std::string_view command) {
    std::vector<std::string_view> known;
    for (const auto& each : all) known.push_back(each.identity.name);
    const auto near = base::nearest_word(name, known);
    if (near) return fmt::format("{}: smarttraded {} {}", unknown_name(name, known), command, *near);
    return unknown_name(name, known) + "; to list them: smarttraded status";
}

} // namespace

lookup find_trade(const std::vector<named_trade>& all, const std::vector<std::string>& accounts,
                  const std::string& name, const std::string& account, std::string_view command) {
    if (!account.empty())
        if (auto why = refuse_account(accounts, account); !why.empty()) return {std::nullopt, std::move(why)};
    const auto found = candidates(all, name);
    if (found.empty()) return {std::nullopt, refuse_unknown(all, name, command)};
    if (!account.empty()) {
        const auto there = std::ranges::find(found, account, &named_trade::account);
        if (there != found.end()) return {*there, {}};
        return {std::nullopt, fmt::format("{} is on account {}, not on {}: smarttraded {} {} --account {}", name,
                                          found.front().account, account, command, name, found.front().account)};
    }
    if (std::ranges::count(found, true, &named_trade::in_plans) == 1)
        return {*std::ranges::find(found, true, &named_trade::in_plans), {}};
    if (found.size() == 1) return {found.front(), {}};
    std::vector<std::string> where;
    for (const auto& each : found) where.push_back(each.account);
    return {std::nullopt, fmt::format("{} is known on accounts {}: say on which: smarttraded {} {} --account {}", name,
                                      fmt::join(where, " and "), command, name, where.front())};
}

std::string refuse_account(const std::vector<std::string>& accounts, const std::string& account) {
    if (std::ranges::find(accounts, account) != accounts.end()) return {};
    const std::vector<std::string_view> known{accounts.begin(), accounts.end()};
    const auto near = base::nearest_word(account, known);
    return fmt::format("no account '{}'{}; the configuration has --account {}", account,
                       near ? fmt::format(", did you mean '{}'", *near) : "", fmt::join(accounts, " and --account "));
}

std::string unknown_name(std::string_view name, const std::vector<std::string_view>& known) {
    const auto near = base::nearest_word(name, known);
    return fmt::format("no trade '{}'{}", name, near ? fmt::format(", did you mean '{}'", *near) : "");
}

bool matches(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

} // namespace smarttrade::service
