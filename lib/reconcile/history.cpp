#include "reconcile/history.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace smarttrade::reconcile {

namespace {

bool ends_whole(std::string_view word) { return word == "close" || word == "cancel"; }

/// Whoever asks anew, or says `retry`, waits for no back-off of before.
void end_pause(trade_history& trade) {
    if (!trade.write) return;
    trade.write->same = trade.write->refused = 0;
    const bool waits = trade.write->is == attempt_state::refused || trade.write->is == attempt_state::not_sent;
    if (waits) trade.write->is = attempt_state::absent;
}

attempt_state state_after(std::optional<trade::outcome> ended) {
    switch (ended.value_or(trade::outcome::unknown)) {
    case trade::outcome::unknown: return attempt_state::unknown;
    case trade::outcome::not_sent: return attempt_state::not_sent;
    case trade::outcome::accepted: return attempt_state::accepted;
    case trade::outcome::refused: return attempt_state::refused;
    case trade::outcome::credential: return attempt_state::credential;
    case trade::outcome::throttled: return attempt_state::throttled;
    }
    return attempt_state::unknown;
}

/// The text of an intent is its pair and, behind a space, the user's note.
create_attempt read_intent(const fact& what, mono_time at) {
    const auto space = what.text.find(' ');
    auto note = space == std::string::npos ? std::string{} : what.text.substr(space + 1);
    return {what.nonce,     what.body, what.at, attempt_state::in_flight, at, {}, what.text.substr(0, space),
            std::move(note)};
}

void begin_write(trade_history& of, const fact& what, mono_time at) {
    const auto space = what.text.find(' ');
    write_attempt made;
    made.nonce = what.nonce;
    made.word = what.text.substr(0, space);
    if (space != std::string::npos) made.detail = what.text.substr(space + 1);
    made.body = what.body;
    made.since = at;
    if (of.write && of.write->word == made.word && of.write->detail == made.detail && of.write->body == made.body) {
        made.same = of.write->same + 1;
        made.taken = of.write->taken;
        made.refused = of.write->refused;
    }
    if (made.word == "add_funds" || made.word == "reduce_funds") {
        auto& funds = of.funds[made.detail];
        funds.nonce = what.nonce;
        funds.has_snapshot = false;
        funds.is = attempt_state::in_flight;
        funds.since = at;
        funds.units = money::quantity::parse(what.body).value_or(money::quantity{});
    }
    of.write = std::move(made);
}

/// What an accepted change makes true.
void take_effect(trade_history& of, mono_time at) {
    if (of.write->word == "set_note") {
        of.note_reverts = of.applied_note == of.write->detail ? of.note_reverts + 1 : 0;
        of.applied_note = of.write->detail;
    }
    if (of.write->word != "update" && of.write->word != "set_note") return;
    if (of.write->word == "update") {
        if (of.write->detail == "revert")
            ++of.reverts;
        else if (of.applied != of.write->body)
            of.reverts = 0;
        of.applied = of.write->body;
        of.maybe_applied = {};
    }
    of.echo.reset();
    of.echo_after = at;
}

/// What became of it, nobody has said.
void lose_sight(trade_history& of) {
    of.write->is = attempt_state::unknown;
    if (of.write->word == "update") of.maybe_applied = of.write->body;
}

} // namespace

bool may_have_ended(const write_attempt& write) {
    using enum attempt_state;
    const bool ends = ends_whole(write.word) || write.word == "close_step";
    return ends && (write.is == in_flight || write.is == unknown || write.is == accepted);
}

bool trade_history::settled() const {
    const auto* newest = last();
    return !newest || (newest->is != attempt_state::in_flight && newest->is != attempt_state::unknown);
}

void history::apply(const fact& what, mono_time at) {
    newest_ = std::max(newest_, what.at);
    was_key_refused_ = was_key_refused_ || what.ended == trade::outcome::credential;
    switch (what.kind) {
    case fact_kind::binding:
    case fact_kind::request: break;
    case fact_kind::canary: canaries_.insert(what.identity.account); break;
    case fact_kind::history_read: read_.insert(what.identity.account); break;
    case fact_kind::plans: accept_plans(what.body); break;
    case fact_kind::confirmed: confirmed_.insert(what.text); break;
    case fact_kind::halted: is_halted_ = true; break;
    case fact_kind::resumed: is_halted_ = false; break;
    case fact_kind::bound: bind(what, at); break;
    case fact_kind::renamed: rename(what); break;
    case fact_kind::intent:
        trades_[what.identity].attempts.push_back(read_intent(what, at));
        nonces_.insert_or_assign(what.nonce, what.identity);
        break;
    case fact_kind::outcome:
        if (auto* attempt = attempt_of(what.nonce)) {
            attempt->is = state_after(what.ended);
            attempt->since = at;
            attempt->message = what.text;
        }
        break;
    case fact_kind::absent:
        if (auto* attempt = attempt_of(what.nonce)) {
            attempt->is = attempt_state::absent;
            attempt->since = at;
        }
        break;
    default: apply_to_trade(what, at); break;
    }
}

