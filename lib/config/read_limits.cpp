#include <algorithm>

#include <fmt/format.h>

#include "config/parts.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::config {

namespace {

using namespace std::chrono_literals;

std::size_t default_reserve(std::size_t requests) { return std::min<std::size_t>(5, requests / 20); }

/// `METHOD /path`, `*` for one segment.
bool is_match(std::string_view text) {
    const auto space = text.find(' ');
    if (space == 0 || space == std::string_view::npos) return false;
    const auto method = text.substr(0, space);
    const auto path = text.substr(space + 1);
    return std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; }) && path.starts_with('/')
           && path.find(' ') == std::string_view::npos;
}

rate_limit read_rate_limit(const section& row) {
    rate_limit limit;
    constexpr std::int64_t requests_max = 1'000'000;
    row.require("requests", "a whole number");
    row.require("per", "a duration");
    row.read("match", limit.match);
    if (!limit.match.empty() && !is_match(limit.match))
        row.error(
            row.place_of("match"),
            fmt::format("match {}, expected a method and a path, like GET /v2/smart_trades", yaml::shown(limit.match)));
    row.read_count("requests", limit.requests, 1, requests_max);
    row.read("per", limit.per, 1ms);
    limit.penalty = limit.per;
    row.read("penalty", limit.penalty, 0ms);
    limit.reserve = default_reserve(limit.requests);
    row.read_count("reserve", limit.reserve, 0, requests_max);
    if (limit.requests > 0 && limit.reserve >= limit.requests)
        row.error(row.place_of("reserve"),
                  fmt::format("reserve {}, expected fewer than the {} requests", limit.reserve, limit.requests));
    return limit;
}

} // namespace

std::vector<rate_limit> documented_limits() {
    return {{"", 100, 60s, 300s, default_reserve(100)}, {"GET /v2/smart_trades", 40, 10s, 10s, default_reserve(40)}};
}

void read_rate_limits(const section& root, const yaml::node* list, settings& out) {
    out.rate_limits = documented_limits();
    if (!list) return;
    out.rate_limits.clear();
    if (!list->is_list() || list->items.empty())
        return root.error(list->at, "rate_limits, expected a list of at least one limit");
    for (const auto& item : list->items)
        out.rate_limits.push_back(read_rate_limit(
            {&item, "rate_limits", item.at, root.told(), {"match", "requests", "per", "penalty", "reserve"}}));
    // What no limit counts is also silenced by none, however often it is answered with 429.
    if (std::ranges::none_of(out.rate_limits, [](const rate_limit& limit) { return limit.match.empty(); }))
        root.error(list->at, "rate_limits, expected one limit without match: it counts every request, and says how "
                             "long all are silent after a 429");
}

void read_guardrails(const section& root, settings& out) {
    const auto rails = root.group(
        "guardrails", {"max_changes", "max_stop_move", "max_active_trades", "max_order_total", "max_leverage"});
    constexpr std::int64_t count_max = 1'000'000;
    const auto changes = rails.group("max_changes", {"create", "update", "remove"});
    changes.read_count("create", out.guardrails.create_max, 0, count_max);
    changes.read_count("update", out.guardrails.update_max, 0, count_max);
    changes.read_count("remove", out.guardrails.remove_max, 0, count_max);
    rails.read("max_stop_move", out.guardrails.max_stop_move);
    if (rails.has("max_active_trades"))
        rails.read_count("max_active_trades", out.guardrails.max_active_trades.emplace(), 0, count_max);
    if (rails.has("max_leverage")) rails.read_count("max_leverage", out.guardrails.max_leverage.emplace(), 1, 1000);
    for (const auto& member : rails.entries("max_order_total"))
        if (const auto total = read_amount(member, root.told(), false))
            out.guardrails.max_order_total.emplace(member.key, money::money{*total});
}

} // namespace smarttrade::config
