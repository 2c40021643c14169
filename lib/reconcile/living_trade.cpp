// What may be sent for one live trade, whoever asks.
#include "reconcile/living.hpp"

#include <fmt/format.h>

#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

constexpr auto sight_age_max = 60s; ///< of a reading that plans act on

} // namespace

bool is_ordered_to_end(const trade_history& past, const trade::smart_trade& entity) {
    return past.ordered == "close" || (past.ordered == "cancel" && !trade::is_entered(entity));
}

living_trade::living_trade(deciding& of, const trade::trade_identity& identity, const trade_history& past,
                           const sighting& seen, bool is_protected)
    : of_{of}, identity_{identity}, past_{past}, seen_{seen}, entity_{seen.entity}, is_protected_{is_protected} {}

standing living_trade::at(verdict what, std::string why) const {
    return stand(identity_, phase_of(entity_), what, std::move(why), entity_.id);
}

bool living_trade::wears_its_tag() const {
    const auto worn = trade::tag::parse(trade::note_of(entity_));
    return worn && worn->instance == of_.rules_.instance && worn->nonce == past_.bound_nonce;
}

/// Somebody waits for this end, and the next pass over the account may be far: the trade is read by itself, after twice
/// the time each time.
void living_trade::look_for_end() {
    constexpr int looks_max = 8; // at once: of many that end together a pass tells for less
    if (!is_ordered_to_end(past_, entity_) || of_.looks_for_ends_ >= looks_max) return;
    const auto sent = past_.write ? past_.write->since : mono_time{};
    const auto age = std::max<std::chrono::nanoseconds>(seen_.read_begun - sent, 2s);
    if (!of_.wait_until(std::max(seen_.read_begun, sent) + age)) return;
    ++of_.looks_for_ends_;
    of_.act(action_kind::read_trade, identity_, {}, entity_.id, "whether it has ended");
}

standing living_trade::send(action_kind kind, const request& what, asked_by whom) {
    const auto& last = past_.write;
    const bool same =
        last && last->word == base::name_of(kind) && last->detail == what.detail && last->body == what.body;
    if (same && last->is != attempt_state::in_flight) look_for_end();
    if (same && last->is == attempt_state::accepted && !of_.wait_until(last->since + of_.rules_.settle))
        return at(verdict::pending, fmt::format("{} was accepted: waits for its effect", last->word));
    if (auto no = of_.refuse_write(past_, identity_, kind, what.detail, what.body, whom)) return at(no->what, no->why);
    sent_ = &of_.act(kind, identity_, {}, entity_.id, what.reason);
    sent_->text = what.detail;
    sent_->is_ordered = whom == asked_by::person;
    // After an outage, or a wait for the budget, the trade may have ended or have been let go since. A cancel comes
    // with a look of its own.
    sent_->looks_first =
        of_.now_ - seen_.read_begun > sight_age_max && whom == asked_by::plans && kind != action_kind::cancel;
    return at(verdict::pending, what.reason);
}

standing living_trade::cancel(const std::string& reason, asked_by whom) {
    using enum trade::trade_status;
    if (is_protected_) return at(verdict::blocked, "protected: it is never cancelled here; set `protect: false` first");
    if (trade::is_entered(entity_))
        return at(verdict::blocked, "entered: a cancel would leave its position without exits; `closed` sells it, "
                                    "`released` leaves it alone");
    if (entity_.status.type == cancellation_pending || entity_.status.type == cancellation_in_progress) {
        look_for_end();
        return at(verdict::pending, "is being cancelled");
    }
    if (!entity_.may.cancel)
        return at(verdict::pending, fmt::format("the exchange allows no cancel in status {}", entity_.status.text()));
    return send(action_kind::cancel, {reason, {}, {}}, whom);
}

standing living_trade::close(const std::string& reason, asked_by whom) {
    if (is_protected_) return at(verdict::blocked, "protected: it is never closed here; set `protect: false` first");
    if (!trade::is_entered(entity_)) return cancel(reason, whom);
    using enum trade::trade_status;
    if (entity_.status.type == panic_sell_pending || entity_.status.type == panic_sell_in_progress) {
        look_for_end();
        return at(verdict::pending, "is being closed at market");
    }
    if (!entity_.may.panic_sell)
        return at(verdict::pending, fmt::format("the exchange allows no close in status {}", entity_.status.text()));
    const auto& last = past_.write;
    if (last && last->word == "close" && last->is == attempt_state::unknown && seen_.read_begun <= last->since) {
        of_.act(action_kind::read_trade, identity_, {}, entity_.id, "whether its close was carried out");
        return at(verdict::pending, "the outcome of its close is unknown: the trade is read");
    }
    return send(action_kind::close, {reason, {}, {}}, whom);
}

} // namespace smarttrade::reconcile
