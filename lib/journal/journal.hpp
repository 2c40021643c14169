#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include "reconcile/fact.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

namespace asio = boost::asio;

/// Facts that did not become durable. Whoever needed them must not act.
struct write_failure {
    int code = 0; ///< SQLite's result code: 13 full disk, 10 I/O error
    std::string reason;
};
/// value() on a failed write_result throws std::runtime_error with its reason (found by argument-dependent lookup).
[[noreturn]] void throw_exception_from_error(const write_failure& failure, const boost::source_location& where);
using write_result = boost::system::result<void, write_failure>;

/// Cannot be used: not a sound database, a newer schema, or bound to another account. For main: exit 78.
struct unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The durable memory of the daemon: an append-only table of facts in SQLite. One writer per file; whoever opens it
/// holds the state directory's lock (service/state_dir.hpp).
class journal {
public:
    /// `worker` runs what blocks: a pool of one thread in the daemon, the loop itself under virtual time. `binding`
    /// names what this state belongs to (base URL or `paper`, account ids and modes): written as the first fact of a
    /// new journal, compared with that of an old one. Throws unusable, or store::store_error.
    journal(const std::string& path, asio::any_io_executor worker, const std::string& binding, base::utc_time now);

    /// Every fact, oldest first. Blocks; for the start only.
    void for_each(const std::function<void(const reconcile::fact&)>& visit);

    /// Appends and returns once the facts are on disk, in one transaction with whatever else waits (group commit).
    /// Not cut short by cancellation.
    asio::awaitable<write_result> record(std::vector<reconcile::fact> facts);

private:
    struct waiter {
        std::vector<reconcile::fact> facts;
        asio::steady_timer* wake = nullptr;
        write_result ended;
        bool done = false;
    };
    asio::awaitable<write_result> record_whole(std::vector<reconcile::fact> facts);
    asio::awaitable<write_result> write(std::vector<waiter*> batch);
    asio::awaitable<void> lead();
    void append(const reconcile::fact& what);

    asio::any_io_executor worker_;
    store::database db_;
    store::statement insert_;
    std::vector<waiter*> queue_;
    bool writing_ = false;
};

/// Opens for reading only what another run has left, while the caller holds the lock. Empty if there is no file.
std::vector<reconcile::fact> read_facts(const std::string& path);

} // namespace smarttrade::journal
