#pragma once

#include "paper/random_world.hpp"

namespace smarttrade::test {

/// A change that asks for what is there: exits as the trade shows them, the entry while it can be changed.
inline trade::trade_update unchanged(const paper::trade_record& of) {
    trade::trade_update same;
    same.leverage = of.request.leverage;
    const auto& entry = of.request.position;
    if (!of.is_entered())
        same.position = trade::trade_update::entry_change{entry.units, entry.price, entry.conditional};
    for (std::size_t i = 0; i < of.steps.size(); ++i) {
        if (of.steps[i].order.status == trade::order_status::cancelled) continue;
        trade::trade_update::step_change wish{of.steps[i].order.id, of.request.take_profit[i]};
        if (of.is_entered()) wish.order.level = *of.steps[i].price;
        same.take_profit.push_back(wish);
    }
    if (!of.stop || of.stop->order.status == trade::order_status::pending_cancellation) return same;
    same.stop_loss = of.request.stop_loss;
    if (of.is_entered()) same.stop_loss->trigger = *of.stop->trigger;
    return same;
}

/// Commands of every kind to trades of an exchange, drawn by a seed; most of them make sense.
class random_commands {
public:
    explicit random_commands(std::uint64_t seed, std::int64_t reach = 1000) : draw_{seed, reach} {}

    /// To a trade that is there; `center`: the present price in cents.
    paper::event next(const paper::trade_record& to, std::int64_t center) {
        draw_.center_on(center);
        const auto id = to.id;
        switch (draw_.below(13)) {
        case 0: return draw_.below(3) == 0 ? paper::event{paper::cancel{id}} : paper::force_process{id};
        case 1: return paper::update{id, unchanged(to)};
        case 2:
        case 3: return paper::update{id, changed(to)};
        case 4:
        case 5: return paper::add_funds{id, funds(to.is_long())};
        case 6:
        case 7: return paper::reduce_funds{id, funds(!to.is_long())};
        case 8: return paper::force_start{id};
        case 9: return paper::set_note{id, "note " + std::to_string(draw_.below(100))};
        case 10: return paper::close_order{id, any_order(to)};
        case 11: return paper::cancel_order{id, any_order(to)};
        default: return rare(id);
        }
    }

private:
    paper::event rare(trade::smart_trade_id id) {
        if (draw_.coin()) return paper::close_by_market{id};
        return paper::touch_entry{id};
    }

    /// `buys`: a limit below the price waits, one above it takes.
    trade::funds_order funds(bool buys) {
        trade::funds_order wish;
        wish.units = draw_.units(50, 1500);
        if (draw_.coin()) return wish;
        wish.order = trade::order_type::limit;
        wish.price = buys ? draw_.around(950'000, 1'010'000) : draw_.around(990'000, 1'050'000);
        return wish;
    }

    trade::sub_trade_id any_order(const paper::trade_record& to) {
        std::vector<trade::sub_trade_id> all{to.entry.id, {7}};
        for (int times = 0; times < 3; ++times)
            for (const auto& step : to.steps) all.push_back(step.order.id);
        if (to.stop) all.push_back(to.stop->order.id);
        for (const auto& each : to.additions) all.push_back(each.order.id);
        for (const auto& each : to.reductions) all.push_back(each.order.id);
        return all[draw_.below(all.size())];
    }

    /// One thing is other than it is.
    trade::trade_update changed(const paper::trade_record& to) {
        auto change = unchanged(to);
        switch (draw_.below(6)) {
        case 0: entry(change, to); break;
        case 1:
            if (auto* step = any_step(change, to)) step->order = other_step(to, step->order.volume);
            break;
        case 2: // anew under another id
            if (auto* step = any_step(change, to)) step->id.reset();
            break;
        case 3: split(change, to); break;
        default: stop(change, to); break;
        }
        return change;
    }

    /// One that is not done, because the others are frozen; null: there is none.
    trade::trade_update::step_change* any_step(trade::trade_update& of, const paper::trade_record& in) {
        std::vector<trade::trade_update::step_change*> open;
        for (auto& wish : of.take_profit)
            for (const auto& step : in.steps)
                if (step.order.id == wish.id && !trade::is_final(step.order.status)) open.push_back(&wish);
        return open.empty() ? nullptr : open[draw_.below(open.size())];
    }
    trade::take_profit_step other_step(const paper::trade_record& to, const percent& volume) {
        auto wish = to.request;
        if (to.is_entered()) wish.position.conditional.reset(); // prices, no percents
        return draw_.step(wish, volume.value());
    }

    void entry(trade::trade_update& change, const paper::trade_record& to) {
        if (to.request.leverage && draw_.coin()) change.leverage->value = draw_.whole(1, 21);
        if (!change.position || draw_.coin()) return;
        if (draw_.coin()) change.position->units = draw_.units(500, 3500);
        if (change.position->price) change.position->price = draw_.around(960'000, 1'040'000);
        if (change.position->conditional) change.position->conditional->trigger = draw_.around(960'000, 1'040'000);
    }

    /// A step becomes two.
    void split(trade::trade_update& change, const paper::trade_record& to) {
        auto* step = any_step(change, to);
        if (!step || change.take_profit.size() > 6) return;
        const auto half = step->order.volume.value() * decimal{5, 1};
        if (half < decimal{10}) return;
        step->order.volume = percent{half};
        change.take_profit.push_back({{}, other_step(to, percent{half})});
    }

    void stop(trade::trade_update& change, const paper::trade_record& to) {
        auto wish = to.request;
        if (to.is_entered()) wish.position.conditional.reset();
        if (draw_.coin())
            change.stop_loss.reset();
        else
            change.stop_loss = draw_.stop(wish);
    }

    random_requests draw_;
};

} // namespace smarttrade::test
