#pragma once

#include "paper/trade_record.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::paper {

/// What may be done to a trade now: the flags that the API shows (api.md F.3), which are the preconditions of its calls
/// (D, V33..V36) as well.
trade::smart_trade::permitted permissions(const trade_record& of);

/// D 14 and E.3: a take-profit step that is out may be closed alone; everything of a trade that waits may be cancelled
/// alone, but its entry.
bool may_close_order(const trade_record& of, const order_record& step);
bool may_cancel_order(const trade_record& of, const order_record& order);

/// An order that is neither done nor about to be withdrawn or forced.
bool is_open(const order_record& order);

/// By its target or by command.
bool is_sold(const step_record& step);

/// Of the exits: they are watched.
bool has_open_exits(const trade_record& of);

} // namespace smarttrade::paper
