#include "trade/rule_groups.hpp"

namespace smarttrade::trade {

namespace {

std::optional<money::price> read_order_price(body_reader& reader, std::string_view rule, const body_field& position) {
    const auto price = position["price"];
    if (!reader.required_group(rule, price, "the price of the order")) return std::nullopt;
    refuse_trigger_members(reader, rule, price);
    return reader.price(rule, price["value"], "the price of the order");
}

std::optional<money::percent> read_entry_trailing(body_reader& reader, const body_field& conditional,
                                                  std::optional<order_type> order) {
    const auto trailing = conditional["trailing"];
    if (!reader.optional_group("V10", trailing) || !reader.is_on("V10", trailing)) return std::nullopt;
    constexpr std::int64_t percent_max = 99;
    const auto percent = reader.percent("V10", trailing["percent"], percent_max);
    if (order == order_type::limit)
        reader.report(base::severity::error, "V10", trailing,
                      "trailing on a conditional limit entry, expected order_type market in conditional");
    return percent;
}

base::rare<conditional_entry> read_conditional(body_reader& reader, const body_field& position) {
    const auto conditional = position["conditional"];
    if (!reader.required_group("V8", conditional, "the trigger of the entry")) return std::nullopt;
    const auto price = conditional["price"];
    std::optional<money::price> trigger;
    std::optional<price_type> follows;
    if (reader.required_group("V8", price, "the trigger price")) {
        trigger = reader.price("V8", price["value"], "the trigger price");
        if (trigger) reader.ignored("V8", price["percent"], "expected a price alone: only exits can be percents");
        if (price["type"]) follows = reader.word<price_type>("V11", price["type"]);
    }
    const auto order = reader.word<order_type>("V8", conditional["order_type"]);
    const auto trailing = read_entry_trailing(reader, conditional, order);
    const auto enabled = conditional["trailing"]["enabled"];
    const bool is_trailing_wrong = enabled && enabled.node->text == "true" && !trailing;
    if (!trigger || !order || is_trailing_wrong) return std::nullopt;
    return conditional_entry{*trigger, follows, *order, trailing};
}

constexpr std::string_view no_order_price = "expected none: a market order has no price of its own";

} // namespace

void refuse_trigger_members(body_reader& reader, std::string_view rule, const body_field& price) {
    reader.ignored(rule, price["type"], "expected none: an order price follows no side of the book");
    reader.ignored(rule, price["percent"], "expected a price: only exits can be percents");
}

entry_reading read_entry(body_reader& reader, const body_field& body, bool skip_enter_step) {
    entry_reading entry;
    const auto position = body["position"];
    if (!reader.required_group("V5", position, "the entry of the trade")) return entry;
    const auto type = reader.word<side>("V5", position["type"]);
    const auto order = reader.word<entry_type>("V5", position["order_type"]);
    const auto units_group = position["units"];
    std::optional<money::quantity> units;
    if (reader.required_group("V5", units_group, "the amount in base currency"))
        units = reader.units("V5", units_group["value"]);

    base::rare<conditional_entry> conditional;
    if (order == entry_type::conditional)
        conditional = read_conditional(reader, position);
    else if (order)
        reader.ignored("V8", position["conditional"], "expected order_type conditional beside it");
    if (order == entry_type::conditional && skip_enter_step)
        reader.report(base::severity::error, "V9", position["order_type"],
                      "order_type conditional with skip_enter_step, expected market: no entry order is made",
                      "does not have a valid value");

    const bool is_limit = order == entry_type::limit || (conditional && conditional->order == order_type::limit);
    std::optional<money::price> price;
    if (is_limit)
        price = read_order_price(reader, order == entry_type::limit ? "V7" : "V8", position);
    else if (skip_enter_step)
        price = read_order_price(reader, "V9", position);
    else if (order == entry_type::market)
        reader.ignored("V7", position["price"], no_order_price);
    else if (conditional)
        reader.ignored("V8", position["price"], no_order_price);

    if (!type || !order || (order == entry_type::conditional && !conditional)) return entry;
    entry.order = entry_order{*type, *order, units.value_or(money::quantity{}), price, conditional};
    return entry;
}

entry_reading read_entry_change(body_reader& reader, const body_field& body, const update_context& before,
                                std::optional<trade_update::entry_change>& change) {
    entry_reading entry{before.entry};
    const auto position = body["position"];
    if (before.is_entered) {
        if (entry.order->conditional) entry.order->conditional->trailing.reset();
        reader.ignored("V33", position, "expected none: the entry is filled");
        return entry;
    }
    if (!reader.optional_group("V33", position)) return entry;
    trade_update::entry_change made;
    if (const auto units = position["units"]; reader.optional_group("V5", units))
        made.units = reader.units("V5", units["value"]);
    const auto is_conditional = before.entry.order == entry_type::conditional;
    if (is_conditional && position["conditional"]) {
        made.conditional = entry.order->conditional = read_conditional(reader, position);
    } else if (!is_conditional) {
        reader.ignored("V8", position["conditional"], "expected none: this entry is not conditional");
    }
    const auto& conditional = entry.order->conditional;
    const bool is_limit =
        before.entry.order == entry_type::limit || (conditional && conditional->order == order_type::limit);
    if (is_limit && (position["price"] || !before.entry.price)) {
        made.price = read_order_price(reader, is_conditional ? "V8" : "V7", position);
        entry.order->price = made.price;
    } else if (!is_limit) {
        reader.ignored(is_conditional ? "V8" : "V7", position["price"], no_order_price);
    }
    if (made != trade_update::entry_change{}) change = made;
    if (is_conditional && !conditional) entry.order.reset();
    return entry;
}

} // namespace smarttrade::trade
