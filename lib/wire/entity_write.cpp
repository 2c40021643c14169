#include <chrono>

#include <fmt/format.h>

#include "wire/entity.hpp"
#include "wire/json_writer.hpp"
#include "wire/told_status.hpp"

namespace smarttrade::wire {

using trade::smart_trade;

namespace {

/// Writes one entity, member by member in the order of api.md E.4.
class entity_writer {
public:
    explicit entity_writer(json_writer& to) : to_{to} {}

    void write(const smart_trade& from) {
        to_.object([&] {
            head(from);
            to_.member("position", [&] { position(from.position); });
            to_.member("take_profit", [&] { take_profit(from); });
            to_.member("stop_loss", [&] { stop_loss(from.stop_loss); });
            to_.member("reduce_funds", [&] {
                to_.key("steps");
                to_.list(from.reductions, [&](const auto& view) { reduction(view); });
            });
            to_.member("market_close", [&] {
                if (from.market_close) close_order(*from.market_close);
            });
            to_.member("note", from.note);
            to_.member("note_raw", from.note_raw);
            to_.member("skip_enter_step", from.skip_enter_step);
            to_.member("data", [&] { data(from); });
            results(from);
        });
    }

private:
    template <class Status> void status(const trade::told_status<Status>& told) {
        to_.key("status");
        write_status(to_, told);
    }

    void value_group(std::string_view name, const auto& amount) {
        to_.member(name, [&] { to_.member("value", amount); });
    }

    void trailing(bool is_trailing, const std::optional<money::percent>& percent) {
        to_.member("trailing", [&] {
            to_.member("enabled", is_trailing);
            to_.member("percent", percent);
        });
    }

    void head(const smart_trade& from) {
        to_.member("id", from.id);
        to_.member("version", 2);
        to_.member("account", [&] {
            to_.member("id", from.account.id);
            to_.member("type", from.account.type);
            to_.member("name", from.account.name);
            to_.member("market", from.account.market);
            to_.member("link", fmt::format("/accounts/{}", from.account.id.value));
        });
        to_.member("pair", from.pair.text());
        to_.member("instant", from.instant);
        status(from.status);
        to_.member("leverage", [&] {
            to_.member("enabled", from.leverage.has_value());
            if (from.leverage) {
                to_.member("type", from.leverage->type);
                to_.member("value", money::decimal{from.leverage->value});
            }
            to_.member_if("type_editable", from.leverage_type_editable);
        });
    }

    void position(const smart_trade::position_view& from) {
        to_.member("type", from.type);
        to_.member("editable", from.editable);
        to_.member("units", [&] {
            to_.member("value", from.units);
            to_.member("editable", from.units_editable);
        });
        to_.member("price", [&] {
            to_.member("value", from.price);
            to_.member("value_without_commission", from.price_without_commission);
            to_.member("editable", from.price_editable);
        });
        to_.member("total", [&] {
            to_.member("value", from.total);
            to_.member_if("value_without_commission", from.total_without_commission);
        });
        to_.member("order_type", from.order);
        status(from.status);
        if (from.conditional) to_.member("conditional", [&] { conditional(from); });
    }

    void conditional(const smart_trade::position_view& of) {
        const auto& from = *of.conditional;
        to_.member("editable", of.conditional_editable);
        to_.member("price", [&] {
            to_.member("value", from.trigger);
            to_.member("type", from.follows.value_or(of.type == trade::side::buy ? trade::price_type::ask
                                                                                 : trade::price_type::bid)); // V11
        });
        to_.member("order_type", from.order);
        trailing(from.trailing.has_value(), from.trailing);
    }

    void price_kind(const std::string& word) {
        if (!word.empty()) to_.member("price_type", word);
    }

    void take_profit(const smart_trade& from) {
        to_.member("enabled", from.take_profit_enabled);
        if (from.take_profit_enabled) price_kind(from.take_profit_price_kind);
        to_.key("steps");
        to_.list(from.take_profit, [&](const auto& view) { step(view); });
    }

    void step(const smart_trade::step_view& from) {
        to_.object([&] {
            to_.member("id", from.id);
            to_.member("order_type", from.order);
            to_.member("editable", from.editable);
            value_group("units", from.units);
            to_.member("price", [&] {
                to_.member("type", from.follows);
                to_.member("value", from.price);
                to_.member("percent", from.percent);
            });
            to_.member("volume", from.volume);
            to_.member("total", from.total);
            trailing(from.is_trailing, from.trailing);
            status(from.status);
            to_.member("closed_at", from.closed_at);
            may(from.cancelable, from.panic_sell_available);
            to_.member("position", from.place);
        });
    }

    void may(bool cancel, bool panic_sell) {
        to_.member("data", [&] {
            to_.member("cancelable", cancel);
            to_.member("panic_sell_available", panic_sell);
        });
    }

