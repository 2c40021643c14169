#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reconcile/fact.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

/// One event as it lies in a journal.
struct entry {
    std::int64_t seq = 0; ///< counts from 1; pruning leaves gaps
    reconcile::fact what;
};

/// Looks at a journal or a backup of one. Changes nothing and needs no lock: a daemon may write it meanwhile, and all
/// that one reader tells is of one moment. A reader costs the daemon nothing but log that cannot be shortened while it
/// looks.
class reader {
public:
    explicit reader(const std::string& path); ///< throws unusable, or store::store_error (14: no such file)

    void for_each(const std::function<void(const entry&)>& visit); ///< everything, oldest first; throws unusable
    /// Of one name: its events, requests and replies that carry only its nonces, and what concerned all trades: plan
    /// sets, halts and confirmations. Oldest first, until `visit` says false.
    void for_each_about(const std::string& name, const std::function<bool(entry)>& visit);
    std::vector<entry> about(const std::string& name); ///< all of it
    std::vector<std::string> names();                  ///< that events tell of, sorted
    std::string binding();                             ///< what the journal belongs to; empty: to nothing yet

    /// The journal as a file of its own, synced, readable by its owner only. Nothing is written over: throws
    /// std::system_error if there is such a file. A daemon that is to go on from it must be stopped; then it takes the
    /// place of journal.db, and journal.db-wal and journal.db-shm are removed, because they belong to the other one.
    void back_up(const std::string& file);

private:
    store::database db_;
};

/// `{"seq":1,"at":"2026-03-02T09:00:00.000Z","kind":"intent","account":7,...}`: one line without a line feed. All
/// columns in their order, null where there is nothing.
std::string export_line(const entry& what);

} // namespace smarttrade::journal
