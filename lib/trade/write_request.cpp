#include "trade/rules.hpp"

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

field_tree take_profit_group(const std::vector<take_profit_step>& steps) {
    if (steps.empty()) return enabled(false);
    auto list = field_tree::list();
    for (const auto& step : steps) {
        field_tree item;
        item.set("order_type", text(base::name_of(step.order)));
        item.set("price", level_group(step.level, step.follows));
        item.set("volume", text(step.volume.to_short_string()));
        if (step.trailing) item.set("trailing", trailing_group(step.trailing));
        list.items.push_back(std::move(item));
    }
    auto group = enabled(true);
    group.set("steps", std::move(list));
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
    if (request.leverage) {
        auto leverage = enabled(true);
        leverage.set("type", text(base::name_of(request.leverage->type)));
        leverage.set("value", text(std::to_string(request.leverage->value)));
        body.set("leverage", std::move(leverage));
    }
    body.set("position", position_group(request.position));
    if (!request.instant) {
        body.set("take_profit", take_profit_group(request.take_profit));
        body.set("stop_loss", stop_loss_group(request.stop_loss));
    }
    return body;
}

} // namespace smarttrade::trade