    void stop_loss(const std::optional<smart_trade::stop_view>& from) {
        to_.member("enabled", from.has_value());
        if (!from) return;
        price_kind(from->price_kind);
        to_.member("breakeven", from->breakeven);
        to_.member("order_type", from->order);
        to_.member("editable", from->editable);
        status(from->status);
        value_group("units", from->units);
        value_group("total", from->total);
        to_.member("price", [&] {
            to_.member("value", from->limit_price);
            to_.member("percent", from->limit_percent);
        });
        to_.member("closed_at", from->closed_at);
        to_.member("conditional", [&] {
            to_.member("price", [&] {
                to_.member("value", from->trigger);
                to_.member("type", from->follows);
                to_.member("percent", from->percent);
            });
            trailing(from->is_trailing, from->trailing);
        });
        to_.member("timeout", [&] {
            to_.member("enabled", from->timeout.has_value());
            to_.member("value", from->timeout ? std::optional{from->timeout->count()} : std::nullopt);
        });
    }

    /// A market close; a reduction has more.
    void close_order(const smart_trade::close_view& from) {
        to_.member("id", from.id);
        to_.member("type", from.order);
        status(from.status);
        value_group("units", from.units);
        to_.member("price", [&] {
            to_.member("value", from.price);
            to_.member("value_without_commission", from.price_without_commission);
        });
        value_group("total", from.total);
        if (!from.filled) return;
        to_.member("filled", [&] {
            to_.member("units", from.filled->units);
            to_.member("total", from.filled->total);
            to_.member("price", from.filled->price);
            to_.member("value", from.filled->value);
        });
    }

    void reduction(const smart_trade::reduction_view& from) {
        to_.object([&] {
            close_order(from);
            to_.member("closed_at", from.closed_at);
            may(from.cancelable, from.panic_sell_available);
        });
    }

    void market(const smart_trade::market_view& from) {
        to_.member("bid", from.bid);
        to_.member("ask", from.ask);
        to_.member("last", from.last);
        to_.member("quote_volume", from.quote_volume);
        to_.member("day_change_percent", from.day_change_percent);
    }

    void data(const smart_trade& from) {
        to_.member("editable", from.may.edit);
        to_.key("current_price");
        if (from.current_price)
            to_.object([&] { market(*from.current_price); });
        else
            to_.put(nullptr);
        to_.member("target_price_type", from.target_price_type);
        const auto& currency = from.orderbook_price_currency;
        to_.member("orderbook_price_currency", currency.empty() ? from.pair.quote : currency);
        to_.member("base_order_finished", from.base_order_finished);
        to_.member("missing_funds_to_close", from.missing_funds_to_close);
        to_.member("liquidation_price", from.liquidation_price);
        to_.member("average_enter_price", from.average_enter_price);
        to_.member("average_close_price", from.average_close_price);
        to_.member("average_enter_price_without_commission", from.average_enter_price_without_commission);
        to_.member("average_close_price_without_commission", from.average_close_price_without_commission);
        permitted(from.may);
        to_.member("finished", from.finished_flag);
        to_.member("base_position_step_finished", from.entry_step_finished);
        to_.member("entered_amount", from.entered_amount);
        to_.member("entered_total", from.entered_total);
        to_.member("closed_amount", from.closed_amount);
        to_.member("closed_total", from.closed_total);
        to_.member("commission", json_writer::number{from.commission});
        to_.member("created_at", from.created_at);
        to_.member("updated_at", from.updated_at);
        to_.member_if("closed_at", from.closed_at);
        to_.member("type", from.type);
    }

    void permitted(const smart_trade::permitted& may) {
        to_.member("panic_sell_available", may.panic_sell);
        to_.member("add_funds_available", may.add_funds);
        to_.member("reduce_funds_available", may.reduce_funds);
        to_.member("force_start_available", may.force_start);
        to_.member("force_process_available", may.force_process);
        to_.member("cancel_available", may.cancel);
    }

    void results(const smart_trade& from) {
        to_.member("profit", [&] {
            to_.member("volume", from.profit.volume);
            to_.member("usd", from.profit.usd);
            to_.member("percent", from.profit.percent);
            to_.member("roe", from.profit.roe);
        });
        to_.member("margin", [&] {
            to_.member("amount", from.margin_amount);
            to_.member("total", from.margin_total);
        });
        to_.member("is_position_not_filled", from.is_position_not_filled);
    }

    json_writer& to_;
};

} // namespace

std::string write_smart_trade(const smart_trade& from) {
    json_writer to;
    entity_writer{to}.write(from);
    return to.take();
}

std::string write_smart_trades(const std::vector<smart_trade>& entities) {
    constexpr std::size_t usual_size = 3500;
    json_writer to;
    to.expect(entities.size() * usual_size);
    to.list(entities, [&](const smart_trade& one) { entity_writer{to}.write(one); });
    return to.take();
}

} // namespace smarttrade::wire
