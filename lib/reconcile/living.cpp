// An entry with a trade: what that trade needs now.
#include <algorithm>

#include <fmt/format.h>

#include "reconcile/funds.hpp"
#include "reconcile/limits.hpp"
#include "reconcile/living.hpp"
#include "reconcile/prices.hpp"
#include "reconcile/three_way.hpp"
#include "trade/percent_exits.hpp"
#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using trade::wanted_state;

namespace {

class led_trade : private living_trade {
public:
    led_trade(deciding& of, const wish& w, const trade_history& past, const sighting& seen)
        : living_trade{of, w.trade.identity, past, seen, w.trade.life.protect}, wish_{w} {}

    standing decide() {
        const bool is_news =
            past_.write && past_.write->is == attempt_state::accepted && seen_.read_begun < past_.write->since;
        if (is_news) look_for_end();
        if (is_news || (seen_.read_begun < past_.echo_after && past_.write))
            return at(verdict::pending, fmt::format("{} was accepted, not yet seen", past_.write->word));
        hold_against_wish();
        settle_unknown();
        if (past_.write && past_.write->is == attempt_state::unknown && is_funds(past_.write->word)) {
            auto waits = settle_funds(*this, *past_.write);
            auto done = obey(); // a close waits for nothing
            return done && sent_ ? *done : waits;
        }
        take_echo();
        if (auto done = wait_for_tag()) return *done;
        if (auto done = obey()) return *done;
        if (auto done = expire()) return *done;
        if (auto done = keep_note()) return *done;
        if (auto done = end_steps()) return *done;
        if (auto done = keep_terms()) return *done;
        if (auto done = move_funds(*this, wish_.trade)) return *done;
        return at(verdict::in_sync, remark_);
    }

private:
    const trade::lifecycle& life() const { return wish_.trade.life; }

    /// A write of unknown outcome is settled by a read that began when nothing of it could be under way any more.
    void settle_unknown() {
        if (!past_.write || past_.write->is != attempt_state::unknown || is_funds(past_.write->word)) return;
        const auto& write = *past_.write;
        const bool took = has_taken(write);
        const bool late = seen_.read_begun >= write.since + of_.rules_.settle;
        of_.wait_until(write.since + of_.rules_.settle);
        if (!late && !(took && seen_.read_begun >= write.since)) return;
        auto& made = of_.act(action_kind::settle_write, identity_, write.nonce, entity_.id,
                             took ? "the trade shows its effect" : "the trade does not show its effect");
        made.ended = took ? trade::outcome::accepted : trade::outcome::not_sent;
    }

    bool has_taken(const write_attempt& write) const {
        if (write.word == "set_note") return trade::note_of(entity_) == note_for(wish_, past_, of_.rules_.instance);
        // That of the others is the status, which speaks for itself.
        return write.word == "update" && write.body == wish_.body && differs_ && differs_->is_same();
    }

    /// The first sight of what was applied is what later changes are told from. An edit that asks for what is there
    /// already is applied by that, and so is an adoption that leaves nothing to send.
    void take_echo() {
        if (entity_.status.type == trade::trade_status::created || seen_.read_begun < past_.echo_after) return;
        const bool is_taken_up = past_.applied.empty() && differs_ && !differs_->change && differs_->stuck.empty();
        const bool is_applied = is_taken_up || (differs_ && differs_->is_same() && past_.applied != wish_.body);
        if (past_.echo && !is_applied) return;
        auto planned = steps_;
        std::erase_if(planned, [&](const auto& each) { return !is_planned(each.first); });
        auto& made =
            of_.act(action_kind::take_echo, identity_, {}, entity_.id, "as the exchange shows what was applied");
        made.text = write_step_ids(planned);
        if (is_applied) made.difference = wish_.body.string();
    }
    bool is_planned(const std::string& name) const {
        for (std::size_t i = 0; i < wish_.trade.request.take_profit.size(); ++i)
            if (step_name(wish_, i) == name) return true;
        return false;
    }

