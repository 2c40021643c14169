#include "wire/sub_trade.hpp"

#include <algorithm>

#include "wire/entity_amounts.hpp"
#include "wire/field_access.hpp"
#include "wire/json_writer.hpp"
#include "wire/listed.hpp"

namespace smarttrade::wire {

using trade::sub_trade;

namespace {

/// Members in the order of the example in api.md E.3.
sub_trade read_members(json_members in, entity_amounts& amounts) {
    sub_trade read;
    read.id.value = integer_of(in["id"]).value_or(0);
    read.average_price = amounts.read<money::price>(in["average_price"]);
    read.follows = word_of<trade::price_type>(in["follow_price_type"]).value_or(trade::price_type::last);
    read.initial_amount = amounts.read<money::quantity>(in["initial_amount"]);
    read.initial_total = amounts.read<money::money>(in["initial_total"]);
    read.order_price = amounts.read<money::price>(in["order_price"]);
    read.order_side = word_of<trade::side>(in["order_side"]).value_or(trade::side::buy);
    read.order = word_of<trade::entry_type>(in["order_type"]).value_or(trade::entry_type::market);
    read.pair = trade::pair::parse(in["pair"].text()).value_or(trade::pair{});
    read.position_percentage = amounts.read<money::percent>(in["position_percentage"]);
    read.realised_amount = amounts.read<money::quantity>(in["realised_amount"]);
    read.realised_total = amounts.read<money::money>(in["realised_total"]);
    read.status = trade::told_status<trade::order_status>::parse(in["status"].text());
    read.take_profit_percentage = amounts.read<money::percent>(in["take_profit_percentage"]);
    read.purpose = text_or_empty(in["trade_purpose"]);
    read.trail_percentage = amounts.read<money::percent>(in["trail_percentage"]);
    read.trail_value = amounts.read<money::price>(in["trail_value"]);
    read.is_trailing = is_on(in["trailing_enabled"]);
    read.trailing_last_price = amounts.read<money::price>(in["trailing_last_price"]);
    read.trailing_last_updated_at = text_of(in["trailing_last_price_updated_at"]);
    read.condition = word_of<trade::trigger_condition>(in["trigger_condition"]);
    read.trigger_price = amounts.read<money::price>(in["trigger_price"]);
    read.trigger_price_percentage = amounts.read<money::percent>(in["trigger_price_percentage"]);
    read.is_conditional = in["trigger_type"].text() == "conditional";
    read.created_at = time_of(in["created_at"]).value_or(base::utc_time{});
    read.updated_at = time_of(in["updated_at"]).value_or(base::utc_time{});
    read.realised_percentage = amounts.read<money::percent>(in["realised_percentage"]);
    read.initial_price = amounts.read<money::price>(in["initial_price"]);
    read.realised_price = amounts.read<money::price>(in["realised_price"]);
    read.cancelable = is_on(in["cancelable"]);
    read.force_processable = is_on(in["force_processable"]);
    return read;
}

reading<sub_trade> read_one(json_value from) {
    const auto id = integer_of(from["id"]);
    if (!id || *id < 1) return unreadable{"a sub-trade without id"};
    const auto name = "sub-trade " + std::to_string(*id);
    if (!trade::pair::parse(from["pair"].text())) return unreadable{name + " without pair"};
    if (from["status"].text().empty()) return unreadable{name + " without status"};
    return read_bounded(name, [&](entity_amounts& amounts) { return read_members(json_members{from}, amounts); });
}

/// A time or a number, by its looks.
void write_moment(json_writer& to, const std::optional<std::string>& moment) {
    to.key("trailing_last_price_updated_at");
    const bool is_whole = moment && !moment->empty() && moment->size() <= 18
                          && std::ranges::all_of(*moment, [](char c) { return c >= '0' && c <= '9'; });
    if (is_whole)
        to.put(std::stoll(*moment));
    else
        to.put(moment);
}

void write_one(json_writer& to, const sub_trade& from) {
    to.member("id", from.id);
    to.member("average_price", from.average_price);
    to.member("follow_price_type", from.follows);
    to.member("initial_amount", from.initial_amount);
    to.member("initial_total", from.initial_total);
    to.member("order_price", from.order_price);
    to.member("order_side", from.order_side);
    to.member("order_type", from.order);
    to.member("pair", from.pair.text());
    to.member("position_percentage", from.position_percentage);
    to.member("realised_amount", from.realised_amount);
    to.member("realised_total", from.realised_total);
    to.member("status", from.status.text());
    to.member("take_profit_percentage", from.take_profit_percentage);
    to.member("trade_purpose", from.purpose);
    to.member("trail_percentage", from.trail_percentage);
    to.member("trail_value", from.trail_value);
    to.member("trailing_enabled", from.is_trailing);
    to.member("trailing_last_price", from.trailing_last_price);
    write_moment(to, from.trailing_last_updated_at);
    to.member("trigger_condition", from.condition);
    to.member("trigger_price", from.trigger_price);
    to.member("trigger_price_percentage", from.trigger_price_percentage);
    to.member("trigger_type", from.is_conditional ? "conditional" : "none");
    to.member("created_at", from.created_at);
    to.member("updated_at", from.updated_at);
    to.member("realised_percentage", from.realised_percentage);
    to.member("initial_price", from.initial_price);
    to.member("realised_price", from.realised_price);
    to.member("cancelable", from.cancelable);
    to.member("force_processable", from.force_processable);
}

} // namespace

reading<std::vector<sub_trade>> read_sub_trades(std::string_view json) {
    return read_document(json, [](json_value root) { return read_list<sub_trade>(root, "sub-trades", read_one); });
}

std::string write_sub_trades(const std::vector<sub_trade>& all) {
    json_writer to;
    to.list(all, [&](const sub_trade& one) { to.object([&] { write_one(to, one); }); });
    return to.take();
}

} // namespace smarttrade::wire
