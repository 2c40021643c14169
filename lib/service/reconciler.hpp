#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "async/task_group.hpp"
#include "reconcile/reconcile.hpp"
#include "service/changer.hpp"
#include "service/observer.hpp"
#include "service/submitter.hpp"
#include "trade/tag.hpp"

namespace smarttrade::service {

/// The loop: observe, decide, journal intents, act, journal outcomes. Level-triggered: whatever happens only changes
/// what the next round sees.
class reconciler {
public:
    struct settings {
        reconcile::policy rules; ///< those parts that the configuration knows
        std::chrono::nanoseconds interval{};
        std::chrono::nanoseconds request_gap{};
        std::function<void(const ending&)> trade_ended{}; ///< null: nobody counts
    };
    reconciler(asio::any_io_executor ex, settings how, std::vector<account_port> accounts, nonce_source nonces,
               ledger& book, async::time_source& time, log_sink& log);

    /// From the next round on: the rules and the interval of these. Instance and request gap stay.
    void use(settings how);

    /// Takes a plan set. What it lacks and lived before is led as its `on_remove` said, with a warning.
    void accept(std::vector<trade::desired_trade> plans, const std::string& hash);

    struct rehearsal {
        reconcile::decision decided;
        reconcile::observed seen; ///< what it rests on: a market that was one too many to read is among the `unpriced`
    };
    /// What would be decided if these were the plans; nothing is sent, journaled or watched from then on. Needs every
    /// account to be read.
    asio::awaitable<rehearsal> rehearse(std::vector<reconcile::wish> wishes, std::string hash);

    /// Journals what a person says. False: the disk refused it, nothing has changed.
    asio::awaitable<bool> hear(std::vector<reconcile::fact> said);
    /// Waits for the next decision, at most until `at`.
    asio::awaitable<void> next_round(async::mono_time at);

    /// A key was read again: what rests because the old one was refused is tried at once.
    void key_renewed();

    /// Runs until cancelled. Whoever started it calls stop() and awaits drain() before this object goes.
    asio::awaitable<void> run();

    /// How a run that is to end by itself ends.
    enum class convergence { converged, held, unknown, unreachable };
    asio::awaitable<convergence> run_until_converged();

    /// Begins nothing new. What waits for a slot is given up.
    void stop();
    /// Waits for requests in flight until `deadline`, then gives them up as of unknown outcome.
    asio::awaitable<void> drain(async::mono_time deadline);

    const reconcile::decision& standing() const { return decision_; }
    const reconcile::observed& seen() const { return eyes_.seen(); }
    const std::vector<reconcile::wish>& wishes() const { return wishes_; }
    const reconcile::history& past() const { return book_.past(); }
    const std::vector<account_port>& accounts() const { return accounts_; }
    observer& eyes() { return eyes_; }
    bool ready() const; ///< every account was read completely
    bool is_stopping() const { return stopping_; }

private:
    using work = std::pair<reconcile::action_kind, trade::trade_identity>;

    std::optional<reconcile::history> past_after(const std::vector<reconcile::wish>& wishes,
                                                 const std::string& hash) const;
    base::utc_time server_now() const;
    bool is_awake() const; ///< what was read since the machine last slept tells the time
    reconcile::policy rules_now(const std::vector<reconcile::wish>& wishes, const std::string& hash) const;
    std::optional<trade::tag> tag_of(trade::smart_trade_id id) const; ///< as it was seen
    reconcile::decision decide() const;
    reconcile::decision decide_on(const std::vector<reconcile::wish>& wishes, const std::string& hash,
                                  const reconcile::observed& seen) const;
    struct looks; ///< the reads of one rehearsal
    asio::awaitable<bool> look(const reconcile::action& what, looks& done);
    bool leave_unread(rehearsal& of) const;
    static void tell_unread(rehearsal& of, const looks& done);
    void round();
    std::optional<convergence> reached_now(bool just_read) const;
    void start(const reconcile::action& what);
    asio::awaitable<void> act(reconcile::action what);
    asio::awaitable<void> create(account_port account, reconcile::action what);
    asio::awaitable<void> change(account_port account, reconcile::action what);
    asio::awaitable<void> record_lives();
    asio::awaitable<void> tidy_journal();
    asio::awaitable<void> probe_journal();
    bool is_busy(const reconcile::action& what) const;
    std::vector<observer::sought> sought_beside(const reconcile::action& search) const;
    void tell_would_be(const reconcile::action& what);
    asio::awaitable<void> note(reconcile::action what, reconcile::fact_kind kind);
    void tell_changes();
    log_event line_of(event what, const trade::trade_identity& whom) const;
    std::size_t count_waiting() const; ///< trades with something to be sent
    void tell_returned(const std::vector<reconcile::wish>& wishes);
    void tell_frozen();
    base::shared_text body_of(const trade::desired_trade& plan) const;
    void tell_removed(const std::vector<reconcile::wish>& wishes);
    void tell_standing(const reconcile::standing& now);
    void tell_holds();
    bool still_wanted(const reconcile::action& wanted) const;
    const account_port* account_of(trade::account_id id) const;
    const reconcile::wish* wish_of(const trade::trade_identity& identity) const;
    bool is_adopted(trade::smart_trade_id id) const; ///< by a wish in force
    bool working_on(reconcile::action_kind kind, trade::account_id account) const;

    settings how_;
    std::vector<account_port> accounts_;
    ledger& book_;
    async::time_source& time_;
    log_sink& log_;
    async::wakeup changed_;
    async::latch stop_;
    observer eyes_;
    submitter hands_;
    changer changes_;
    std::vector<reconcile::wish> wishes_;
    std::string plans_hash_;
    bool lives_recorded_ = true; ///< what the set in force says of the lives of trades is in the journal
    std::size_t creates_asked_ = 0;
    std::optional<std::size_t> updates_asked_; ///< known once the accounts are read
    async::mono_time key_since_ = async::mono_time::min();
    reconcile::decision decision_;
    std::map<trade::trade_identity, std::string> told_; ///< verdict and why, as last told
    std::set<std::string> told_would_be_;               ///< with observe_only
    std::map<std::string, log_event> told_holds_;       ///< by id: how each was told
    std::map<trade::account_id, std::string> told_frozen_;
    std::set<work> running_;
    std::set<trade::trade_identity> writing_; ///< one write a trade at a time
    std::set<work> looking_;                  ///< those that look at their trade first
    std::set<work> two_slots_;                ///< those that hold a slot while they wait for another
    std::vector<async::wakeup*> waiting_;     ///< for the next round
    bool stopping_ = false;
    async::task_group tasks_;
};

} // namespace smarttrade::service