    /// What the operator said, else what the plan says.
    std::optional<standing> obey() {
        const auto& word = past_.ordered;
        if (word == "close") return close("`smarttraded close`", asked_by::person);
        if (word == "cancel" && !trade::is_entered(entity_)) return cancel("`smarttraded cancel`", asked_by::person);
        if (word == "enter" && !trade::is_entered(entity_)) return enter("`smarttraded enter`", asked_by::person);
        if (word == "process")
            return send(action_kind::force_process, {"`smarttraded process`", {}, {}}, asked_by::person);
        switch (life().state) {
        case wanted_state::closed: return close("its state is closed", asked_by::plans);
        case wanted_state::cancelled: return cancel("its state is cancelled", asked_by::plans);
        case wanted_state::entered:
            if (trade::is_entered(entity_)) return std::nullopt;
            return enter("its state is entered", asked_by::plans);
        default: return std::nullopt;
        }
    }

    std::optional<standing> enter(const std::string& reason, asked_by whom) {
        if (entity_.may.force_start) return send(action_kind::force_start, {reason, {}, {}}, whom);
        return at(verdict::pending, entity_.position.status.type == trade::order_status::panic_sell_pending
                                        ? "is being entered at market"
                                        : "enters as soon as the exchange allows it");
    }

    std::optional<standing> expire() {
        if (trade::is_entered(entity_)) return std::nullopt;
        auto end = life().expires_at;
        if (life().expires_after) end = entity_.created_at + *life().expires_after;
        if (!end) return std::nullopt;
        if (*end > of_.rules_.utc_now) {
            of_.wait_until(of_.now_ + (*end - of_.rules_.utc_now));
            return std::nullopt;
        }
        return cancel("expired " + base::format_utc(*end), asked_by::plans);
    }

    // ---- the note -------------------------------------------------------------------------------------------------

    /// Whoever took the tag away has released the trade: nothing is written until a person says so (design.md 5,
    /// Ownership). What the operator orders goes through.
    std::optional<standing> wait_for_tag() {
        const bool is_ordered = is_ordered_to_end(past_, entity_);
        if (past_.bound_nonce.empty() || is_ordered || wears_its_tag()) return std::nullopt;
        const auto worn = trade::tag::parse(trade::note_of(entity_));
        const auto why = worn && worn->instance != of_.rules_.instance
                             ? fmt::format("its tag is of instance '{}', this daemon is '{}'; confirm to take it over",
                                           worn->instance, of_.rules_.instance)
                             : "its tag is gone: somebody released it elsewhere; confirm to take it up again";
        auto held =
            of_.hold_back(hold_id("tag", identity_.name, past_.bound_nonce + trade::note_of(entity_)), why, identity_);
        if (!held) return std::nullopt;
        return at(held->what, held->why);
    }

    std::optional<standing> keep_note() {
        if (past_.bound_nonce.empty()) return std::nullopt; // adopted: its note is left alone
        const auto& note = trade::note_of(entity_);
        const auto wanted = note_for(wish_, past_, of_.rules_.instance);
        if (note == wanted) return std::nullopt;
        const auto worn = trade::tag::parse(note);
        const bool is_ours = wears_its_tag();
        const auto& words = wish_.trade.request.note;
        const bool edited = !is_ours || words != past_.applied_note || worn->name != identity_.name;
        if (!edited && life().on_drift == trade::drift_policy::report) {
            remark_ = "its note was changed elsewhere; on_drift is report";
            return std::nullopt;
        }
        if (!edited && past_.note_reverts >= reverts_max) {
            remark_ = "its note was changed elsewhere again after 3 reverts: it stays";
            return std::nullopt;
        }
        auto told =
            send(action_kind::set_note, {edited ? "its note was edited" : "its note was changed elsewhere", words, {}},
                 asked_by::plans);
        if (sent_) sent_->difference = wanted;
        return told;
    }

    // ---- steps that the plan ends ---------------------------------------------------------------------------------

