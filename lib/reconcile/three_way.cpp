#include "reconcile/three_way.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reconcile/differences.hpp"
#include "trade/percent_exits.hpp"

namespace smarttrade::reconcile {

namespace {

using trade::trade_update;

constexpr int again_max = 2; ///< more tries of what the exchange did not take

enum class cause { none, edited, drift, not_taken };

class three_way {
public:
    three_way(const deciding& of, const wish& w, const trade_history& past, const trade::smart_trade& entity,
              const trade::trade_request& target, const step_ids& steps, std::optional<money::price> step)
        : wish_{w}, past_{past}, entity_{entity}, target_{target}, matched_{steps}, same_{std::move(step)},
          is_entered_{trade::is_entered(entity)} {
        if (!past_.applied.empty() && past_.applied != w.body && of.rules_.read_body)
            applied_ = of.rules_.read_body(past_.applied);
    }

    comparison compare() {
        const auto other = what_no_edit_changes(target_, entity_, applied_);
        if (!other.empty()) {
            out_.stuck =
                fmt::format("{} cannot be changed while it lives: put it back, or end it and raise revision", other);
            return std::move(out_);
        }
        if (!is_entered_) {
            judge(
                leverage_, target_.leverage != entity_.leverage, [](const auto& r) { return r.leverage; },
                past_.echo && past_.echo->leverage != entity_.leverage);
            judge(
                entry_, !same_.entries(target_.position, entity_.position), [](const auto& r) { return r.position; },
                past_.echo && !same_.entries(past_.echo->entry, entity_.position));
        }
        steps_.follows_entry = stop_.follows_entry =
            entry_.why == cause::edited && trade::has_percents(wish_.trade.request);
        if (!target_.instant) {
            judge(
                steps_, steps_differ(), [](const auto& r) { return r.take_profit; }, steps_drifted());
            if (steps_.is_written && !target_.take_profit.empty() && wanted_steps().size() == ended_steps().size()) {
                steps_ = {}; // what is left would have no target, and the exchange refuses it (V16)
                has_no_open_step_ = true;
            }
            judge_stop();
        }
        compose();
        return std::move(out_);
    }

private:
    struct part {
        cause why = cause::none;
        bool is_written = false;
        bool follows_entry = false; ///< its percents count from the price of an entry that is edited
    };

    /// Why a part differs from its wish, and whether it is written.
    template <class Part> void judge(part& of, bool differs, const Part& part_of, bool drifted) {
        if (!differs) return;
        of.why = of.follows_entry || is_edited(part_of) ? cause::edited : drifted ? cause::drift : cause::not_taken;
        if (of.why == cause::edited) {
            of.is_written = true;
        } else if (!past_.echo) {
            of.why = cause::none; // what was applied is not yet seen: nothing is known to differ
        } else if (of.why == cause::drift) {
            of.is_written = wish_.trade.life.on_drift == trade::drift_policy::revert && past_.reverts < reverts_max;
        } else {
            of.is_written = !is_given_up();
        }
    }

    template <class Part> bool is_edited(const Part& part_of) const {
        if (past_.applied.empty()) return true; // adopted or found: nothing was applied yet
        if (past_.applied == wish_.body) return false;
        return !applied_ || part_of(*applied_) != part_of(wish_.trade.request);
    }

    bool is_given_up() const {
        const auto& last = past_.write;
        return last && last->word == "update" && last->detail == again() && last->body == wish_.body
               && last->taken >= again_max;
    }

    /// Another average price moves percent exits: they are not what was sent before and not taken.
    std::string again() const {
        const auto& average = entity_.average_enter_price;
        return is_entered_ && average && trade::has_percents(wish_.trade.request) ? "average " + text_of(average)
                                                                                  : "again";
    }

    // ---- take profit ----------------------------------------------------------------------------------------------

    const trade::smart_trade::step_view* step_on_exchange(trade::sub_trade_id id) const {
        const auto found = std::ranges::find(entity_.take_profit, id, &trade::smart_trade::step_view::id);
        return found == entity_.take_profit.end() ? nullptr : &*found;
    }

    std::optional<trade::sub_trade_id> id_of(std::size_t place) const {
        const auto name = step_name(wish_, place);
        const auto found = std::ranges::find(matched_, name, [](const auto& each) { return each.first; });
        return found == matched_.end() ? std::nullopt : std::optional{found->second};
    }

