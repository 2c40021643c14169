#pragma once

#include <optional>

#include "paper/trade_record.hpp"

namespace smarttrade::paper {

// Where the facts leave a choice, api.md takes one and marks it (I). Each such choice of the engine stands here alone,
// with its mark; the rest of the room asks. What shows them to clients is in permissions and the views.

/// H.4 (I): the request does not say from which side the price has to come, so the price at creation decides it: a
/// trigger above it waits for a rise, one at or below it for a fall. A trailing entry waits for the good side (H.5).
crossing entry_crossing(const trade::entry_order& entry, const quote& prices);

/// V11: ask for a buy, bid for a sell, where the request names no source.
trade::price_type entry_source(const trade::entry_order& entry);

/// M.2, H.7 (I): what percents and breakeven are measured from: the average entry price as shown, with commission, cut
/// to the price step. A smart sell has no average, so its reference price serves.
money::price entry_base(const trade_record& of, const market_limits& limits);

/// M.2 (I): `by` percent above or below the base, cut to the price step.
money::price level_from(const money::price& base, const money::percent& by, turn way, const market_limits& limits);

/// H.6, H.7 (I): the price `by` percent below (down) or above (up) the extreme, exact.
money::price turning_point(const money::price& extreme, const money::percent& by, turn way);

/// E.2, M.11, M.12 (I): a step's whole lots of what is free to sell: its volume of the volumes that are still open.
money::quantity step_share(const money::quantity& free, const money::percent& volume, const money::percent& open,
                           const market_limits& limits);

/// M.5 (I): an isolated position is liquidated where its loss has eaten the margin; there is no maintenance margin.
/// Rounded to the price step towards the entry, so that the loss is never above the margin. Nothing for a cross one,
/// and for a long one without leverage, whose level would be zero.
std::optional<money::price> liquidation_price(const trade_record& of, std::int64_t leverage,
                                              const market_limits& limits);

/// M.12 (I), less what steps that are about to be closed at market will sell.
money::quantity most_to_reduce(const trade_record& of);

/// Totals over leverage, rounded up to the 8 decimals in which totals are shown (E.2, I).
money::decimal margin_of(const money::money& total, std::int64_t leverage);

/// M.14 (I): an entry without the money fails, it is never refused.
inline constexpr const char* no_money = "Insufficient balance";
/// F.1 (I): no status says it, so a liquidated trade has failed.
inline constexpr const char* liquidated_error = "Position was liquidated";

/// Of a trailing order: the book's extreme while it runs, else the last one.
money::price extreme_of(const order_record& order, const market& in, trade::price_type follows, turn way);
/// Where a stop really stands: its trigger, or what trailing made of it, never looser than configured (H.7, M.3, M.4).
/// Nothing while a percent waits for the entry.
std::optional<money::price> stop_level(const trade_record& of, const market& in);
/// The way its trailing exits follow: a long one the top.
inline turn exit_turn(const trade_record& of) { return of.is_long() ? turn::down : turn::up; }

} // namespace smarttrade::paper
