#include <algorithm>
#include <cstdint>

#include "wire/entity.hpp"
#include "wire/entity_amounts.hpp"
#include "wire/field_access.hpp"
#include "wire/told_status.hpp"

namespace smarttrade::wire {

using trade::smart_trade;

namespace {

/// Reads one entity. Members are asked for in the order of api.md E.4, in which json_members finds them at once.
class entity_reader {
public:
    entity_reader(json_value from, smart_trade& into, entity_amounts amounts)
        : from_{from}, read_{into}, amounts_{std::move(amounts)} {}

    /// What is missing to make a trade that trade, or empty.
    std::string read() {
        if (auto lack = identity(); !lack.empty()) return lack;
        read_.leverage = leverage(from_["leverage"]);
        position(from_["position"]);
        take_profit(from_["take_profit"]);
        stop_loss(from_["stop_loss"]);
        for (const auto step : from_["reduce_funds"]["steps"]) read_.reductions.push_back(reduction(step));
        market_close(from_["market_close"]);
        read_.note = text_or_empty(from_["note"]);
        read_.note_raw = text_of(from_["note_raw"]);
        read_.skip_enter_step = is_on(from_["skip_enter_step"]);
        const auto details = from_["data"];
        results();
        data(details);
        return {};
    }

    const entity_amounts& amounts() const { return amounts_; }

private:
    template <class Amount> std::optional<Amount> amount(json_value from) { return amounts_.read<Amount>(from); }
    auto price(json_value from) { return amount<money::price>(from); }
    auto units(json_value from) { return amount<money::quantity>(from); }
    auto total(json_value from) { return amount<money::money>(from); }
    auto percent(json_value from) { return amount<money::percent>(from); }

    std::string identity() {
        const auto id = integer_of(from_["id"]);
        json_members account{from_["account"]};
        const auto account_id = integer_of(account["id"]);
        const auto pair = trade::pair::parse(from_["pair"].text());
        read_.instant = is_on(from_["instant"]);
        const auto status = from_["status"];
        if (!id || *id < 1) return "a smart trade without id";
        const auto lacks = [&](const char* what) { return "smart trade " + std::to_string(*id) + " without " + what; };
        if (!account_id || *account_id < 1) return lacks("account id");
        if (!pair) return lacks("pair");
        if (status["type"].text().empty()) return lacks("status");
        read_.id.value = *id;
        read_.account.id.value = *account_id;
        read_.account.type = text_or_empty(account["type"]);
        read_.account.name = text_or_empty(account["name"]);
        read_.account.market = text_or_empty(account["market"]);
        read_.pair = *pair;
        read_.status = read_status<trade::trade_status>(status);
        return {};
    }

    std::optional<trade::leverage> leverage(json_value from) {
        json_members in{from};
        const bool is_enabled = is_on(in["enabled"]);
        read_.leverage_type_editable = flag_of(from["type_editable"]);
        if (!is_enabled) return std::nullopt;
        trade::leverage read;
        read.type = in["type"].text() == "cross" ? trade::margin_type::cross
                                                 : trade::margin_type::isolated; // `custom` is isolated
        read.value = integer_of(in["value"]).value_or(0);
        return read;
    }

    void position(json_value from) {
        auto& read = read_.position;
        json_members in{from};
        read.type = word_of<trade::side>(in["type"]).value_or(trade::side::buy);
        read.editable = is_on(in["editable"]);
        const auto amount_of_units = in["units"];
        read.units = units(amount_of_units["value"]).value_or(money::quantity{});
        read.units_editable = is_on(amount_of_units["editable"]);
        json_members cost{in["price"]};
        read.price = price(cost["value"]);
        read.price_without_commission = price(cost["value_without_commission"]);
        read.price_editable = is_on(cost["editable"]);
        const auto sum = in["total"];
        read.total = total(sum["value"]);
        read.total_without_commission = total(sum["value_without_commission"]);
        read.order = word_of<trade::entry_type>(in["order_type"]).value_or(trade::entry_type::market);
        read.status = read_status<trade::order_status>(in["status"]);
        if (const auto condition = in["conditional"]; condition.is_map()) {
            read.conditional = conditional(condition);
            read.conditional_editable = is_on(condition["editable"]);
        }
    }

    trade::conditional_entry conditional(json_value from) {
        const bool buys = read_.position.type == trade::side::buy;
        const auto trigger = from["price"];
        const auto trailing = from["trailing"];
        trade::conditional_entry read;
        read.trigger = price(trigger["value"]).value_or(money::price{});
        read.follows = word_of<trade::price_type>(trigger["type"])
                           .value_or(buys ? trade::price_type::ask : trade::price_type::bid); // V11
        read.order = word_of<trade::order_type>(from["order_type"]).value_or(trade::order_type::market);
        if (is_on(trailing["enabled"])) read.trailing = percent(trailing["percent"]).value_or(money::percent{});
        return read;
    }