    /// A step that is done with, or whose end the plan asks for: it stays as it is.
    bool is_frozen(std::size_t place) const {
        const auto& names = wish_.trade.life.steps;
        if (place < names.size() && names[place].state != trade::step_state::open) return true;
        const auto id = id_of(place);
        if (!id) return false;
        const auto* seen = step_on_exchange(*id);
        return !seen || trade::is_final(seen->status.type);
    }

    /// Volumes are the engine's own once funds were moved or a step was ended by command.
    bool volumes_count() const {
        if (!past_.funds.empty()) return false;
        for (const auto& [name, id] : matched_)
            if (!step_on_exchange(id)) return false;
        return true;
    }

    bool steps_differ() const {
        std::size_t live = 0;
        const auto wanted = wanted_steps();
        for (const auto& [id, order] : wanted) {
            if (!id) return true; // a new step
            const auto& seen = *step_on_exchange(*id);
            if (trade::is_final(seen.status.type) || ends_by_plan(*id)) continue;
            const auto now = trade::order_of(seen);
            if (!same_.steps(order, now) || (volumes_count() && order.volume != now.volume)) return true;
            ++live;
        }
        return live != count_live();
    }

    std::vector<trade_update::step_change> ended_steps() const {
        std::vector<trade_update::step_change> all;
        for (const auto& step : entity_.take_profit)
            if (trade::is_final(step.status.type)) all.push_back({step.id, trade::order_of(step)});
        return all;
    }

    /// The whole group as the plan wants it: ended steps in front, the others with what those have left of the hundred.
    std::vector<trade_update::step_change> wanted_steps() const {
        auto all = ended_steps();
        const auto ended = all.size();
        for (std::size_t i = 0; i < target_.take_profit.size(); ++i) {
            const auto id = id_of(i);
            const auto* seen = id ? step_on_exchange(*id) : nullptr;
            if (is_frozen(i)) { // one that the plan ends is ended by its own call
                if (seen && !trade::is_final(seen->status.type)) all.push_back({id, trade::order_of(*seen)});
                continue;
            }
            all.push_back({id, target_.take_profit[i]});
            if (seen && !volumes_count()) all.back().order.volume = seen->volume;
        }
        // A plan that itself says less is one of an adopted trade that has lost steps: it stays as it is.
        money::percent said;
        for (const auto& step : target_.take_profit) said = said + step.volume;
        if (said == money::percent{money::decimal{100}}) fill_to_hundred(all, ended);
        return all;
    }

    /// Steps on the exchange that may still fire and that the plan does not itself end.
    std::size_t count_live() const {
        return static_cast<std::size_t>(std::ranges::count_if(entity_.take_profit, [&](const auto& step) {
            return !trade::is_final(step.status.type) && !ends_by_plan(step.id);
        }));
    }
    bool ends_by_plan(trade::sub_trade_id id) const {
        for (std::size_t i = 0; i < target_.take_profit.size(); ++i)
            if (id_of(i) == id) return is_frozen(i);
        return false;
    }

    bool steps_drifted() const {
        if (!past_.echo) return false;
        const auto& before = past_.echo->take_profit;
        return std::ranges::any_of(entity_.take_profit, [&](const auto& step) {
            if (trade::is_final(step.status.type)) return false;
            const auto known = std::ranges::find(before, step.id, &trade::trade_shape::step::id);
            return known == before.end() || !same_.steps(known->order, trade::order_of(step))
                   || (volumes_count() && known->order.volume != step.volume);
        });
    }

    // ---- stop loss ------------------------------------------------------------------------------------------------

    bool stop_differs(const std::optional<trade::stop_loss_order>& wanted, bool with_trigger) const {
        if (wanted.has_value() != entity_.stop_loss.has_value()) return true;
        if (!wanted) return false;
        const auto now = trade::order_of(*entity_.stop_loss);
        return !same_.stop_terms(*wanted, now) || (with_trigger && !same_.levels(wanted->trigger, now.trigger));
    }