void history::apply_to_trade(const fact& what, mono_time at) {
    auto& trade = trades_[what.identity];
    switch (what.kind) {
    case fact_kind::observed:
        if (keeps_observed_) trade.last_observed = what.text;
        break;
    case fact_kind::write: begin_write(trade, what, at); break;
    case fact_kind::written:
    case fact_kind::settled: end_write(what, at); break;
    case fact_kind::snapshot:
        trade.funds[what.text].has_snapshot = true;
        for (const auto& [name, id] : read_step_ids(what.body)) trade.funds[what.text].before.insert(id);
        break;
    case fact_kind::echo:
        trade.steps = read_step_ids(what.body.substr(0, what.body.find('\n')));
        if (const auto line = what.body.find('\n'); line != std::string::npos)
            trade.applied = what.body.substr(line + 1);
        if (what.shape) trade.echo = what.shape;
        break;
    case fact_kind::managed:
        trade.on_remove = base::parse_name<trade::removal>(what.text).value_or(trade::removal::leave);
        trade.is_protected = what.body == "protect";
        trade.is_managed = true;
        trade.removed_at.reset();
        if (!trade.first_wanted) trade.first_wanted = what.at;
        break;
    case fact_kind::removed:
        trade.is_managed = false;
        trade.removed_at = what.at;
        break;
    case fact_kind::ordered:
        if (what.trade_id) {
            trade.let_go.insert(*what.trade_id);
            break;
        }
        if (what.text == "retry") { // whatever was refused may be tried again, what was ordered before it too
            trade.retried_at = at;
            trade.maybe_applied = {};
            trade.reverts = trade.note_reverts = 0;
            if (trade.write) trade.write->taken = 0;
            end_pause(trade);
            break;
        }
        if (trade.is_released() && what.text != "release") break; // it is its owner's now
        trade.ordered = what.text;
        if (ends_whole(what.text) && trade.write && ends_whole(trade.write->word)) end_pause(trade);
        break;
    default: break;
    }
}

/// Words on a mass change were about the set that they were said of.
void history::accept_plans(const std::string& body) {
    if (!keeps_plans_ || body != accepted_plans_) // a set that is accepted again is not journaled again
        std::erase_if(confirmed_, [](const std::string& hold) {
            return hold.starts_with("create-") || hold.starts_with("update-") || hold.starts_with("remove-");
        });
    if (keeps_plans_) accepted_plans_ = body;
}

/// The same edit made a second time is asked about again.
void history::forget_confirmed_edits(const std::string& name) {
    std::erase_if(confirmed_, [&](std::string_view hold) {
        const auto what = hold.substr(0, hold.find('-'));
        const auto whom = hold.substr(std::min(what.size() + 1, hold.size()));
        return (what == "stop" || what == "exit") && whom.substr(0, whom.rfind('-')) == name;
    });
}

void history::bind(const fact& what, mono_time at) {
    auto& trade = trades_[what.identity];
    if (trade.trade_id != what.trade_id) { // what is known of the steps and writes of another trade is not its own
        trade.steps.clear();
        trade.write.reset();
        trade.reverts = trade.note_reverts = 0;
    }
    trade.maybe_applied = {};
    trade.is_recovered = !what.nonce.empty() && !nonces_.contains(what.nonce);
    trade.trade_id = what.trade_id;
    trade.bound_nonce = what.nonce;
    auto* attempt = attempt_of(what.nonce);
    trade.applied = attempt && attempt->body == what.body ? attempt->body : what.body;
    trade.echo.reset();
    trade.echo_after = at;
    if (what.trade_id) ids_.insert_or_assign(*what.trade_id, what.identity);
    if (attempt) {
        attempt->is = attempt_state::accepted;
        attempt->since = at;
        trade.applied_note = attempt->note;
    }
}

