#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include "journal/ballast.hpp"
#include "journal/retention.hpp"
#include "journal/seen_mark.hpp"
#include "journal/unusable.hpp"
#include "reconcile/fact.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

namespace asio = boost::asio;

/// Facts that did not become durable. Whoever needed them must not act. After a power loss they may be there all the
/// same: an intent then counts as one of unknown outcome, which is searched for like any other.
struct write_failure {
    int code = 0; ///< SQLite's result code: 13 full disk, 10 I/O error
    std::string reason;
};
/// value() on a failed write_result throws std::runtime_error with its reason (found by argument-dependent lookup).
[[noreturn]] void throw_exception_from_error(const write_failure& failure, const boost::source_location& where);
using write_result = boost::system::result<void, write_failure>;
using prune_result = boost::system::result<pruned, write_failure>;

/// Whether facts may use the last room on the disk. `ordinary`: everything that leads to something new being sent
/// (intent, write and their request), and plain observations. `vital`: what has happened already and would else be
/// forgotten (outcome, bound, absent, written, settled, snapshot of a write that was sent), and the operator's way out:
/// his cancel, close and halt, with the writes and requests they lead to.
enum class urgency { ordinary, vital };

/// Room for a thousand vital facts and more: the log is written back after each, so that it does not take it all.
inline constexpr std::size_t ballast_size = 1 << 20;

/// The durable memory of the daemon: an append-only table of facts in SQLite. One writer per file; whoever opens it
/// holds the state directory's lock (service/state_dir.hpp). Beside the database lie `journal.ballast` and
/// `journal.seen`.
///
/// A full disk (F23): an ordinary record fails with 13. A vital one gives the ballast up and uses its room. From then
/// on ordinary records fail until the whole ballast could be taken back, which each of them tries first; so they never
/// eat what it freed. An I/O error fails whatever is written and leaves nothing of it; each later record tries anew.
class journal {
public:
    /// `worker` runs what blocks: a pool of one thread in the daemon, the loop itself under virtual time. `binding`
    /// names what this state belongs to (base URL or `paper`, account ids and modes): written as the first fact of a
    /// new journal, compared with that of an old one. Throws unusable, or store::store_error.
    journal(const std::string& path, asio::any_io_executor worker, const std::string& binding, base::utc_time now,
            std::size_t ballast_bytes = ballast_size);
    journal(const journal&) = delete;
    journal& operator=(const journal&) = delete;
    ~journal();

    /// Every fact, oldest first, as far as a start needs it: requests without body, and of what was observed of a trade
    /// only the newest with its text. Blocks; for the start only.
    void for_each(const std::function<void(const reconcile::fact&)>& visit);

    /// Appends and returns once the facts are on disk, in one transaction with whatever else waits (group commit).
    /// Not cut short by cancellation.
    asio::awaitable<write_result> record(std::vector<reconcile::fact> facts, urgency how = urgency::ordinary);

    /// Whether ordinary facts can be recorded, as whatever was written last has shown: a vital fact that needed the
    /// ballast, and a prune that had nothing to delete, do not show it. At the start true.
    bool writable() const { return writable_; }

    /// Whether they can be now: takes the ballast back and writes a page that says what it said before. For a journal
    /// that is not writable while nobody has anything to record. Not cut short by cancellation.
    asio::awaitable<write_result> probe();

    /// The hold of a journal that is older than one this directory has seen (a backup was put back), until a
    /// `confirmed` fact of that id is in it: `journal-restored-1`. What was done since is unknown to
    /// it: no write of the plans before the whole history was read and a person has confirmed. As of the start;
    /// nothing: all is well.
    const std::optional<std::string>& was_restored() const { return restored_; }

    /// Forgets one piece of what nobody needs any more (retention.hpp), in a transaction of less than 10 ms. To be
    /// called at the start and daily, again and again with pauses until `more` is false.
    asio::awaitable<prune_result> prune(base::utc_time now);

private:
    struct waiter {
        std::vector<reconcile::fact> facts;
        urgency how{};
        asio::steady_timer* wake = nullptr;
        write_result ended;
        bool done = false;
        bool leads = false;
    };
    using batch = std::vector<waiter*>;
    asio::awaitable<write_result> record_whole(std::vector<reconcile::fact> facts, urgency how);
    asio::awaitable<prune_result> prune_whole(base::utc_time now);
    asio::awaitable<prune_result> prune_piece(base::utc_time now);
    asio::awaitable<write_result> probe_whole();
    asio::awaitable<write_result> probe_once();
    asio::awaitable<bool> write(batch all);
    asio::awaitable<void> lead();
    void hand_over();
    write_result append_all(const batch& all);
    write_result take_ballast();
    void spare_log();
    void append(const reconcile::fact& what);
    void bind_to(const std::string& binding, const std::string& path, base::utc_time now);
    void compare_with_mark(base::utc_time now);
    bool note_restored(const seen_mark& seen, std::int64_t found, base::utc_time now);

    asio::any_io_executor worker_;
    store::database db_;
    store::statement insert_;
    retention retention_;
    ballast ballast_;
    ballast spare_; ///< made and removed again to see that there is room
    mark_file mark_;
    std::string id_; ///< of this journal; empty: a full disk kept it from getting one
    std::optional<std::string> restored_;
    batch queue_;
    bool writing_ = false;
    bool writable_ = true;
};

/// What another run has left, as far as a start needs it, while the caller holds the lock. Changes nothing. Empty if
/// there is no file.
std::vector<reconcile::fact> read_facts(const std::string& path);

} // namespace smarttrade::journal
