#include "plan/merge_defaults.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "plan/expand_values.hpp"

namespace smarttrade::plan {

namespace {

using yaml::node;

constexpr std::array<std::string_view, 4> replaced_whole{"price", "units", "trailing", "timeout"};

/// In a trade a note may be the word itself.
bool takes_away(const yaml::member& member) { return is_none(member.value) && member.key != "note"; }

/// Drops what is `none`.
void strip(node& value) {
    std::erase_if(value.members, takes_away);
    for (auto& item : value.items) strip(item);
    for (auto& member : value.members) strip(member.value);
}

node merge(node below, node above) {
    if (!above.is_map() || !below.is_map()) {
        strip(above);
        return above;
    }
    below.at = above.at;
    auto inherited = static_cast<std::ptrdiff_t>(below.members.size()); // the trade's own need not be searched
    for (auto& own : above.members) {
        const auto end = below.members.begin() + inherited;
        const auto found = std::ranges::find(below.members.begin(), end, own.key, &yaml::member::key);
        const bool is_there = found != end;
        const bool is_deep = is_there && std::ranges::find(replaced_whole, own.key) == replaced_whole.end();
        if (takes_away(own)) {
            if (is_there) {
                below.members.erase(found);
                --inherited;
            }
            continue;
        }
        own.value = merge(is_deep ? std::move(found->value) : node{}, std::move(own.value));
        if (is_there)
            *found = std::move(own);
        else
            below.members.push_back(std::move(own));
    }
    return below;
}

node* member_below(node* map, std::string_view key) { return map ? member_of(*map, key) : nullptr; }

} // namespace

node merge_defaults(const node& defaults, node trade) {
    auto below = defaults;
    strip(below);
    const auto drop = [&](std::string_view key) {
        std::erase_if(below.members, [key](const yaml::member& m) { return m.key == key; });
    };
    // A trade that says something in one of two ways must not meet the default's other way.
    using two_ways = std::array<std::string_view, 2>;
    for (const auto& ways : {two_ways{"account", "account_id"}, two_ways{"expires_after", "expires_at"}})
        if (trade.find(ways[0]) || trade.find(ways[1])) std::ranges::for_each(ways, drop);
    const auto* revision = trade.find("revision");
    const bool is_first = !revision || revision->value.text == "1";
    if (trade.find("adopt") && is_first) drop("submit_within"); // it is never sent
    return merge(std::move(below), std::move(trade));
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
