#include "paper/desk.hpp"

#include <algorithm>

namespace smarttrade::paper {

using trade::order_status;
using trade::side;
using trade::trade_status;

desk::desk(state& world, live_trade& on, stepped& told)
    : world_{world}, live_{on}, trade_{on.record}, market_{world.markets.at(trade_.request.pair)}, prices_{market_.now},
      told_{told}, purse_{world.accounts.at(trade_.request.account), told.touched} {}

const std::string& desk::currency_of(side what) const {
    return what == side::buy ? trade_.request.pair.quote : trade_.request.pair.base;
}

void desk::tell(happened what, const std::optional<money::price>& price, int step, bool by_trailing) {
    trade_.updated_at = world_.now;
    told_.touched.trades.insert(trade_.id);
    told_.events.push_back({world_.now, trade_.id, what, step, price, by_trailing, trade_.error});
}

void desk::finish_pending() {
    if (trade_.status == trade_status::created)
        begin();
    else if (trade_.status == trade_status::cancellation_pending)
        end(trade_status::cancelled);
}

void desk::look() {
    if (trade_.status == trade_status::waiting_position) look_at_entry();
    while (trade_.status == trade_status::waiting_targets && look_at_exits()) {}
    if (trade_.status == trade_status::stop_loss_in_progress) look_at_stop_order();
}

std::vector<watch> desk::wanted_watches() const {
    using enum crossing;
    std::vector<watch> wanted;
    const auto good = trade_.is_long() ? at_or_above : at_or_below;
    const auto bad = trade_.is_long() ? at_or_below : at_or_above;
    const auto exit_source = trade_.is_long() ? trade::price_type::bid : trade::price_type::ask;
    const auto& entry = trade_.request.position;
    const auto entry_source = trade_.is_long() ? trade::price_type::ask : trade::price_type::bid;
    if (trade_.status == trade_status::waiting_position) {
        if (trade_.entry.status == order_status::order_placed) wanted.push_back({entry_source, bad, *entry.price});
        if (trade_.entry.status == order_status::to_process)
            wanted.push_back(
                {entry.conditional->follows.value_or(entry_source), trade_.entry_when, entry.conditional->trigger});
    }
    if (trade_.status == trade_status::waiting_targets) {
        for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
            const auto& [order, price, units] = trade_.steps[i];
            if (order.status == order_status::order_placed) wanted.push_back({exit_source, good, *price});
            if (order.status == order_status::to_process)
                wanted.push_back({trade_.request.take_profit[i].follows, good, *price});
        }
        if (trade_.stop && trade_.stop->order.status == order_status::to_process)
            wanted.push_back({trade_.request.stop_loss->follows, bad, *trade_.stop->trigger});
    }
    if (trade_.status == trade_status::stop_loss_in_progress)
        wanted.push_back({exit_source, good, *trade_.request.stop_loss->limit_price});
    return wanted;
}

bool desk::wants_every_price() const {
    const auto trails = [](const order_record& order) { return order.status == order_status::trailing_activated; };
    if (trade_.status == trade_status::waiting_position) return trails(trade_.entry);
    if (trade_.status != trade_status::waiting_targets) return false;
    return std::ranges::any_of(trade_.steps, trails, &step_record::order)
           || (trade_.stop && (trails(trade_.stop->order) || trade_.stop->fires_at));
}

void desk::index() {
    auto& book = world_.markets.at(trade_.request.pair).book;
    for (const auto& old : live_.watches) book.erase(old, trade_.id);
    if (live_.follows_every_price) book.unfollow(trade_.id);
    if (live_.timer) world_.timers.erase({*live_.timer, trade_.id});

    live_.watches = wanted_watches();
    live_.follows_every_price = wants_every_price();
    const bool waits = trade_.status == trade_status::waiting_targets && trade_.stop;
    live_.timer = waits ? trade_.stop->fires_at : std::nullopt;

    for (const auto& wanted : live_.watches) book.insert(wanted, trade_.id);
    if (live_.follows_every_price) book.follow(trade_.id);
    if (live_.timer) world_.timers.emplace(*live_.timer, trade_.id);
    if (trade_.status == trade_status::created || trade_.status == trade_status::cancellation_pending)
        world_.pending.insert(trade_.id);
}

money::price turning_point(const money::price& extreme, const money::percent& by, turn way) {
    const auto share = money::as_fraction(by);
    return extreme * (way == turn::down ? money::decimal{1} - share : money::decimal{1} + share);
}

bool has_turned(money::price& extreme, const money::price& now, const money::percent& by, turn way) {
    extreme = way == turn::down ? std::max(extreme, now) : std::min(extreme, now);
    const auto fires = turning_point(extreme, by, way);
    return way == turn::down ? now <= fires : now >= fires;
}

} // namespace smarttrade::paper