    void judge_stop() {
        const bool moves_itself = is_engines_own();
        const bool drifted = past_.echo && stop_differs(past_.echo->stop_loss, !moves_itself);
        judge(
            stop_, stop_differs(target_.stop_loss, !moves_itself), [](const auto& r) { return r.stop_loss; }, drifted);
        if (stop_.why == cause::none || !target_.stop_loss || !entity_.stop_loss) return;
        const auto now = trade::order_of(*entity_.stop_loss);
        if (stop_.why == cause::edited && is_trigger_edited() && !was_moved_after_edit(now)) return;
        if (!is_tighter(now.trigger, target_.stop_loss->trigger, target_.position.type)) return;
        if (stop_differs(target_.stop_loss, false)) { // other terms are written; the trigger stays
            keeps_trigger_ = true;
            return;
        }
        stop_ = {}; // never loosened unless the user edits it (design.md 5)
        out_.remark = fmt::format("its stop {} is tighter than {} in the plan and stays", text_of(now.trigger),
                                  text_of(target_.stop_loss->trigger));
    }

    /// Whoever adopts a trade says where its stop should be at least, also where it moves itself.
    bool is_engines_own() const {
        const bool is_known = !past_.applied.empty() || past_.is_recovered;
        return trade::stop_moves_itself(entity_) && is_known && !is_trigger_edited();
    }

    bool is_trigger_edited() const {
        if (stop_.follows_entry) return true;
        // Of a trade that was adopted, or found again by its tag, nobody can say who made its stop tighter.
        if (past_.applied.empty() || past_.applied == wish_.body) return false;
        if (!applied_) return true;
        const auto& before = applied_->stop_loss;
        const auto& wanted = wish_.trade.request.stop_loss;
        return before.has_value() != wanted.has_value() || (before && before->trigger != wanted->trigger);
    }

    /// The edit was never answered, and the stop is neither where it was nor where that puts it: it was moved on since.
    bool was_moved_after_edit(const trade::stop_loss_order& now) const {
        if (past_.maybe_applied.empty() || past_.maybe_applied != wish_.body || !past_.echo) return false;
        const auto& before = past_.echo->stop_loss;
        return before && !same_.levels(before->trigger, now.trigger);
    }

    // ---- what comes of it -----------------------------------------------------------------------------------------

    bool any(cause why) const {
        return leverage_.why == why || entry_.why == why || steps_.why == why || stop_.why == why;
    }

    void compose() {
        const bool writes = leverage_.is_written || entry_.is_written || steps_.is_written || stop_.is_written;
        if (!writes) return tell_unwritten();
        out_.detail = any(cause::edited) ? "edit" : any(cause::drift) ? "revert" : again();
        trade_update change;
        if (!is_entered_) change.leverage = leverage_.is_written ? target_.leverage : entity_.leverage;
        change.ends_leverage = leverage_.is_written && !target_.leverage;
        if (entry_.is_written) change.position = entry_change();
        change.take_profit = step_changes();
        change.stop_loss = stop_change();
        if (leverage_.is_written) tell("leverage changes");
        if (stop_.is_written) tell_stop();
        out_.writes_stop = stop_.is_written;
        out_.exits = changed_exits();
        out_.change = std::move(change);
    }

    void tell(const std::string& what) { out_.difference += (out_.difference.empty() ? "" : ", ") + what; }

    void tell_unwritten() {
        if (has_no_open_step_)
            out_.stuck =
                "every step of its plan has ended, and not all is sold: the others stay; add a step for the rest";
        else if (any(cause::not_taken))
            stick("the exchange shows other exits than were sent three times: look at the trade in the app");
        else if (any(cause::drift) && wish_.trade.life.on_drift == trade::drift_policy::report)
            out_.remark = "changed elsewhere; on_drift is report";
        else if (any(cause::drift))
            stick("changed elsewhere again after 3 reverts: it stays");
    }
    void stick(std::string_view why) {
        out_.stuck = fmt::format("{}; edit it, or `smarttraded retry {}`", why, wish_.trade.identity.name);
    }

    trade_update::entry_change entry_change() {
        trade_update::entry_change made;
        const auto& wanted = target_.position;
        const auto& now = entity_.position;
        if (wanted.units != now.units) {
            made.units = wanted.units;
            tell(fmt::format("units {}->{}", now.units.to_short_string(), wanted.units.to_short_string()));
        }
        const bool has_price = wanted.price && wanted.order != trade::entry_type::market;
        if (has_price && !same_.prices(wanted.price, now.price)) {
            made.price = wanted.price;
            tell(fmt::format("price {}->{}", text_of(now.price), text_of(wanted.price)));
        }
        if (wanted.conditional && !same_.conditions(wanted.conditional, now.conditional, now.type)) {
            made.conditional = wanted.conditional;
            tell(fmt::format("trigger {}->{}", now.conditional ? now.conditional->trigger.to_short_string() : "none",
                             wanted.conditional->trigger.to_short_string()));
        }
        return made;
    }

