#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rare.hpp"
#include "base/shared_text.hpp"
#include "reconcile/fact.hpp"
#include "reconcile/identity_map.hpp"
#include "trade/lifecycle.hpp"
#include "trade/trade_shape.hpp"

namespace smarttrade::reconcile {

using mono_time = std::chrono::steady_clock::time_point;

/// How far something got that we sent. It is `in_flight` from its intent to its outcome; an intent found without an
/// outcome when the journal is opened is unknown, because we do not know how far it got (F4).
enum class attempt_state { in_flight, unknown, absent, refused, credential, throttled, not_sent, accepted };

/// One create we meant to send.
struct create_attempt {
    std::string nonce;
    base::shared_text body;       ///< what was asked for, without the note
    base::utc_time intended_at{}; ///< by the server's clock
    attempt_state is{};
    mono_time since{};   ///< when it took this state, or when the journal was opened
    std::string message; ///< what the exchange or the network said
    std::string pair;    ///< `USDT_BTC`: where to look for its tag
    std::string note;    ///< the user's words beside the tag
};

/// One change of a trade that we meant to send.
struct write_attempt {
    std::string nonce;
    std::string word;       ///< the action's word
    std::string detail;     ///< which adjustment, step or reason
    base::shared_text body; ///< the create body that it brings about
    attempt_state is{};
    mono_time since{};
    std::string message;
    int same = 1;    ///< how often in a row the same was tried
    int taken = 0;   ///< and how often of these the exchange accepted it
    int refused = 0; ///< or refused it
};

/// Whether it ends trades, and may have been carried out.
bool may_have_ended(const write_attempt& write);

/// How the journal says that a move of funds needs nothing more.
namespace funds_done {
inline constexpr std::string_view filled = "filled", unfilled = "ended without a fill",
                                  by_hand = "its orders were dealt with by hand";
}

/// One add_funds or reduce_funds of the plan, as far as it got.
struct funds_attempt {
    std::string nonce;
    attempt_state is{};
    mono_time since{};
    money::quantity units{};
    bool has_snapshot = false;            ///< else its request never left
    std::set<trade::sub_trade_id> before; ///< the orders there were before it
    bool is_filled = false;               ///< or ended for good without a fill
};

/// What the journal says of one identity.
struct trade_history {
    std::vector<create_attempt> attempts; ///< oldest first; at most the last is in flight or unknown
    std::optional<trade::smart_trade_id> trade_id;
    std::string bound_nonce;   ///< of its tag; empty: adopted
    bool is_recovered = false; ///< found by a tag that this journal never issued
    base::shared_text applied; ///< the create body as last brought about; empty: found or adopted, not made
    std::string applied_note;  ///< the user's words as last brought about
    std::string last_observed; ///< the entity as JSON, as the newest change of it was journaled; empty: none yet

    std::shared_ptr<const trade::trade_shape> echo; ///< how the exchange shows what was applied; null: not yet seen
    mono_time echo_after{};                         ///< only a read begun later can be the echo
    std::vector<std::pair<std::string, trade::sub_trade_id>> steps; ///< by the plan's names

    base::rare<write_attempt> write;            ///< the newest
    base::shared_text maybe_applied;            ///< body of an edit that was sent and never answered; empty: none
    int reverts = 0;                            ///< of changes made elsewhere, since the last edit
    int note_reverts = 0;                       ///< the same of its note
    std::map<std::string, funds_attempt> funds; ///< by the adjustment's id
    std::string ordered;                        ///< the operator's newest word but `retry`; empty: none
    std::optional<mono_time> retried_at;        ///< when the operator last said `retry`
    std::vector<std::string> former_names;      ///< before each rename
    std::set<trade::smart_trade_id> let_go;     ///< trades of this name that the operator released

    trade::removal on_remove{};
    bool is_protected = false;
    bool is_managed = false;                    ///< the newest accepted plans hold it
    std::optional<base::utc_time> first_wanted; ///< when a set with this revision was first accepted
    std::optional<base::utc_time> removed_at;   ///< when a set that holds it no more was accepted

    const create_attempt* last() const { return attempts.empty() ? nullptr : &attempts.back(); }
    bool settled() const;
    bool is_writing() const { return write && write->is == attempt_state::in_flight; }
    bool is_released() const { return ordered == "release"; }
    mono_time last_change() const { return attempts.empty() ? mono_time{} : attempts.back().since; }
};

/// The journal as a value: the fold of its facts. Restarting is folding again.
class history {
public:
    /// Takes one fact. `at` is the moment on our monotonic clock that back-offs count from.
    void apply(const fact& what, mono_time at);
    /// To call once after the facts of earlier runs were applied: what was in flight then is unknown now.
    void close_open_attempts(mono_time at);
    /// What was observed was taken by whoever needs it. From now on none of it is kept: it is most of what facts hold.
    void forget_observed();
    /// The same of accepted_plans(): whoever has accepted a set of this run needs the text of none.
    void forget_plans();
    /// No account counts as read to the end any more.
    void forget_reading() { read_.clear(); }

    const trade_history* find(const trade::trade_identity& identity) const;
    const std::map<trade::trade_identity, trade_history>& trades() const { return trades_.all(); }
    /// Whose create carried this nonce; nothing if our journal never issued it.
    const trade::trade_identity* owner_of_nonce(const std::string& nonce) const;
    const trade::trade_identity* owner_of_trade(trade::smart_trade_id id) const;
    /// Every trade that was ever bound, and whose it is.
    const std::map<trade::smart_trade_id, trade::trade_identity>& owners() const { return ids_; }
    bool was_key_refused() const { return was_key_refused_; } ///< any, ever
    bool canary_proven(trade::account_id account) const { return canaries_.contains(account); }
    bool history_read(trade::account_id account) const { return read_.contains(account); }
    /// Until the plans change, for holds of a whole set; until the edit was made, for those of one edit.
    bool is_confirmed(const std::string& hold) const { return confirmed_.contains(hold); }
    bool is_halted() const { return is_halted_; }
    const std::string& accepted_plans() const { return accepted_plans_; } ///< body of the newest plans fact
    base::utc_time newest() const { return newest_; } ///< of all facts applied; the epoch if there is none

private:
    void apply_to_trade(const fact& what, mono_time at);
    void bind(const fact& what, mono_time at);
    void rename(const fact& what);
    void end_write(const fact& what, mono_time at);
    void accept_plans(const std::string& body);
    void forget_confirmed_edits(const std::string& name);
    create_attempt* attempt_of(const std::string& nonce);

    identity_map<trade_history> trades_;
    std::map<std::string, trade::trade_identity> nonces_; ///< of creates
    std::map<trade::smart_trade_id, trade::trade_identity> ids_;
    std::set<trade::account_id> canaries_;
    std::set<trade::account_id> read_;
    std::set<std::string> confirmed_;
    bool is_halted_ = false;
    bool was_key_refused_ = false;
    bool keeps_observed_ = true;
    bool keeps_plans_ = true;
    std::string accepted_plans_;
    base::utc_time newest_{};
};

/// `tp1=11 tp2=12`: the plan's names of steps and their ids, as the journal keeps them.
std::string write_step_ids(const std::vector<std::pair<std::string, trade::sub_trade_id>>& steps);
std::vector<std::pair<std::string, trade::sub_trade_id>> read_step_ids(std::string_view text);

} // namespace smarttrade::reconcile
