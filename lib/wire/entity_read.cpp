#include "wire/entity.hpp"

#include <algorithm>
#include <cstdint>

#include "wire/field_access.hpp"

namespace smarttrade::wire {

using trade::field_tree;
using trade::smart_trade;

namespace {

const field_tree nothing;

const field_tree& group(const field_tree& tree, std::string_view name) {
    const auto* found = tree.find(name);
    return found ? *found : nothing;
}

template <class Status> trade::told_status<Status> status_of(const field_tree& owner) {
    return trade::told_status<Status>::parse(text_at(owner, {"status", "type"}).value_or(""),
                                             text_at(owner, {"status", "error"}).value_or(""));
}

std::optional<trade::leverage> read_leverage(const field_tree& from) {
    if (!flag_at(from, {"enabled"}).value_or(false)) return std::nullopt;
    trade::leverage read;
    const auto type = text_at(from, {"type"});
    read.type = type == "cross" ? trade::margin_type::cross : trade::margin_type::isolated; // `custom` is isolated
    read.value = integer_at(from, {"value"}).value_or(0);
    return read;
}

trade::conditional_entry read_conditional(const field_tree& from, trade::side side) {
    const auto standard = side == trade::side::buy ? trade::price_type::ask : trade::price_type::bid; // V11
    trade::conditional_entry read;
    read.trigger = amount_at<money::price>(from, {"price", "value"}).value_or(money::price{});
    read.follows = word_at<trade::price_type>(from, {"price", "type"}).value_or(standard);
    read.order = word_at<trade::order_type>(from, {"order_type"}).value_or(trade::order_type::market);
    if (flag_at(from, {"trailing", "enabled"}).value_or(false))
        read.trailing = amount_at<money::percent>(from, {"trailing", "percent"}).value_or(money::percent{});
    return read;
}

smart_trade::position_view read_position(const field_tree& from) {
    smart_trade::position_view read;
    read.type = word_at<trade::side>(from, {"type"}).value_or(trade::side::buy);
    read.order = word_at<trade::entry_type>(from, {"order_type"}).value_or(trade::entry_type::market);
    read.editable = flag_at(from, {"editable"}).value_or(false);
    read.price_editable = flag_at(from, {"price", "editable"}).value_or(false);
    read.units = amount_at<money::quantity>(from, {"units", "value"}).value_or(money::quantity{});
    read.price = amount_at<money::price>(from, {"price", "value"});
    read.price_without_commission = amount_at<money::price>(from, {"price", "value_without_commission"});
    read.total = amount_at<money::money>(from, {"total", "value"});
    if (const auto* conditional = from.find("conditional"))
        read.conditional = read_conditional(*conditional, read.type);
    read.status = status_of<trade::order_status>(from);
    return read;
}

smart_trade::step_view read_step(const field_tree& from, int place) {
    smart_trade::step_view read;
    read.id.value = integer_at(from, {"id"}).value_or(0);
    read.place = static_cast<int>(std::clamp<std::int64_t>(integer_at(from, {"position"}).value_or(place), 1, 1000));
    read.order = word_at<trade::order_type>(from, {"order_type"}).value_or(trade::order_type::market);
    read.follows = word_at<trade::price_type>(from, {"price", "type"}).value_or(trade::price_type::last);
    read.price = amount_at<money::price>(from, {"price", "value"});
    read.percent = amount_at<money::percent>(from, {"price", "percent"});
    read.volume = amount_at<money::percent>(from, {"volume"}).value_or(money::percent{});
    read.units = amount_at<money::quantity>(from, {"units", "value"});
    read.total = amount_at<money::money>(from, {"total"});
    read.is_trailing = flag_at(from, {"trailing", "enabled"}).value_or(false);
    read.trailing = amount_at<money::percent>(from, {"trailing", "percent"});
    read.status = status_of<trade::order_status>(from);
    read.editable = flag_at(from, {"editable"}).value_or(false);
    read.cancelable = flag_at(from, {"data", "cancelable"}).value_or(false);
    read.panic_sell_available = flag_at(from, {"data", "panic_sell_available"}).value_or(false);
    read.closed_at = time_at(from, {"closed_at"});
    return read;
}

std::optional<smart_trade::stop_view> read_stop(const field_tree& from) {
    if (!flag_at(from, {"enabled"}).value_or(false)) return std::nullopt;
    smart_trade::stop_view read;
    read.order = word_at<trade::order_type>(from, {"order_type"}).value_or(trade::order_type::market);
    read.follows = word_at<trade::price_type>(from, {"conditional", "price", "type"}).value_or(trade::price_type::last);
    read.trigger = amount_at<money::price>(from, {"conditional", "price", "value"});
    read.percent = amount_at<money::percent>(from, {"conditional", "price", "percent"});
    read.limit_price = amount_at<money::price>(from, {"price", "value"});
    read.is_trailing = flag_at(from, {"conditional", "trailing", "enabled"}).value_or(false);
    read.trailing = amount_at<money::percent>(from, {"conditional", "trailing", "percent"});
    if (flag_at(from, {"timeout", "enabled"}).value_or(false))
        if (const auto seconds = integer_at(from, {"timeout", "value"})) read.timeout = std::chrono::seconds{*seconds};
    read.breakeven = flag_at(from, {"breakeven"}).value_or(false);
    read.units = amount_at<money::quantity>(from, {"units", "value"});
    read.total = amount_at<money::money>(from, {"total", "value"});
    read.status = status_of<trade::order_status>(from);
    read.editable = flag_at(from, {"editable"}).value_or(false);
    read.closed_at = time_at(from, {"closed_at"});
    return read;
}

std::optional<smart_trade::market_view> read_market(const field_tree& from) {
    if (!from.is_map()) return std::nullopt;
    const auto price = [&](std::string_view name) {
        return amount_at<money::price>(from, {name}).value_or(money::price{});
    };
    return smart_trade::market_view{price("bid"), price("ask"), price("last")};
}

smart_trade::permitted read_permitted(const field_tree& data) {
    const auto flag = [&](std::string_view name) { return flag_at(data, {name}).value_or(false); };
    smart_trade::permitted may;
    may.edit = flag("editable");
    may.panic_sell = flag("panic_sell_available");
    may.add_funds = flag("add_funds_available");
    may.reduce_funds = flag("reduce_funds_available");
    may.force_start = flag("force_start_available");
    may.force_process = flag("force_process_available");
    may.cancel = flag("cancel_available");
    return may;
}

/// What was bought and sold. Payloads of 2021 have no amounts (api.md E.1): a filled entry then counts as all its
/// units, so that a position is never taken for nothing.
void read_amounts(smart_trade& read, const field_tree& data) {
    const auto entered = amount_at<money::quantity>(data, {"entered_amount"});
    read.entered_amount = entered.value_or(read.is_position_not_filled ? money::quantity{} : read.position.units);
    read.entered_total = amount_at<money::money>(data, {"entered_total"}).value_or(money::money{});
    read.closed_amount = amount_at<money::quantity>(data, {"closed_amount"}).value_or(money::quantity{});
    read.closed_total = amount_at<money::money>(data, {"closed_total"}).value_or(money::money{});
    read.average_enter_price = amount_at<money::price>(data, {"average_enter_price"});
    read.average_close_price = amount_at<money::price>(data, {"average_close_price"});
    read.average_enter_price_without_commission =
        amount_at<money::price>(data, {"average_enter_price_without_commission"});
    read.average_close_price_without_commission =
        amount_at<money::price>(data, {"average_close_price_without_commission"});
    read.liquidation_price = amount_at<money::price>(data, {"liquidation_price"});
    read.commission = decimal_at(data, {"commission"}).value_or(money::decimal{});
}

trade::trade_type derived_type(const smart_trade& read) {
    trade::trade_request request;
    request.instant = read.instant;
    request.skip_enter_step = read.skip_enter_step;
    request.position.type = read.position.type;
    return request.type();
}

void read_data(smart_trade& read, const field_tree& from) {
    const auto& data = group(from, "data");
    read.may = read_permitted(data);
    read.current_price = read_market(group(data, "current_price"));
    read.finished_flag = flag_at(data, {"finished"}).value_or(false);
    const auto entry_finished = flag_at(data, {"base_position_step_finished"});
    read.entry_step_finished = entry_finished.value_or(false);
    // Without the flag an entry counts as filled unless the server says its step is not finished: the cautious side.
    read.is_position_not_filled = flag_at(from, {"is_position_not_filled"}).value_or(entry_finished == false);
    read_amounts(read, data);
    read.created_at = time_at(data, {"created_at"}).value_or(base::utc_time{});
    read.updated_at = time_at(data, {"updated_at"}).value_or(base::utc_time{});
    read.closed_at = time_at(data, {"closed_at"});
    read.type = word_at<trade::trade_type>(data, {"type"}).value_or(derived_type(read));
}

/// What makes a trade that trade. Without it the entity is useless.
std::string read_identity(smart_trade& read, const field_tree& from) {
    const auto id = integer_at(from, {"id"});
    const auto account = integer_at(from, {"account", "id"});
    const auto pair = trade::pair::parse(text_at(from, {"pair"}).value_or(""));
    if (!id) return "a smart trade without id";
    const auto name = "smart trade " + std::to_string(*id);
    if (!account) return name + " without account id";
    if (!pair) return name + " without pair";
    if (!text_at(from, {"status", "type"})) return name + " without status";
    read.id.value = *id;
    read.account.id.value = *account;
    read.pair = *pair;
    read.status = status_of<trade::trade_status>(from);
    return {};
}

reading<smart_trade> read_entity(const field_tree& from) {
    smart_trade read;
    if (const auto lack = read_identity(read, from); !lack.empty()) return unreadable{lack};
    read.account.type = text_at(from, {"account", "type"}).value_or("");
    read.account.name = text_at(from, {"account", "name"}).value_or("");
    read.account.market = text_at(from, {"account", "market"}).value_or("");
    read.instant = flag_at(from, {"instant"}).value_or(false);
    read.skip_enter_step = flag_at(from, {"skip_enter_step"}).value_or(false);
    read.leverage = read_leverage(group(from, "leverage"));
    read.position = read_position(group(from, "position"));
    read.take_profit_enabled = flag_at(from, {"take_profit", "enabled"}).value_or(false);
    int place = 0;
    for (const auto& step : group(group(from, "take_profit"), "steps").items)
        read.take_profit.push_back(read_step(step, ++place));
    read.stop_loss = read_stop(group(from, "stop_loss"));
    read.note = text_at(from, {"note"}).value_or("");
    read.note_raw = text_at(from, {"note_raw"});
    read_data(read, from);
    read.profit.volume = amount_at<money::money>(from, {"profit", "volume"});
    read.profit.usd = amount_at<money::money>(from, {"profit", "usd"});
    read.profit.percent = amount_at<money::percent>(from, {"profit", "percent"});
    read.profit.roe = amount_at<money::percent>(from, {"profit", "roe"});
    read.margin_amount = amount_at<money::money>(from, {"margin", "amount"});
    read.margin_total = amount_at<money::money>(from, {"margin", "total"});
    return read;
}

} // namespace

reading<smart_trade> read_smart_trade(std::string_view json) {
    const auto tree = parse_json(json);
    if (!tree) return tree.error();
    return read_entity(*tree);
}

reading<std::vector<smart_trade>> read_smart_trades(std::string_view json) {
    const auto tree = parse_json(json);
    if (!tree) return tree.error();
    if (!tree->is_list()) return unreadable{"expected a list of smart trades"};
    std::vector<smart_trade> all;
    for (const auto& item : tree->items) {
        auto read = read_entity(item);
        if (!read) return read.error();
        all.push_back(std::move(*read));
    }
    return all;
}

} // namespace smarttrade::wire