    /// The whole group, ended steps in front; what is not written goes out as it was seen. Ended steps alone are no
    /// group that the exchange takes (V16): then it is off.
    std::vector<trade_update::step_change> step_changes() {
        auto all = ended_steps();
        const auto ended = all.size();
        if (steps_.is_written) {
            all = wanted_steps();
            tell_steps(all);
            return all.size() == ended ? std::vector<trade_update::step_change>{} : all;
        }
        for (const auto& step : entity_.take_profit)
            if (!trade::is_final(step.status.type)) all.push_back({step.id, trade::order_of(step)});
        fill_to_hundred(all, ended);
        return all.size() == ended ? std::vector<trade_update::step_change>{} : all;
    }

    void tell_steps(const std::vector<trade_update::step_change>& all) {
        auto added = std::ranges::find_if(all, [](const auto& each) { return !each.id; });
        for (std::size_t i = 0; i < target_.take_profit.size(); ++i) {
            if (is_frozen(i)) continue;
            const auto id = id_of(i);
            if (!id) {
                tell(fmt::format("{} none->{}", step_name(wish_, i), text_of(added->order.level)));
                added = std::find_if(std::next(added), all.end(), [](const auto& each) { return !each.id; });
                continue;
            }
            const auto before = trade::order_of(*step_on_exchange(*id));
            const auto& after = std::ranges::find(all, id, &trade_update::step_change::id)->order;
            if (!same_.steps(after, before) || after.volume != before.volume)
                tell(text_of_change(step_name(wish_, i), before, after));
        }
        for (const auto& step : entity_.take_profit) {
            const bool is_named = std::ranges::any_of(all, [&](const auto& each) { return each.id == step.id; });
            if (!is_named) tell(fmt::format("step {} {}->none", step.place, text_of(trade::order_of(step).level)));
        }
    }

    std::optional<trade::stop_loss_order> stop_change() const {
        std::optional<trade::stop_loss_order> now;
        if (entity_.stop_loss) now = trade::order_of(*entity_.stop_loss);
        if (!stop_.is_written) return now;
        auto wanted = target_.stop_loss;
        if (wanted && now && (keeps_trigger_ || is_engines_own())) wanted->trigger = now->trigger;
        return wanted;
    }

    void tell_stop() {
        const auto before = entity_.stop_loss ? text_of(trade::order_of(*entity_.stop_loss).trigger) : "none";
        const auto wanted = stop_change();
        const auto after = wanted ? text_of(wanted->trigger) : "none";
        tell(before == after ? "stop changes its terms" : fmt::format("stop {}->{}", before, after));
        if (stop_.why != cause::edited) return;
        if (entity_.stop_loss) out_.stop_before = entity_.stop_loss->trigger;
        if (const auto* price = wanted ? std::get_if<money::price>(&wanted->trigger) : nullptr)
            out_.stop_after = *price;
    }

    trade::trade_request changed_exits() const {
        trade::trade_request exits;
        exits.position.type = target_.position.type;
        if (steps_.is_written)
            for (const auto& [id, order] : wanted_steps()) {
                const auto* seen = id ? step_on_exchange(*id) : nullptr;
                if (!seen || !same_.levels(order.level, trade::order_of(*seen).level))
                    exits.take_profit.push_back(order);
            }
        if (stop_.is_written) exits.stop_loss = stop_change();
        return exits;
    }

    const wish& wish_;
    const trade_history& past_;
    const trade::smart_trade& entity_;
    const trade::trade_request& target_;
    const step_ids& matched_;
    sameness same_;
    bool is_entered_;
    std::optional<trade::trade_request> applied_;
    part leverage_, entry_, steps_, stop_;
    bool keeps_trigger_ = false, has_no_open_step_ = false;
    comparison out_;
};

} // namespace

comparison compare(const deciding& of, const wish& w, const trade_history& past, const trade::smart_trade& entity,
                   const trade::trade_request& target, const step_ids& steps, const std::optional<money::price>& step) {
    return three_way{of, w, past, entity, target, steps, step}.compare();
}

} // namespace smarttrade::reconcile
