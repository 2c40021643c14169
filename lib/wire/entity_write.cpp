#include <algorithm>
#include <array>
#include <chrono>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "wire/entity.hpp"

namespace smarttrade::wire {

namespace json = boost::json;
using trade::smart_trade;

namespace {

/// Titles of api.md F.1 and F.2, in the order of the enumerators. The last stands for a word we do not know.
constexpr std::array<std::string_view, 16> trade_titles{"Pending",
                                                        "Pending Position Opened",
                                                        "Waiting Targets",
                                                        "Pending reduce funds",
                                                        "Reducing funds",
                                                        "Stop Loss In Progress",
                                                        "Stop Loss Finished",
                                                        "Closing at Market Price",
                                                        "Closing at Market Price",
                                                        "Closed at Market Price",
                                                        "Cancelling",
                                                        "Cancelling",
                                                        "Cancelled",
                                                        "Finished",
                                                        "Failed",
                                                        ""};
constexpr std::array<std::string_view, 17> order_titles{"Pending",
                                                        "Pending",
                                                        "Placed",
                                                        "Trailing Activated",
                                                        "Panic closing",
                                                        "Panic closing",
                                                        "Panic sold",
                                                        "Cancelling",
                                                        "Cancelled",
                                                        "Finished",
                                                        "Failed",
                                                        "Own funds",
                                                        "Inactive",
                                                        "Need reset",
                                                        "Placing",
                                                        "Suspended",
                                                        ""};
static_assert(trade_titles.size() == base::names_of<trade::trade_status>().size());
static_assert(order_titles.size() == base::names_of<trade::order_status>().size());

std::string_view title_of(trade::trade_status s) { return trade_titles.at(static_cast<std::size_t>(s)); }
std::string_view title_of(trade::order_status s) { return order_titles.at(static_cast<std::size_t>(s)); }

template <class Status> json::object status(const trade::told_status<Status>& told) {
    const auto title = title_of(told.type);
    json::object made{
        {"type", told.text}, {"basic_type", told.text}, {"title", title.empty() ? std::string_view{told.text} : title}};
    if (!told.error.empty()) made["error"] = told.error;
    return made;
}

template <class Amount> json::value amount(const Amount& value) {
    return json::value(json::string_view{value.to_string()});
}
template <class Amount> json::value amount(const std::optional<Amount>& value) {
    return value ? amount(*value) : json::value{};
}

json::value time(const std::optional<base::utc_time>& at) {
    return at ? json::value(json::string_view{base::format_utc(*at)}) : json::value{};
}

json::object leverage(const std::optional<trade::leverage>& from) {
    if (!from) return {{"enabled", false}};
    return {{"enabled", true}, {"type", base::name_of(from->type)}, {"value", fmt::format("{}.0", from->value)}};
}

json::object conditional(const trade::conditional_entry& from, trade::side side) {
    const auto standard = side == trade::side::buy ? trade::price_type::ask : trade::price_type::bid; // V11
    return {{"editable", false},
            {"price", {{"value", amount(from.trigger)}, {"type", base::name_of(from.follows.value_or(standard))}}},
            {"order_type", base::name_of(from.order)},
            {"trailing", {{"enabled", from.trailing.has_value()}, {"percent", amount(from.trailing)}}}};
}

json::object position(const smart_trade::position_view& from) {
    json::object made{{"type", base::name_of(from.type)},
                      {"editable", from.editable},
                      {"units", {{"value", amount(from.units)}, {"editable", from.editable}}},
                      {"price",
                       {{"value", amount(from.price)},
                        {"value_without_commission", amount(from.price_without_commission)},
                        {"editable", from.price_editable}}},
                      {"total", {{"value", amount(from.total)}}},
                      {"order_type", base::name_of(from.order)},
                      {"status", status(from.status)}};
    if (from.conditional) made["conditional"] = conditional(*from.conditional, from.type);
    return made;
}

json::object step(const smart_trade::step_view& from) {
    return {{"id", from.id.value},
            {"order_type", base::name_of(from.order)},
            {"editable", from.editable},
            {"units", {{"value", amount(from.units)}}},
            {"price",
             {{"type", base::name_of(from.follows)}, {"value", amount(from.price)}, {"percent", amount(from.percent)}}},
            {"volume", amount(from.volume)},
            {"total", amount(from.total)},
            {"trailing", {{"enabled", from.is_trailing}, {"percent", amount(from.trailing)}}},
            {"status", status(from.status)},
            {"closed_at", time(from.closed_at)},
            {"data", {{"cancelable", from.cancelable}, {"panic_sell_available", from.panic_sell_available}}},
            {"position", from.place}};
}

json::object take_profit(const smart_trade& from) {
    if (!from.take_profit_enabled) return {{"enabled", false}, {"steps", json::array{}}};
    const bool by_percent = std::ranges::any_of(from.take_profit, [](const auto& s) { return s.percent && !s.price; });
    json::array steps;
    for (const auto& view : from.take_profit) steps.push_back(step(view));
    return {{"enabled", true}, {"price_type", by_percent ? "percentage" : "value"}, {"steps", std::move(steps)}};
}

json::object stop_loss(const std::optional<smart_trade::stop_view>& from) {
    if (!from) return {{"enabled", false}};
    json::value seconds;
    if (from->timeout) seconds = from->timeout->count();
    return {{"enabled", true},
            {"price_type", from->percent && !from->trigger ? "percentage" : "value"},
            {"breakeven", from->breakeven},
            {"order_type", base::name_of(from->order)},
            {"editable", from->editable},
            {"status", status(from->status)},
            {"units", {{"value", amount(from->units)}}},
            {"total", {{"value", amount(from->total)}}},
            {"price", {{"value", amount(from->limit_price)}, {"percent", nullptr}}},
            {"closed_at", time(from->closed_at)},
            {"conditional",
             {{"price",
               {{"value", amount(from->trigger)},
                {"type", base::name_of(from->follows)},
                {"percent", amount(from->percent)}}},
              {"trailing", {{"enabled", from->is_trailing}, {"percent", amount(from->trailing)}}}}},
            {"timeout", {{"enabled", from->timeout.has_value()}, {"value", std::move(seconds)}}}};
}

json::value market(const std::optional<smart_trade::market_view>& from) {
    if (!from) return nullptr;
    return json::object{{"bid", amount(from->bid)},
                        {"ask", amount(from->ask)},
                        {"last", amount(from->last)},
                        {"quote_volume", "0.0"}, // of no account here: nobody trades on it
                        {"day_change_percent", "0.0"}};
}

json::object data(const smart_trade& from) {
    json::object made{{"editable", from.may.edit},
                      {"current_price", market(from.current_price)},
                      {"target_price_type", "price"},
                      {"orderbook_price_currency", from.pair.quote},
                      {"base_order_finished", true}, // so in every recorded answer (api.md E.1)
                      {"missing_funds_to_close", "0.0"},
                      {"liquidation_price", amount(from.liquidation_price)},
                      {"average_enter_price", amount(from.average_enter_price)},
                      {"average_close_price", amount(from.average_close_price)},
                      {"average_enter_price_without_commission", amount(from.average_enter_price_without_commission)},
                      {"average_close_price_without_commission", amount(from.average_close_price_without_commission)},
                      {"panic_sell_available", from.may.panic_sell},
                      {"add_funds_available", from.may.add_funds},
                      {"reduce_funds_available", from.may.reduce_funds},
                      {"force_start_available", from.may.force_start},
                      {"force_process_available", from.may.force_process},
                      {"cancel_available", from.may.cancel},
                      {"finished", from.finished_flag},
                      {"base_position_step_finished", from.entry_step_finished},
                      {"entered_amount", amount(from.entered_amount)},
                      {"entered_total", amount(from.entered_total)},
                      {"closed_amount", amount(from.closed_amount)},
                      {"closed_total", amount(from.closed_total)},
                      {"commission", amount(from.commission)},
                      {"created_at", base::format_utc(from.created_at)},
                      {"updated_at", base::format_utc(from.updated_at)}};
    if (from.closed_at) made["closed_at"] = base::format_utc(*from.closed_at);
    made["type"] = base::name_of(from.type);
    return made;
}

json::object entity(const smart_trade& from) {
    return {{"id", from.id.value},
            {"version", 2},
            {"account",
             {{"id", from.account.id.value},
              {"type", from.account.type},
              {"name", from.account.name},
              {"market", from.account.market},
              {"link", fmt::format("/accounts/{}", from.account.id.value)}}},
            {"pair", from.pair.text()},
            {"instant", from.instant},
            {"status", status(from.status)},
            {"leverage", leverage(from.leverage)},
            {"position", position(from.position)},
            {"take_profit", take_profit(from)},
            {"stop_loss", stop_loss(from.stop_loss)},
            {"reduce_funds", {{"steps", json::array{}}}},
            {"market_close", json::object{}},
            {"note", from.note},
            {"note_raw", from.note_raw ? json::value(json::string_view{*from.note_raw}) : json::value{}},
            {"skip_enter_step", from.skip_enter_step},
            {"data", data(from)},
            {"profit",
             {{"volume", amount(from.profit.volume)},
              {"usd", amount(from.profit.usd)},
              {"percent", amount(from.profit.percent)},
              {"roe", amount(from.profit.roe)}}},
            {"margin", {{"amount", amount(from.margin_amount)}, {"total", amount(from.margin_total)}}},
            {"is_position_not_filled", from.is_position_not_filled}};
}

} // namespace

std::string write_smart_trade(const smart_trade& from) { return json::serialize(entity(from)); }

std::string write_smart_trades(const std::vector<smart_trade>& entities) {
    json::array all;
    for (const auto& one : entities) all.push_back(entity(one));
    return json::serialize(all);
}

} // namespace smarttrade::wire