    std::optional<standing> end_steps() {
        const auto& wishes = life().steps;
        for (std::size_t i = 0; i < wishes.size(); ++i) {
            if (wishes[i].state == trade::step_state::open) continue;
            const auto matched = std::ranges::find(steps_, wishes[i].id, [](const auto& each) { return each.first; });
            if (matched == steps_.end()) continue;
            const auto step =
                std::ranges::find(entity_.take_profit, matched->second, &trade::smart_trade::step_view::id);
            if (step == entity_.take_profit.end() || trade::is_final(step->status.type)) continue;
            if (auto told = end_step(wishes[i], *step)) return told;
        }
        return std::nullopt;
    }

    std::optional<standing> end_step(const trade::step_wish& wish, const trade::smart_trade::step_view& step) {
        const bool closes = wish.state == trade::step_state::closed;
        if (step.status.type == trade::order_status::panic_sell_pending
            || step.status.type == trade::order_status::pending_cancellation)
            return at(verdict::pending, fmt::format("step {} is being {}", wish.id, base::name_of(wish.state)));
        if (closes ? !step.panic_sell_available : !step.cancelable) {
            remark_ =
                fmt::format("step {} is {} as soon as the exchange allows it", wish.id, base::name_of(wish.state));
            return std::nullopt;
        }
        const auto live = std::ranges::count_if(entity_.take_profit,
                                                [](const auto& each) { return !trade::is_final(each.status.type); });
        if (!closes && live == 1 && !entity_.stop_loss) // api.md H.21
            return at(verdict::blocked,
                      fmt::format("step {} is its last exit: without it the exchange cancels the whole "
                                  "trade; set `state` of the trade instead",
                                  wish.id));
        auto told = send(closes ? action_kind::close_step : action_kind::cancel_step,
                         {fmt::format("step {} is {} in the plan", wish.id, base::name_of(wish.state)), wish.id, {}},
                         asked_by::plans);
        if (sent_) sent_->order = step.id;
        return told;
    }

    // ---- entry and exits ------------------------------------------------------------------------------------------

    std::optional<money::price> price_step() const {
        const auto* market = of_.market_of(identity_.account, entity_.pair);
        return market ? market->rates.price_step : std::nullopt;
    }

    /// What percents of the wish count from now; nothing: they go out as they are, or there are none.
    std::optional<money::price> reference() const {
        const auto& asked = wish_.trade.request;
        if (!trade::is_entered(entity_)) return trade::has_open_percents(asked) ? entry_reference(asked) : std::nullopt;
        if (!trade::has_percents(asked)) return std::nullopt;
        return entity_.average_enter_price ? entity_.average_enter_price : entity_.position.price;
    }

    /// Nothing is compared while the exchange still works on the create.
    void hold_against_wish() {
        const bool fresh_market = entity_.position.order == trade::entry_type::market && !trade::is_entered(entity_);
        if (entity_.status.type == trade::trade_status::created || fresh_market) return;
        const auto from = reference();
        const auto step = price_step();
        differs_ = from ? compare(of_, wish_, past_, entity_, target(), steps_, step)
                        : compare(of_, wish_, past_, entity_, wish_.trade.request, steps_, step);
    }

    /// The wish with every exit as it should stand now.
    trade::trade_request target() const {
        const auto from = reference();
        return from ? trade::with_prices(wish_.trade.request, *from, price_step()) : wish_.trade.request;
    }

    std::optional<step_ids> match_steps() const {
        const auto fresh = new_steps(past_, entity_);
        if (fresh.empty()) return std::nullopt;
        return match_new_steps(wish_, past_, fresh, target().take_profit, sameness{price_step()});
    }

