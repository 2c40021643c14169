#include "plan/merge_defaults.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "plan/expand_values.hpp"

namespace smarttrade::plan {

namespace {

using yaml::node;

constexpr std::array<std::string_view, 4> replaced_whole{"price", "units", "trailing", "timeout"};

node merge(const node* below, const node& above) {
    if (above.is_list()) {
        auto list = above;
        for (auto& item : list.items) item = merge(nullptr, item);
        return list;
    }
    if (!above.is_map()) return above;
    node merged = above;
    merged.members.clear();
    if (below && below->is_map()) merged.members = below->members;
    for (const auto& member : above.members) {
        const auto same = [&](const yaml::member& m) { return m.key == member.key; };
        if (is_none(member.value) && member.key != "note") {
            std::erase_if(merged.members, same);
            continue;
        }
        const auto found = std::ranges::find_if(merged.members, same);
        const bool is_deep =
            found != merged.members.end() && std::ranges::find(replaced_whole, member.key) == replaced_whole.end();
        yaml::member own{member.key, member.key_at, merge(is_deep ? &found->value : nullptr, member.value)};
        if (found == merged.members.end())
            merged.members.push_back(std::move(own));
        else
            *found = std::move(own);
    }
    return merged;
}

node* member_below(node* map, std::string_view key) { return map ? member_of(*map, key) : nullptr; }

} // namespace

node merge_defaults(const node& defaults, const node& trade) {
    auto below = merge(nullptr, defaults);
    // A trade that says something in one of two ways must not meet the default's other way.
    using two_ways = std::array<std::string_view, 2>;
    for (const auto& ways : {two_ways{"account", "account_id"}, two_ways{"expires_after", "expires_at"}})
        if (trade.find(ways[0]) || trade.find(ways[1]))
            std::erase_if(below.members, [&](const yaml::member& m) { return m.key == ways[0] || m.key == ways[1]; });
    return merge(&below, trade);
}

void fill_in(node& trade) {
    const auto* chosen = trade.find("price_type");
    const auto type = chosen && chosen->value.is_scalar() ? std::optional{chosen->value}
                                                          : std::nullopt; // a copy: the members move below
    const auto fill_type = [&](node* price) {
        if (price && price->is_map() && !price->find("type"))
            set_member(*price, "type", price->at, type.value_or(scalar_node("last", price->at)));
    };
    for (const std::string_view key : {"take_profit", "stop_loss"}) {
        if (trade.find(key)) continue;
        node off;
        off.type = node::kind::map;
        off.at = trade.at;
        set_member(off, "enabled", trade.at, scalar_node("false", trade.at));
        set_member(trade, key, trade.at, std::move(off));
    }
    if (auto* steps = member_below(member_of(trade, "take_profit"), "steps"))
        for (auto& step : steps->items) fill_type(member_of(step, "price"));
    fill_type(member_below(member_below(member_of(trade, "stop_loss"), "conditional"), "price"));
}

} // namespace smarttrade::plan