    void take_profit(json_value from) {
        json_members in{from};
        read_.take_profit_enabled = is_on(in["enabled"]);
        if (read_.take_profit_enabled) read_.take_profit_price_kind = text_or_empty(in["price_type"]);
        const auto steps = in["steps"];
        if (!steps.is_list()) return;
        read_.take_profit.reserve(steps.count());
        for (const auto one : steps) step(one);
    }

    void step(json_value from) {
        constexpr std::int64_t place_max = 1000;
        const auto next = static_cast<std::int64_t>(read_.take_profit.size()) + 1;
        auto& read = read_.take_profit.emplace_back(smart_trade::step_view{});
        json_members in{from};
        read.id.value = integer_of(in["id"]).value_or(0);
        read.order = word_of<trade::order_type>(in["order_type"]).value_or(trade::order_type::market);
        read.editable = is_on(in["editable"]);
        read.units = units(in["units"]["value"]);
        json_members level{in["price"]};
        read.follows = word_of<trade::price_type>(level["type"]).value_or(trade::price_type::last);
        read.price = price(level["value"]);
        read.percent = percent(level["percent"]);
        read.volume = percent(in["volume"]).value_or(money::percent{});
        read.total = total(in["total"]);
        const auto trailing = in["trailing"];
        read.is_trailing = is_on(trailing["enabled"]);
        read.trailing = percent(trailing["percent"]);
        read.status = read_status<trade::order_status>(in["status"]);
        read.closed_at = time_of(in["closed_at"]);
        const auto may = in["data"];
        read.cancelable = is_on(may["cancelable"]);
        read.panic_sell_available = is_on(may["panic_sell_available"]);
        read.place =
            static_cast<int>(std::clamp<std::int64_t>(integer_of(in["position"]).value_or(next), 1, place_max));
    }

    void stop_loss(json_value from) {
        json_members in{from};
        if (!is_on(in["enabled"])) return;
        smart_trade::stop_view read;
        read.price_kind = text_or_empty(in["price_type"]);
        read.breakeven = is_on(in["breakeven"]);
        read.order = word_of<trade::order_type>(in["order_type"]).value_or(trade::order_type::market);
        read.editable = is_on(in["editable"]);
        read.status = read_status<trade::order_status>(in["status"]);
        read.units = units(in["units"]["value"]);
        read.total = total(in["total"]["value"]);
        const auto limit = in["price"];
        read.limit_price = price(limit["value"]);
        read.limit_percent = percent(limit["percent"]);
        read.closed_at = time_of(in["closed_at"]);
        const auto condition = in["conditional"];
        json_members trigger{condition["price"]};
        read.trigger = price(trigger["value"]);
        read.follows = word_of<trade::price_type>(trigger["type"]).value_or(trade::price_type::last);
        read.percent = percent(trigger["percent"]);
        const auto trailing = condition["trailing"];
        read.is_trailing = is_on(trailing["enabled"]);
        read.trailing = percent(trailing["percent"]);
        const auto timeout = in["timeout"];
        if (is_on(timeout["enabled"]))
            if (const auto seconds = integer_of(timeout["value"])) read.timeout = std::chrono::seconds{*seconds};
        read_.stop_loss = std::move(read);
    }

    /// A market close; a reduction has more.
    void close_order(smart_trade::close_view& read, json_value from) {
        json_members in{from};
        read.id.value = integer_of(in["id"]).value_or(0);
        read.order = word_of<trade::order_type>(in["type"]).value_or(trade::order_type::market);
        read.status = read_status<trade::order_status>(in["status"]);
        read.units = units(in["units"]["value"]);
        const auto cost = in["price"];
        read.price = price(cost["value"]);
        read.price_without_commission = price(cost["value_without_commission"]);
        read.total = total(in["total"]["value"]);
        if (const auto done = in["filled"]; done.is_map())
            read.filled = smart_trade::filled_view{units(done["units"]), total(done["total"]), price(done["price"]),
                                                   percent(done["value"])};
    }

    smart_trade::reduction_view reduction(json_value from) {
        smart_trade::reduction_view read;
        close_order(read, from);
        read.closed_at = time_of(from["closed_at"]);
        read.cancelable = is_on(from["data"]["cancelable"]);
        read.panic_sell_available = is_on(from["data"]["panic_sell_available"]);
        return read;
    }

    void market_close(json_value from) {
        if (!from["id"].is_scalar()) return; // `{}` until there is one
        smart_trade::close_view read;
        close_order(read, from);
        read_.market_close = std::move(read);
    }

