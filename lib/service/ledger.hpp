#pragma once

#include <vector>

#include "async/time_source.hpp"
#include "journal/journal.hpp"
#include "reconcile/history.hpp"
#include "service/log_event.hpp"
#include "service/outage.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// Where facts go. In memory: they count for this run alone, for a look that must leave no trace.
enum class keeping { on_disk, in_memory };

/// The journal and what it comes to: facts become durable, then they count.
class ledger {
public:
    ledger(journal::journal& into, async::time_source& time, log_sink& log, keeping where = keeping::on_disk);

    const reconcile::history& past() const { return past_; }

    /// The observer has taken what earlier runs have seen.
    void forget_observed() { past_.forget_observed(); }

    /// A set of plans of this run is in force.
    void forget_plans() { past_.forget_plans(); }

    /// True once the facts are durable and applied. False: they are neither; whoever needed them must not act.
    asio::awaitable<bool> record(std::vector<reconcile::fact> facts, journal::urgency how = journal::urgency::ordinary);

    /// For what has happened already: applied even if the disk refuses it. The next run then settles it anew, because
    /// an intent without an outcome is of unknown outcome.
    asio::awaitable<void> record_happened(std::vector<reconcile::fact> facts);

    /// The newest moment that earlier runs have written of; the epoch: there was none.
    base::utc_time known_until() const { return known_until_; }
    /// The hold of a journal that a backup has replaced (journal::was_restored); nothing: it is as it was left.
    const std::optional<std::string>& restored() const { return journal_.was_restored(); }

    /// Forgets what nobody needs any more; in small pieces, with pauses, until all is done.
    asio::awaitable<void> prune();

    /// After a failure, when nobody has anything to write: looks whether the disk was mended.
    asio::awaitable<void> probe();

    /// After a failure nothing new is begun before this moment.
    async::mono_time rests_until() const { return rests_until_; }

private:
    asio::awaitable<bool> write(std::vector<reconcile::fact> facts, journal::urgency how);
    void tell_written();
    void tell_failed(const journal::write_failure& why);
    void apply(const std::vector<reconcile::fact>& facts);

    journal::journal& journal_;
    async::time_source& time_;
    log_sink& log_;
    keeping where_;
    base::utc_time known_until_{};
    reconcile::history past_;
    async::mono_time rests_until_{};
    outage trouble_;
};

} // namespace smarttrade::service
