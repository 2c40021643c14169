#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/account_standing.hpp"
#include "reconcile/reconcile.hpp"
#include "reconcile/renames.hpp"
#include "reconcile/tags.hpp"

namespace smarttrade::reconcile {

/// Who wants a write: a close or cancel that the operator orders goes through a halt.
enum class asked_by { plans, person };

/// Why something is not sent now.
struct refusal {
    verdict what{};
    std::string why;
};

/// After a sleep whatever was read is old, and the time is not known (F19).
refusal just_woken();

/// What has to be known of all trades before one more is created.
struct retrospect {
    std::size_t active = 0; ///< trades of ours that live or may live, with those that this decision creates
    std::map<trade::trade_identity, trade::trade_identity> renamed; ///< what a former name is now
    std::set<trade::account_id> recovered; ///< accounts with a trade that an earlier journal made
    std::vector<const std::pair<const trade::trade_identity, trade_history>*>
        removed;                          ///< with a trade, if it lives or not
    std::vector<base::utc_time> removals; ///< their moments, sorted
};

/// One decision in the making: what it is drawn from, and what has come of it so far. Shared by the parts of
/// reconcile(); nobody else needs it.
struct deciding {
    deciding(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
             mono_time now)
        : wishes_{wishes}, seen_{seen}, past_{past}, rules_{rules}, now_{now} {}

    /// True when `at` has come; else the decision is worth taking again then.
    bool wait_until(mono_time at);

    action& act(action_kind kind, const trade::trade_identity& identity, std::string nonce,
                std::optional<trade::smart_trade_id> id, std::string reason);

    /// Whether a write of this kind may leave for a trade that exists; else why not (account, halt, a write before it,
    /// back-off, breaker). `detail` and `body` as the write would be journaled.
    std::optional<refusal> refuse_write(const trade_history& trade, const trade::trade_identity& identity,
                                        action_kind kind, std::string_view detail, std::string_view body,
                                        asked_by whom = asked_by::plans);

    /// Nothing once the hold was confirmed; else it is listed, and this says how to let it go.
    std::optional<refusal> hold_back(const std::string& id, const std::string& why, const trade::trade_identity& whom);

    /// On a journal that a backup has replaced, creates and writes of plans wait for one word.
    std::optional<refusal> hold_restored(const trade::trade_identity& whom);

    const market_sighting* market_of(trade::account_id account, const trade::pair& pair) const;
    /// Its newest reading failed, and lately: asked again it would say the same.
    bool is_unreadable(trade::account_id account, const trade::pair& pair) const;
    /// Asks for prices and limits of a pair; once in a decision, whoever needs them.
    void ask_market(const trade::trade_identity& whom, const trade::pair& pair, std::optional<trade::smart_trade_id> id,
                    std::string why);
    /// Prices not older than a minute; else asks for them and gives nothing.
    const market_sighting* fresh_market(const trade::trade_identity& whom, trade::account_id account,
                                        const trade::pair& pair);
    account_standing& account(trade::account_id id);
    retrospect& look_back(); ///< costs a walk over all trades; the first create asks for it

    const std::vector<wish>& wishes_;
    const observed& seen_;
    const history& past_;
    const policy& rules_;
    mono_time now_;
    decision out_;
    std::map<trade::account_id, account_standing> accounts_;
    found_tags found_;                                                           ///< to be bound
    std::map<trade::trade_identity, std::vector<trade::smart_trade_id>> tagged_; ///< live by their tag, but not bound
    /// Tags of ours that the journal never issued: trades of each account, and what they wear.
    std::map<trade::account_id, std::vector<std::pair<trade::smart_trade_id, std::string>>> strangers_;
    int looks_for_ends_ = 0;
    std::optional<retrospect> back_; ///< once it was asked for
    std::set<std::pair<trade::account_id, trade::pair>> markets_asked_;
};

/// Why the plan, or a word of the operator, keeps an entry without a trade from ever being created; empty: nothing
/// does.
std::string why_never(const wish& of, const trade_history* past, base::utc_time now);

standing stand(const trade::trade_identity& identity, phase where, verdict what, std::string why,
               std::optional<trade::smart_trade_id> id = {});
phase phase_of(const trade::smart_trade& entity);

/// The parts of a decision, each about one wish or trade.
standing decide_create(deciding& of, const wish& w);
standing decide_bound(deciding& of, const wish& w, const trade_history& trade);
/// `named`: what the plans have, in another revision or under another name.
void decide_left(deciding& of, const trade::trade_identity& identity, const trade_history& trade,
                 const named_trades& named);
void find_tags(deciding& of);

bool may_live(const observed& seen, trade::smart_trade_id id); ///< not seen ended

/// Why nothing is done with a trade that the exchange does not know any more.
std::string why_missing(trade::smart_trade_id id, const std::string& name);

/// A hold's id: lower-case words and digits of what it is about.
std::string hold_id(std::string_view what, std::string_view whom, std::string_view bound_to);
/// That of whatever would be created on a frozen account.
std::string frozen_hold(trade::account_id id, const account_standing& account);
/// That of a hold on what a wish asks for in this revision: another edit is another hold.
std::string edit_hold_id(std::string_view what, const wish& of);

} // namespace smarttrade::reconcile
