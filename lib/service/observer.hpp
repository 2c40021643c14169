#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "async/wakeup.hpp"
#include "reconcile/observed.hpp"
#include "service/account_port.hpp"
#include "service/ending.hpp"
#include "service/ledger.hpp"
#include "service/outage.hpp"

namespace smarttrade::service {

/// Reads the exchange and keeps what was seen. A pass over an account is one listing of its active trades; each known
/// trade missing from it is asked for by id, so a page shift cannot hide one (design.md 5, "Reads are judged").
class observer {
public:
    struct settings {
        std::string instance;
        std::chrono::nanoseconds interval{};
        /// How far apart requests of passes stand on average, so that they leave a fifth of the budget to others.
        std::chrono::nanoseconds request_gap{};
        std::function<void(const ending&)> trade_ended{}; ///< told with the log; null: nobody counts
        std::vector<account_port> accounts{};
        std::function<std::size_t()> count_waiting{};            ///< trades with something to be sent
        std::function<bool(trade::smart_trade_id)> is_adopted{}; ///< the plans in force ask for it by id; null: none
    };
    observer(settings how, ledger& book, async::time_source& time, log_sink& log, async::wakeup& changed);

    /// From now on: what was begun ends as it was meant.
    void use(std::chrono::nanoseconds interval) { how_.interval = interval; }

    const reconcile::observed& seen() const { return seen_; }

    /// How the reading of one account goes.
    struct progress {
        bool is_answered = false; ///< the newest read; that the key is refused, or too much was asked, is an answer
        struct pass_end {
            async::mono_time at{};
            base::utc_time utc{};
            std::chrono::nanoseconds every{}; ///< how far apart passes stand: the interval, more if they cost much
        };
        std::optional<pass_end> newest; ///< of the complete passes
    };
    progress progress_of(trade::account_id account) const;

    /// Passes over one account, for ever: at the interval, later while it fails. The first pass is preceded by the
    /// account's own entry, which shows whether its type fits its mode (api.md A.7), and by its history: all of it if
    /// it was never read to the end, else what is newer than the journal less an hour.
    asio::awaitable<void> watch(account_port account);

    /// Every watcher looks at once, also one that rests because its key was refused.
    void look_now();

    /// One pass now; true if it was complete.
    asio::awaitable<bool> pass(account_port account);

    /// A create of unknown outcome whose tag is looked for.
    struct sought {
        std::string nonce;
        base::utc_time intended_at{};
    };
    /// One complete search of an account and pair, for all of these tags at once.
    asio::awaitable<void> search(account_port account, trade::pair pair, std::vector<sought> tags);

    /// What fails from now on fails because we stop: it is not told.
    void stop() { stopping_ = true; }

    /// GET of one trade, of ours or not: to be read back, adopted or judged.
    asio::awaitable<void> read_trade(account_port account, trade::smart_trade_id id);
    asio::awaitable<void> read_orders(account_port account, trade::smart_trade_id id);
    /// Ends a while after a failure, so that whoever asks again does not press.
    asio::awaitable<void> read_market(account_port account, trade::pair pair);
    asio::awaitable<bool> look_at_market(account_port account, trade::pair pair); ///< the same, without the pause
    wire::api_request market_call(trade::account_id account, const trade::pair& pair) const;
    void note_market(trade::account_id account, const trade::pair& pair, async::mono_time begun,
                     const client::api_result<std::string>& reply);
    /// That somebody else could not read a trade, and why.
    void note_unread(const account_port& account, trade::smart_trade_id id, const trade::request_failure& why);
    /// The log was told that its stop moves there: that it is seen there is no news.
    void note_stop_told(trade::smart_trade_id id, std::string trigger) { stops_told_[id] = std::move(trigger); }
    /// What somebody else has read of a trade.
    void note_seen(const trade::smart_trade& entity, async::mono_time begun);
    /// A trade that was read before it was known to be ours is told of now: if it has ended, no other read will.
    void tell_of(trade::smart_trade_id bound);

private:
    struct rows {
        bool complete = false;
        int page = 1; ///< the last one that was asked for
        std::set<trade::smart_trade_id> ids;
    };
    asio::awaitable<rows> read_list(account_port account, client::lane lane, wire::list_query query);
    bool shows_all(const wire::list_query& by, const std::set<trade::smart_trade_id>& so_far) const;
    bool is_contradicted(const rows& listed, const wire::list_query& by, async::mono_time begun) const;
    asio::awaitable<bool> read_history(account_port account);
    asio::awaitable<bool> verify_type(account_port account);
    asio::awaitable<bool> read_missing(account_port account, std::set<trade::smart_trade_id> listed);
    asio::awaitable<bool> read_one(account_port account, client::lane lane, trade::smart_trade_id id);
    std::vector<reconcile::fact> take(const std::vector<trade::smart_trade>& entities, async::mono_time begun);
    void take_one(const trade::smart_trade& entity, async::mono_time begun, std::vector<reconcile::fact>& changes);
    std::vector<reconcile::fact> facts_of_tags(trade::account_id account) const;
    void tell_adopted(const reconcile::fact& bound);
    void tell(std::vector<log_event> story, const trade::trade_identity& owner, const trade::smart_trade& entity);
    bool is_told(const log_event& line, trade::smart_trade_id id);
    void watch_clock();
    bool concerns_us(const trade::smart_trade& entity) const;
    void note_missing(const account_port& account, trade::smart_trade_id id, const trade::request_failure& failure);
    void failed(const account_port& account, const trade::request_failure& failure);
    void succeeded(const account_port& account, async::mono_time begun);
    std::chrono::nanoseconds pause_after(const account_port& account, bool complete);
    std::chrono::nanoseconds pass_every(const account_port& account) const;
    async::mono_time next_pass(const account_port& account, bool complete, async::mono_time begun);

    settings how_;
    ledger& book_;
    async::time_source& time_;
    log_sink& log_;
    async::wakeup& changed_;
    reconcile::observed seen_;
    std::map<trade::smart_trade_id, trade::smart_trade> told_before_; ///< as an earlier run told it, until seen again
    std::set<trade::smart_trade_id> untold_;                          ///< seen while they were nobody's
    std::map<trade::smart_trade_id, async::mono_time> ask_again_at_;  ///< of the missing
    std::map<trade::account_id, async::wakeup*> resting_;             ///< watchers between two passes
    std::map<trade::account_id, async::mono_time> verify_again_at_;   ///< of those whose type does not fit
    std::map<trade::account_id, std::set<trade::smart_trade_id>> listed_before_; ///< by the newest complete pass
    std::map<trade::account_id, int> history_page_; ///< of a first reading of everything that was cut off
    std::map<trade::account_id, outage> outages_;
    std::map<trade::account_id, progress> progress_;
    std::map<trade::account_id, std::string> market_codes_;   ///< what prices are asked for by
    std::set<trade::smart_trade_id> asked_for_;               ///< by id, whether they are ours or not
    std::map<trade::account_id, std::size_t> pass_requests_;  ///< of the pass under way or the newest one
    std::map<trade::account_id, std::size_t> refusals_;       ///< of the key, in a row
    std::vector<reconcile::fact> unrecorded_;                 ///< of what others have read; the next pass records it
    std::map<trade::smart_trade_id, std::string> stops_told_; ///< triggers that are on their way
    std::optional<std::chrono::nanoseconds> clock_gap_; ///< the wall clock less the steady one, when last looked at
    bool stopping_ = false;
};

} // namespace smarttrade::service