/// Everything that was the old name's is the new one's from here on.
void history::rename(const fact& what) {
    auto old = what.identity;
    old.name = what.text;
    auto moved = trades_.take(old);
    if (!moved) return;
    auto& into = trades_[what.identity];
    const auto managed = std::move(into);
    into = std::move(*moved);
    into.on_remove = managed.on_remove;
    into.is_protected = managed.is_protected;
    into.is_managed = managed.is_managed;
    if (!managed.ordered.empty()) into.ordered = managed.ordered; // said under the new name already
    into.removed_at.reset();
    into.former_names.push_back(what.text);
    if (into.trade_id) ids_.insert_or_assign(*into.trade_id, what.identity);
    for (const auto& attempt : into.attempts) nonces_.insert_or_assign(attempt.nonce, what.identity);
}

void history::end_write(const fact& what, mono_time at) {
    auto& trade = trades_[what.identity];
    const auto ended = state_after(what.ended);
    for (auto& [id, funds] : trade.funds)
        if (funds.nonce == what.nonce) {
            funds.is = ended;
            funds.since = at;
            funds.is_filled = what.text == funds_done::filled || what.text == funds_done::unfilled
                              || what.text == funds_done::by_hand;
        }
    if (!trade.write || trade.write->nonce != what.nonce) return;
    trade.write->is = ended;
    trade.write->since = at;
    trade.write->message = what.text;
    if (ended == attempt_state::unknown) lose_sight(trade);
    if (ended == attempt_state::refused) ++trade.write->refused;
    if (ended != attempt_state::accepted) return;
    ++trade.write->taken;
    if (trade.write->word == "force_process" && trade.ordered == "process") trade.ordered.clear(); // once each time
    if (trade.write->word == "update") forget_confirmed_edits(what.identity.name);
    take_effect(trade, at);
}

void history::close_open_attempts(mono_time at) {
    constexpr auto why = "the daemon ended before a reply came";
    for (auto& [identity, trade] : trades_.all()) {
        for (auto& attempt : trade.attempts)
            if (attempt.is == attempt_state::in_flight) {
                attempt.is = attempt_state::unknown;
                attempt.since = at;
                attempt.message = why;
            }
        bool left = true; // funds leave only after their snapshot was journaled
        for (auto& [id, funds] : trade.funds)
            if (funds.is == attempt_state::in_flight) {
                funds.is = funds.has_snapshot ? attempt_state::unknown : attempt_state::not_sent;
                funds.since = at;
                if (trade.write && trade.write->nonce == funds.nonce) left = funds.has_snapshot;
            }
        if (trade.is_writing()) {
            trade.write->is = attempt_state::not_sent;
            if (left) lose_sight(trade);
            trade.write->since = at;
            trade.write->message = why;
        }
    }
}

void history::forget_observed() {
    keeps_observed_ = false;
    for (auto& [identity, trade] : trades_.all()) std::string{}.swap(trade.last_observed); // gives its memory back
}

void history::forget_plans() {
    keeps_plans_ = false;
    std::string{}.swap(accepted_plans_);
}

const trade_history* history::find(const trade::trade_identity& identity) const { return trades_.find(identity); }

const trade::trade_identity* history::owner_of_nonce(const std::string& nonce) const {
    const auto found = nonces_.find(nonce);
    return found == nonces_.end() ? nullptr : &found->second;
}

const trade::trade_identity* history::owner_of_trade(trade::smart_trade_id id) const {
    const auto found = ids_.find(id);
    return found == ids_.end() ? nullptr : &found->second;
}

create_attempt* history::attempt_of(const std::string& nonce) {
    const auto owner = nonces_.find(nonce);
    if (owner == nonces_.end()) return nullptr;
    for (auto& attempt : trades_[owner->second].attempts)
        if (attempt.nonce == nonce) return &attempt;
    return nullptr;
}

std::string write_step_ids(const std::vector<std::pair<std::string, trade::sub_trade_id>>& steps) {
    std::string text;
    for (const auto& [name, id] : steps) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, id.value);
    return text;
}

std::vector<std::pair<std::string, trade::sub_trade_id>> read_step_ids(std::string_view text) {
    std::vector<std::pair<std::string, trade::sub_trade_id>> steps;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const auto sign = word.find('=');
        if (sign == std::string_view::npos) continue;
        std::int64_t id = 0;
        const auto digits = word.substr(sign + 1);
        if (std::from_chars(digits.data(), digits.data() + digits.size(), id).ec != std::errc{}) continue;
        steps.emplace_back(word.substr(0, sign), trade::sub_trade_id{id});
    }
    return steps;
}

} // namespace smarttrade::reconcile
