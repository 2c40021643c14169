#include <fmt/format.h>

#include "trade/percent_exits.hpp"
#include "trade/rule_groups.hpp"

namespace smarttrade::trade {

namespace {

std::optional<stop_trailing> read_stop_trailing(body_reader& reader, const body_field& conditional,
                                                std::optional<order_type> order) {
    const auto trailing = conditional["trailing"];
    if (!reader.optional_group("V27", trailing) || !reader.is_on("V27", trailing)) return std::nullopt;
    if (order == order_type::limit)
        reader.report(base::severity::error, "V27", trailing,
                      "trailing on a limit stop, expected order_type market in stop_loss");
    constexpr std::int64_t percent_max = 99;
    const auto percent = trailing["percent"];
    return stop_trailing{percent ? reader.percent("V27", percent, percent_max) : std::nullopt};
}

std::optional<std::chrono::seconds> read_timeout(body_reader& reader, const body_field& stop) {
    const auto timeout = stop["timeout"];
    if (!reader.optional_group("V25", timeout) || !reader.is_on("V25", timeout)) return std::nullopt;
    constexpr std::int64_t seconds_max = 999'999'999; // 31 years; far from any overflow
    const auto seconds = reader.whole("V25", timeout["value"], "whole seconds, at least 1", seconds_max);
    return seconds ? std::optional{std::chrono::seconds{*seconds}} : std::nullopt;
}

void check_breakeven(body_reader& reader, const body_field& stop, bool is_trailing, std::size_t steps) {
    const auto breakeven = stop["breakeven"];
    if (reader.for_adopter()) return; // steps may have been cancelled
    if (steps < 2)
        reader.report(base::severity::error, "V26", breakeven,
                      fmt::format("breakeven true with {} take_profit step{}, expected at least 2", steps,
                                  steps == 1 ? "" : "s"));
    if (is_trailing && reader.for_author()) {
        auto& told = reader.report(base::severity::error, "V26", breakeven,
                                   "breakeven true with a trailing stop, expected one of them");
        told.other = field_path{"stop_loss", "conditional", "trailing"};
    }
}

/// Below the entry for a long, above it for a short (V28). The API does not enforce it, and a percent always is. The
/// stop of a trade that stands may have been moved into profit.
void check_against_entry(body_reader& reader, const body_field& at, const money::price& trigger,
                         const entry_reading& entry) {
    const auto reference = entry.reference();
    const bool is_long = entry.is_long();
    if (!reference || !at || reader.for_adopter()) return;
    if (is_long ? trigger < *reference : trigger > *reference) return;
    auto& told = reader.report(
        base::severity::error, "V28", at,
        fmt::format("stop_loss {} is {} entry {} of a {} trade, expected {}", as_written(*at.node),
                    trigger == *reference ? "at"
                    : is_long             ? "above"
                                          : "below",
                    reference->to_short_string(), is_long ? "long" : "short", is_long ? "below" : "above"));
    told.other = field_path{"position", "price", "value"};
}

/// A limit stop sells at its trigger or beyond it (V28).
void check_limit_price(body_reader& reader, const body_field& stop, const stop_loss_order& read,
                       const money::price& trigger, const entry_reading& entry) {
    const bool is_long = entry.is_long();
    if (!read.limit_price || (is_long ? *read.limit_price <= trigger : *read.limit_price >= trigger)) return;
    const auto limit = stop["price"]["value"];
    const auto* percent = std::get_if<money::percent>(&read.trigger);
    auto shown = trigger.to_short_string();
    if (percent) shown = fmt::format("{}% ({})", percent->to_short_string(), shown);
    auto& told = reader.report(
        base::severity::warning, "V28", limit,
        fmt::format("stop_loss price {} is {} its trigger {}, expected it at or {}: it may not fill",
                    as_written(*limit.node), is_long ? "above" : "below", shown, is_long ? "below" : "above"));
    told.other = stop["conditional"]["price"][percent ? "percent" : "value"].path;
}

void check_side(body_reader& reader, const body_field& stop, const stop_loss_order& read, const entry_reading& entry) {
    if (!reader.for_author() || !entry.order) return;
    const auto trigger = price_of(read.trigger, exit_kind::stop_loss, entry.order->type, entry.reference());
    if (!trigger) return;
    check_against_entry(reader, stop["conditional"]["price"]["value"], *trigger, entry);
    check_limit_price(reader, stop, read, *trigger, entry);
}

} // namespace

std::optional<stop_loss_order> read_stop_loss(body_reader& reader, const body_field& body, const entry_reading& entry,
                                              std::size_t steps) {
    const auto stop = body["stop_loss"];
    if (!reader.required_group("V6", stop, "its trigger, or enabled: false") || !reader.is_on("V6", stop))
        return std::nullopt;
    const auto order = reader.word<order_type>("V23", stop["order_type"]);
    std::optional<money::price> limit_price;
    const auto price = stop["price"];
    if (order == order_type::limit && reader.required_group("V24", price, "the price of the limit order")) {
        refuse_trigger_members(reader, "V24", price);
        limit_price = reader.price("V24", price["value"], "the price of the limit order");
    } else if (order == order_type::market) {
        reader.ignored("V24", price, "expected none: a market stop has no limit price");
    }

    std::optional<price_type> follows;
    std::optional<exit_level> level;
    std::optional<stop_trailing> trailing;
    const auto conditional = stop["conditional"];
    if (reader.required_group("V23", conditional, "the trigger of the stop")) {
        const auto trigger = conditional["price"];
        if (reader.required_group("V23", trigger, "the trigger price")) {
            follows = reader.word<price_type>("V11", trigger["type"]);
            level = read_exit_level(reader, "V23", trigger, entry);
            if (level) refuse_percent_to_zero(reader, "V28", trigger, *level, entry.is_long());
        }
        trailing = read_stop_trailing(reader, conditional, order);
    }
    const auto timeout = read_timeout(reader, stop);
    const bool breakeven = reader.flag(stop["breakeven"]);
    if (breakeven) check_breakeven(reader, stop, trailing.has_value(), steps);
    if (!order || !follows || !level) return std::nullopt;
    stop_loss_order read{*order, *follows, *level, limit_price, trailing, timeout, breakeven};
    check_side(reader, stop, read, entry);
    return read;
}

} // namespace smarttrade::trade
