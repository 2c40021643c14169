#include <fmt/format.h>

#include "config/parts.hpp"
#include "trade/pair.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::config {

namespace {

market_walk read_walk(const section& market) {
    market_walk walk;
    const auto group = market.group("walk", {"seed", "start", "swing"});
    group.require("start", "a price for each pair, like {USDT_BTC: 60000}");
    group.read_count("seed", walk.seed, 0, INT64_MAX);
    std::optional<money::percent> swing;
    group.read("swing", swing);
    walk.swing = swing.value_or(walk.swing);
    for (const auto& member : group.entries("start")) {
        const auto price = read_amount(member, market.told(), false);
        if (!trade::pair::parse(member.key))
            market.error(member.key_at,
                         fmt::format("pair {}, expected QUOTE_BASE like USDT_BTC", yaml::shown(member.key)));
        else if (price)
            walk.start.emplace(member.key, money::price{*price});
    }
    return walk;
}

market_replay read_replay(const section& market) {
    market_replay replay;
    market.read("replay", replay.file);
    market.read("speed", replay.speed);
    const auto slowest = money::decimal{1, 3}, fastest = money::decimal{1'000'000};
    if (replay.speed < slowest || replay.speed > fastest || replay.speed.scale() > 8)
        market.error(
            market.place_of("speed"),
            fmt::format("speed {}, expected 0.001 to 1000000 with at most 8 decimals", replay.speed.to_short_string()));
    return replay;
}

} // namespace

void read_paper(const section& root, settings& out) {
    const auto group = root.group("paper", {"balance", "market"});
    if (!group.is_present()) {
        if (root.has("paper")) out.paper.emplace(); // wrong, and told; the accounts are still those of paper
        return;
    }
    auto& paper = out.paper.emplace();
    for (const auto& member : group.entries("balance"))
        if (const auto amount = read_amount(member, root.told(), true)) paper.balance.emplace(member.key, *amount);
    group.require("market", "walk or replay");
    if (!group.has("market")) return;
    const auto market = group.group("market", {"walk", "replay", "speed"});
    if (market.has("walk") == market.has("replay"))
        return market.error(market.at(), "market, expected either walk or replay in it");
    if (market.has("walk") && market.has("speed"))
        market.error(market.place_of("speed"), "speed beside walk, expected it beside replay only");
    if (market.has("walk"))
        paper.market = read_walk(market);
    else
        paper.market = read_replay(market);
}

} // namespace smarttrade::config
