#include "reconcile/funds.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reconcile/limits.hpp"

namespace smarttrade::reconcile {

namespace {

using trade::adjustment_kind;

class funds_move {
public:
    funds_move(living_trade& of, const trade::adjustment& what) : of_{of}, what_{what} {
        const auto found = of.past_.funds.find(what.id);
        if (found != of.past_.funds.end()) past_ = &found->second;
        const auto orders = of.of_.seen_.orders.find(of.entity_.id);
        if (orders != of.of_.seen_.orders.end()) orders_ = &orders->second;
    }

    /// To be sent, for the first time or again.
    bool is_due() const {
        using enum attempt_state;
        if (!past_) return true;
        return !past_->is_filled && past_->is != in_flight && past_->is != accepted && past_->is != unknown;
    }

    /// Nothing: it is done with.
    std::optional<standing> decide() {
        if (!past_) return begin();
        if (past_->is_filled) return std::nullopt;
        switch (past_->is) {
        case attempt_state::in_flight: return of_.at(verdict::pending, what_.id + " is on its way");
        case attempt_state::accepted: return follow();
        case attempt_state::unknown: return settle();
        default: return begin(); // certainly not executed
        }
    }

    /// The API has no tag for funds: the one new order of that size is the evidence (api.md J).
    standing settle() {
        const auto late = past_->since + of_.of_.rules_.settle;
        const bool is_late = of_.of_.wait_until(late);
        const auto why = fmt::format("the outcome of {} {} is unknown", word(), what_.id);
        if (!have_orders_since(is_late ? late : past_->since)) return of_.at(verdict::unknown, why);
        const auto found = evidence();
        if (found.size() > 1) return settle_repeated(found.size());
        if (found.size() == 1) {
            end(trade::outcome::accepted, "its order was found");
            return of_.at(verdict::unknown, why);
        }
        if (found.empty() && orders_->read_begun < late) return of_.at(verdict::unknown, why);
        const auto held = of_.of_.hold_back(
            hold_id("funds", of_.identity_.name, what_.id + past_->nonce),
            fmt::format("{}: no order of the trade fits it; confirm that it did not happen and is sent again", why),
            of_.identity_);
        if (held) return of_.at(verdict::blocked, held->why);
        end(trade::outcome::not_sent, "confirmed by the operator");
        return of_.at(verdict::unknown, why);
    }

private:
    /// Something on the way has executed it more than once: sending it again would make it worse.
    standing settle_repeated(std::size_t times) {
        const auto why = fmt::format("{} {} was sent once, and {} orders of the trade fit it", word(), what_.id, times);
        const auto held =
            of_.of_.hold_back(hold_id("funds", of_.identity_.name, what_.id + past_->nonce + " repeated"),
                              why + "; mend the position by hand, then confirm that it is", of_.identity_);
        if (held) return of_.at(verdict::blocked, held->why);
        end(trade::outcome::accepted, std::string{funds_done::by_hand});
        return of_.at(verdict::unknown, why);
    }

    std::string_view word() const { return base::name_of(what_.kind); }

    standing begin() {
        if (of_.past_.is_recovered && !past_) {
            auto held = of_.of_.hold_back(hold_id("funds", of_.identity_.name, what_.id),
                                          fmt::format("whether {} was sent before the journal was lost is not known; "
                                                      "confirm that it was not",
                                                      what_.id),
                                          of_.identity_);
            if (held) return of_.at(held->what, held->why);
        }
        const bool adds = what_.kind == adjustment_kind::add_funds;
        if (adds ? !of_.entity_.may.add_funds : !of_.entity_.may.reduce_funds)
            return of_.at(verdict::pending, fmt::format("{} waits: the exchange allows no {} in status {}", what_.id,
                                                        word(), of_.entity_.status.text()));
        auto told = of_.send(adds ? action_kind::add_funds : action_kind::reduce_funds,
                             {fmt::format("{} {} {} is due", what_.id, word(), what_.order.units.to_short_string()),
                              what_.id, what_.order.units.to_short_string()},
                             asked_by::plans);
        if (of_.sent_) of_.sent_->funds = what_.order;
        return told;
    }

    /// Orders that were not there before and have its size.
    std::vector<const trade::sub_trade*> evidence() const {
        std::vector<const trade::sub_trade*> found;
        for (const auto& order : orders_->orders) {
            const bool fits = order.initial_amount == past_->units || order.realised_amount == past_->units;
            const bool is_exit = order.purpose == "take_profit" || order.purpose == "stop_loss";
            if (!past_->before.contains(order.id) && !is_exit && fits) found.push_back(&order);
        }
        return found;
    }

    /// Whether the orders were read after `at`; else they are asked for.
    bool have_orders_since(mono_time at) {
        if (orders_ && orders_->read_begun >= at) return true;
        of_.of_.act(action_kind::read_orders, of_.identity_, {}, of_.entity_.id,
                    fmt::format("what became of {}", what_.id));
        return false;
    }

    standing follow() {
        const auto why = fmt::format("{} was sent and is not filled yet", what_.id);
        if (!have_orders_since(std::max(past_->since, of_.seen_.read_begun))) return of_.at(verdict::pending, why);
        const auto found = evidence();
        if (found.size() > 1) return settle_repeated(found.size());
        if (found.empty()) return of_.at(verdict::pending, why);
        const auto status = found.front()->status.type;
        if (!trade::is_final(status)) return of_.at(verdict::pending, why);
        const bool filled = status == trade::order_status::finished || status == trade::order_status::panic_sold;
        end(trade::outcome::accepted, std::string{filled ? funds_done::filled : funds_done::unfilled});
        return of_.at(verdict::pending, fmt::format("{} is {}", what_.id, filled ? "filled" : "ended"));
    }

    void end(trade::outcome how, std::string evidence) {
        of_.of_.act(action_kind::settle_write, of_.identity_, past_->nonce, of_.entity_.id, std::move(evidence)).ended =
            how;
    }

    living_trade& of_;
    const trade::adjustment& what_;
    const funds_attempt* past_ = nullptr;
    const orders_sighting* orders_ = nullptr;
};

} // namespace

/// Also when its adjustment is in no plan any more.
standing settle_funds(living_trade& of, const write_attempt& unknown) {
    trade::adjustment moved;
    moved.id = unknown.detail;
    moved.kind = base::parse_name<adjustment_kind>(unknown.word).value_or(adjustment_kind::add_funds);
    return funds_move{of, moved}.settle();
}

std::optional<standing> move_funds(living_trade& of, const trade::desired_trade& wanted) {
    for (std::size_t i = 0; i < wanted.life.adjustments.size(); ++i) {
        funds_move move{of, wanted.life.adjustments[i]};
        if (move.is_due())
            if (auto broken = check_funds_limits(of.of_, wanted, i)) return of.at(broken->what, broken->why);
        if (auto told = move.decide()) return told;
    }
    return std::nullopt;
}

} // namespace smarttrade::reconcile