    void data(json_value from) {
        json_members in{from};
        read_.may.edit = is_on(in["editable"]);
        read_.current_price = market(in["current_price"]);
        read_.target_price_type = text_of(in["target_price_type"]).value_or("price");
        read_.orderbook_price_currency = text_or_empty(in["orderbook_price_currency"]);
        if (read_.orderbook_price_currency == read_.pair.quote) read_.orderbook_price_currency.clear();
        read_.base_order_finished = flag_of(in["base_order_finished"]).value_or(true);
        read_.missing_funds_to_close = units(in["missing_funds_to_close"]).value_or(money::quantity{});
        prices(in);
        permitted(in);
        read_.finished_flag = is_on(in["finished"]);
        const auto entry_finished = flag_of(in["base_position_step_finished"]);
        read_.entry_step_finished = entry_finished.value_or(false);
        // Without the flag an entry counts as filled unless the server says its step is not finished: the cautious
        // side.
        read_.is_position_not_filled = flag_of(from_["is_position_not_filled"]).value_or(entry_finished == false);
        sums(in);
        read_.commission = amounts_.read_decimal(in["commission"]).value_or(money::decimal{});
        read_.created_at = time_of(in["created_at"]).value_or(base::utc_time{});
        read_.updated_at = time_of(in["updated_at"]).value_or(base::utc_time{});
        read_.closed_at = time_of(in["closed_at"]);
        read_.type = word_of<trade::trade_type>(in["type"]).value_or(derived_type());
    }

    std::optional<smart_trade::market_view> market(json_value from) {
        if (!from.is_map()) return std::nullopt;
        json_members in{from};
        smart_trade::market_view read;
        read.bid = price(in["bid"]).value_or(money::price{});
        read.ask = price(in["ask"]).value_or(money::price{});
        read.last = price(in["last"]).value_or(money::price{});
        read.quote_volume = total(in["quote_volume"]).value_or(money::money{});
        read.day_change_percent = percent(in["day_change_percent"]).value_or(money::percent{});
        return read;
    }

    void prices(json_members& in) {
        read_.liquidation_price = price(in["liquidation_price"]);
        read_.average_enter_price = price(in["average_enter_price"]);
        read_.average_close_price = price(in["average_close_price"]);
        read_.average_enter_price_without_commission = price(in["average_enter_price_without_commission"]);
        read_.average_close_price_without_commission = price(in["average_close_price_without_commission"]);
    }

    void permitted(json_members& in) {
        auto& may = read_.may;
        may.panic_sell = is_on(in["panic_sell_available"]);
        may.add_funds = is_on(in["add_funds_available"]);
        may.reduce_funds = is_on(in["reduce_funds_available"]);
        may.force_start = is_on(in["force_start_available"]);
        may.force_process = is_on(in["force_process_available"]);
        may.cancel = is_on(in["cancel_available"]);
    }

    /// What was bought and sold. Payloads of 2021 have no amounts (api.md E.1): a filled entry then counts as all its
    /// units, so that a position is never taken for nothing.
    void sums(json_members& in) {
        read_.entered_amount = units(in["entered_amount"])
                                   .value_or(read_.is_position_not_filled ? money::quantity{} : read_.position.units);
        read_.entered_total = total(in["entered_total"]).value_or(money::money{});
        read_.closed_amount = units(in["closed_amount"]).value_or(money::quantity{});
        read_.closed_total = total(in["closed_total"]).value_or(money::money{});
    }

    trade::trade_type derived_type() const {
        trade::trade_request request;
        request.instant = read_.instant;
        request.skip_enter_step = read_.skip_enter_step;
        request.position.type = read_.position.type;
        return request.type();
    }

    void results() {
        json_members profit{from_["profit"]};
        read_.profit.volume = total(profit["volume"]);
        read_.profit.usd = total(profit["usd"]);
        read_.profit.percent = percent(profit["percent"]);
        read_.profit.roe = percent(profit["roe"]);
        json_members margin{from_["margin"]};
        read_.margin_amount = total(margin["amount"]);
        read_.margin_total = total(margin["total"]);
    }

    json_members from_;
    smart_trade& read_; ///< holds nothing before
    entity_amounts amounts_;
};

/// Nothing if it was read; else why not. `into` holds nothing before.
std::optional<unreadable> read_entity(json_value from, smart_trade& into) {
    entity_reader reader{from, into, {}};
    if (auto lack = reader.read(); !lack.empty()) return unreadable{std::move(lack)};
    auto amounts = reader.amounts();
    if (amounts.must_be_cut()) {
        into = {};
        entity_reader again{from, into, amounts.next()};
        again.read();
        amounts = again.amounts();
    }
    if (!amounts.has_refused()) return std::nullopt;
    return amounts.refusal("smart trade " + std::to_string(into.id.value));
}

} // namespace

reading<smart_trade> read_smart_trade(std::string_view json) {
    const auto document = json_document::parse(json);
    if (!document) return document.error();
    smart_trade read;
    if (auto wrong = read_entity(document->root(), read)) return *std::move(wrong);
    return read;
}

reading<std::vector<smart_trade>> read_smart_trades(std::string_view json) {
    const auto document = json_document::parse(json);
    if (!document) return document.error();
    const auto list = document->root();
    if (!list.is_list()) return unreadable{"expected a list of smart trades"};
    std::vector<smart_trade> all(list.count());
    auto into = all.begin();
    for (const auto item : list)
        if (auto wrong = read_entity(item, *into++)) return *std::move(wrong);
    return all;
}

} // namespace smarttrade::wire