    std::optional<standing> keep_terms() {
        if (!differs_) return std::nullopt;
        auto& differs = *differs_;
        if (const auto* market = of_.market_of(identity_.account, entity_.pair); !differs.is_same() && !market) {
            const auto trouble = of_.seen_.unpriced.find({identity_.account, entity_.pair});
            if (trouble == of_.seen_.unpriced.end()
                || trade::has_percents(wish_.trade.request)) { // that need it to be rounded
                of_.ask_market(identity_, entity_.pair, entity_.id, "how fine its prices are");
                return at(verdict::pending,
                          trouble == of_.seen_.unpriced.end()
                              ? "differs from the plan: the price step of its market is being read"
                              : "the price step of its market cannot be read: " + trouble->second.why);
            }
        }
        if (!differs.remark.empty()) remark_ = differs.remark;
        if (!differs.stuck.empty()) return at(verdict::blocked, differs.stuck);
        if (!differs.change) return std::nullopt;
        if (!entity_.may.edit)
            return at(verdict::pending,
                      fmt::format("the exchange allows no change in status {}", entity_.status.text()));
        if (auto broken = check_limits_of_edit(differs)) return at(broken->what, broken->why);
        if (auto held = hold_change(differs)) return at(held->what, held->why);
        const auto reason = differs.detail == "edit"     ? "edited in the plan"
                            : differs.detail == "revert" ? "changed elsewhere: back to the plan"
                            : differs.detail == "again"  ? "the exchange shows something else than was sent"
                                                         : "its percents count from the average entry price";
        auto told = send(action_kind::update, {reason, differs.detail, wish_.body.string()}, asked_by::plans);
        if (sent_) {
            sent_->difference = differs.difference;
            sent_->change = std::move(differs.change);
        }
        if (told.verdict == verdict::pending && sent_) told.why = fmt::format("{}: {}", reason, sent_->difference);
        return told;
    }

    /// Of an entry that waits. Where coins are held, or a stop is among the changes, the exchange is left to judge: a
    /// stop must go out.
    std::optional<refusal> check_limits_of_edit(const comparison& differs) {
        if (trade::is_entered(entity_) || differs.writes_stop) return std::nullopt;
        return check_edit_limits(of_, wish_, target());
    }

    std::optional<refusal> hold_change(const comparison& differs) {
        const auto& rules = of_.rules_;
        if (differs.detail == "edit" && rules.updates_asked > rules.update_max) {
            auto held = of_.hold_back(
                hold_id("update", rules.plans_hash, {}),
                fmt::format("{} trades edited or adopted at once, guardrails.max_changes.update allows {}",
                            rules.updates_asked, rules.update_max),
                identity_);
            if (held) return held;
        }
        const bool is_adopted = past_.applied.empty(); // and its plan may have forgotten the stop
        if (differs.stop_before && !differs.stop_after && (rules.stop_move_max || is_adopted)) {
            auto held = of_.hold_back(
                edit_hold_id("stop", wish_),
                fmt::format("its stop at {} is taken away", differs.stop_before->to_short_string()), identity_);
            if (held) return held;
        }
        if (differs.stop_before && differs.stop_after && rules.stop_move_max) {
            const auto moved = differs.stop_after->value() - differs.stop_before->value();
            const auto allowed = differs.stop_before->value() * money::as_fraction(*rules.stop_move_max);
            if ((moved.sign() < 0 ? -moved : moved) > allowed) {
                auto held = of_.hold_back(edit_hold_id("stop", wish_),
                                          fmt::format("its stop moves {}->{}, more than guardrails.max_stop_move {}%",
                                                      differs.stop_before->to_short_string(),
                                                      differs.stop_after->to_short_string(),
                                                      rules.stop_move_max->to_short_string()),
                                          identity_);
                if (held) return held;
            }
        }
        if (!differs.exits || !trade::is_entered(entity_) || !entity_.current_price) return std::nullopt;
        trade::market_rates now;
        now.bid = entity_.current_price->bid;
        now.ask = entity_.current_price->ask;
        now.last = entity_.current_price->last;
        const auto why = exit_at_once(*differs.exits, now);
        if (why.empty()) return std::nullopt;
        return of_.hold_back(edit_hold_id("exit", wish_), why, identity_);
    }

    const wish& wish_;
    const std::optional<step_ids> with_new_ = match_steps();
    const step_ids& steps_ = with_new_ ? *with_new_ : past_.steps;
    std::optional<comparison> differs_; ///< from the wish; absent: not compared now
    std::string remark_;
};

} // namespace

standing decide_led(deciding& of, const wish& w, const trade_history& past, const sighting& seen) {
    return led_trade{of, w, past, seen}.decide();
}

} // namespace smarttrade::reconcile
