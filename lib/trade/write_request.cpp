#include "trade/rules.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::trade {

namespace {

field_tree text(std::string_view value) { return field_tree::scalar(std::string{value}); }

template <class Amount> field_tree value_group(const Amount& amount) {
    return field_tree::map({{"value", text(amount.to_short_string())}});
}

field_tree enabled(bool on) { return field_tree::map({{"enabled", text(on ? "true" : "false")}}); }

field_tree trailing_group(const std::optional<money::percent>& percent) {
    auto group = enabled(true);
    if (percent) group.set("percent", text(percent->to_short_string()));
    return group;
}

field_tree level_group(const exit_level& level, price_type follows) {
    auto group = field_tree::map({{"type", text(base::name_of(follows))}});
    if (const auto* price = std::get_if<money::price>(&level))
        group.set("value", text(price->to_short_string()));
    else
        group.set("percent", text(std::get<money::percent>(level).to_short_string()));
    return group;
}

field_tree conditional_group(const conditional_entry& conditional) {
    auto price = value_group(conditional.trigger);
    if (conditional.follows) price.set("type", text(base::name_of(*conditional.follows)));
    field_tree group;
    group.set("price", std::move(price));
    group.set("order_type", text(base::name_of(conditional.order)));
    if (conditional.trailing) group.set("trailing", trailing_group(conditional.trailing));
    return group;
}

field_tree position_group(const entry_order& position) {
    field_tree group;
    group.set("type", text(base::name_of(position.type)));
    group.set("order_type", text(base::name_of(position.order)));
    group.set("units", value_group(position.units));
    if (position.price) group.set("price", value_group(*position.price));
    if (position.conditional) group.set("conditional", conditional_group(*position.conditional));
    return group;
}

field_tree step_item(const take_profit_step& step) {
    field_tree item;
    item.set("order_type", text(base::name_of(step.order)));
    item.set("price", level_group(step.level, step.follows));
    item.set("volume", text(step.volume.to_short_string()));
    if (step.trailing) item.set("trailing", trailing_group(step.trailing));
    return item;
}

field_tree take_profit_group(field_tree steps) {
    if (steps.items.empty()) return enabled(false);
    auto group = enabled(true);
    group.set("steps", std::move(steps));
    return group;
}

field_tree leverage_group(const leverage& of) {
    auto group = enabled(true);
    group.set("type", text(base::name_of(of.type)));
    group.set("value", text(std::to_string(of.value)));
    return group;
}

field_tree stop_loss_group(const std::optional<stop_loss_order>& stop) {
    if (!stop) return enabled(false);
    auto conditional = field_tree::map({{"price", level_group(stop->trigger, stop->follows)}});
    if (stop->trailing) conditional.set("trailing", trailing_group(stop->trailing->distance));
    auto group = enabled(true);
    if (stop->breakeven) group.set("breakeven", text("true"));
    group.set("order_type", text(base::name_of(stop->order)));
    if (stop->limit_price) group.set("price", value_group(*stop->limit_price));
    group.set("conditional", std::move(conditional));
    if (stop->timeout) {
        auto timeout = enabled(true);
        timeout.set("value", text(std::to_string(stop->timeout->count())));
        group.set("timeout", std::move(timeout));
    }
    return group;
}

} // namespace

field_tree write_request(const trade_request& request) {
    field_tree body;
    body.set("account_id", text(std::to_string(request.account.value)));
    body.set("pair", text(request.pair.text()));
    if (request.instant) body.set("instant", text("true"));
    if (request.skip_enter_step) body.set("skip_enter_step", text("true"));
    if (!request.note.empty()) body.set("note", text(request.note));
    if (request.leverage) body.set("leverage", leverage_group(*request.leverage));
    body.set("position", position_group(request.position));
    if (!request.instant) {
        auto steps = field_tree::list();
        for (const auto& step : request.take_profit) steps.items.push_back(step_item(step));
        body.set("take_profit", take_profit_group(std::move(steps)));
        body.set("stop_loss", stop_loss_group(request.stop_loss));
    }
    return body;
}

field_tree write_update(const trade_update& update) {
    field_tree body;
    if (update.leverage)
        body.set("leverage", leverage_group(*update.leverage));
    else if (update.ends_leverage)
        body.set("leverage", enabled(false));
    if (update.position) {
        field_tree group;
        if (update.position->units) group.set("units", value_group(*update.position->units));
        if (update.position->price) group.set("price", value_group(*update.position->price));
        if (update.position->conditional) group.set("conditional", conditional_group(*update.position->conditional));
        if (!group.is_null()) body.set("position", std::move(group));
    }
    auto steps = field_tree::list();
    for (const auto& step : update.take_profit) {
        auto item = step_item(step.order);
        if (step.id) item.set("id", text(std::to_string(step.id->value)));
        if (!step.order.trailing) item.set("trailing", enabled(false));
        steps.items.push_back(std::move(item));
    }
    body.set("take_profit", take_profit_group(std::move(steps)));
    auto stop = stop_loss_group(update.stop_loss);
    if (update.stop_loss) {
        if (!update.stop_loss->breakeven) stop.set("breakeven", text("false"));
        if (!update.stop_loss->timeout) stop.set("timeout", enabled(false));
        if (!update.stop_loss->trailing) stop.find("conditional")->set("trailing", enabled(false));
    }
    body.set("stop_loss", std::move(stop));
    return body;
}

field_tree write_funds_order(const funds_order& order) {
    field_tree body;
    body.set("order_type", text(base::name_of(order.order)));
    body.set("units", value_group(order.units));
    if (order.price) body.set("price", value_group(*order.price));
    return body;
}

} // namespace smarttrade::trade
