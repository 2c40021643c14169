#pragma once

#include <vector>

#include "async/time_source.hpp"
#include "journal/journal.hpp"
#include "reconcile/history.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// The journal and what it comes to: facts become durable, then they count.
class ledger {
public:
    ledger(journal::journal& into, async::time_source& time, log_sink& log);

    const reconcile::history& past() const { return past_; }

    /// True once the facts are durable and applied. False: they are neither; whoever needed them must not act.
    asio::awaitable<bool> record(std::vector<reconcile::fact> facts);

    /// For what has happened already: applied even if the disk refuses it. The next run then settles it anew, because
    /// an intent without an outcome is of unknown outcome.
    asio::awaitable<void> record_happened(std::vector<reconcile::fact> facts);

    /// After a failure nothing new is begun before this moment.
    async::mono_time rests_until() const { return rests_until_; }

private:
    asio::awaitable<bool> write(std::vector<reconcile::fact> facts);
    void apply(const std::vector<reconcile::fact>& facts);

    journal::journal& journal_;
    async::time_source& time_;
    log_sink& log_;
    reconcile::history past_;
    async::mono_time rests_until_{};
};

} // namespace smarttrade::service
