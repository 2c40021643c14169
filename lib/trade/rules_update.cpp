#include "trade/rules_update.hpp"

#include <algorithm>

#include "trade/rule_groups.hpp"

namespace smarttrade::trade {

namespace {

/// An exit that the body leaves out stays a percent only as long as the entry trails (V18): a change that ends the
/// trailing has to say where the exits stand.
void refuse_standing_percents(body_reader& reader, const body_field& root, const update_context& before,
                              const entry_reading& entry) {
    if (!entry.order || entry.order->is_trailing()) return;
    const auto is_percent = [](const exit_level& level) { return std::holds_alternative<money::percent>(level); };
    const bool steps = std::ranges::any_of(
        before.take_profit, [&](const auto& each) { return !each.has_ended && is_percent(each.order.level); });
    if (steps && !root["take_profit"])
        reader.missing("V18", root["take_profit"], "prices: percents need a trailing entry");
    if (before.stop_loss && is_percent(before.stop_loss->trigger) && !root["stop_loss"])
        reader.missing("V18", root["stop_loss"], "a price: percents need a trailing entry");
}

void read_exits(body_reader& reader, const body_field& root, const update_context& before, const entry_reading& entry,
                trade_update& into) {
    if (root["take_profit"])
        into.take_profit = read_take_profit(reader, root, entry, &before.take_profit);
    else
        for (const auto& [id, order, has_ended] : before.take_profit) into.take_profit.push_back({id, order});
    into.stop_loss = before.stop_loss;
    if (root["stop_loss"])
        into.stop_loss = read_stop_loss(reader, root, entry, std::max(count_steps(root), into.take_profit.size()));
    refuse_standing_percents(reader, root, before, entry);
}

} // namespace

update_reading read_update(const field_tree& body, const update_context& before, strictness who) {
    body_reader reader{who};
    const body_field root{&body, {}};
    trade_update update;
    update.leverage = before.leverage;
    if (before.is_entered)
        reader.ignored("V33", root["leverage"], "expected none: the entry is filled");
    else if (root["leverage"])
        update.leverage = read_leverage(reader, root["leverage"]);
    const auto entry = read_entry_change(reader, root, before, update.position);
    if (!before.is_instant) read_exits(reader, root, before, entry, update);

    update_reading reading;
    if (!reader.has_errors()) reading.update = std::move(update);
    reading.violations = reader.take();
    return reading;
}

funds_reading read_funds_order(const field_tree& body, strictness who, field_path at) {
    body_reader reader{who};
    const body_field root{&body, std::move(at)};
    const auto type = root["order_type"];
    const auto order = reader.word<order_type>("V34", type);
    // The one documented answer to an order without its type has both messages (api.md C.3, add_funds).
    if (!type && !reader.for_author())
        reader.report(base::severity::error, "V34", type, "order_type is missing", "does not have a valid value");
    std::optional<money::quantity> units;
    if (const auto group = root["units"]; reader.required_group("V34", group, "the amount in base currency"))
        units = reader.units("V34", group["value"]);
    std::optional<money::price> price;
    const auto group = root["price"];
    refuse_trigger_members(reader, "V34", group);
    if (order == order_type::limit && reader.required_group("V34", group, "the price of the limit order"))
        price = reader.price("V34", group["value"], "the price of the limit order");
    else if (order == order_type::market)
        reader.ignored("V34", group, "expected none: a market order has no price of its own");

    funds_reading reading;
    if (!reader.has_errors()) reading.order = funds_order{*order, *units, price};
    reading.violations = reader.take();
    return reading;
}

note_reading read_note_body(const field_tree& body, strictness who) {
    body_reader reader{who};
    const body_field root{&body, {}};
    const auto at = root["note"];
    if (!at) reader.missing("V32", at, "1 to 300 characters");
    auto note = read_note(reader, at);

    note_reading reading;
    if (!reader.has_errors()) reading.note = std::move(note);
    reading.violations = reader.take();
    return reading;
}

} // namespace smarttrade::trade
