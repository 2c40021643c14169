#pragma once

#include <cstdint>
#include <string>

#include "reconcile/fact.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

/// 1: the table `event` and the view `create_attempt`. 2: indexes for `explain`, the start and retention; the view
/// `write_attempt`; `origin`, which tells one journal from another; `restored`, the times an older one was put back.
inline constexpr int schema_version = 2;

/// A sound database with the tables of this version, to be written. An older one is brought forward step by step, each
/// step whole or not at all, after a copy of it was put beside it as `PATH.v1` (the way back to the older daemon). On a
/// full disk an older one stays as it is and serves: all versions take and give the same facts.
/// Throws unusable (not a database, damaged, a newer version's), or store::store_error.
store::database open_database(const std::string& path);

/// The same for a reader beside a running daemon: nothing is checked, changed or brought forward. Throws unusable.
store::database open_for_reading(const std::string& path);

std::int64_t version_of(store::database& db);

/// The tables, indexes and views as `version` has them, for comparison: one line each.
std::string layout_of(store::database& db);
std::string expected_layout(std::int64_t version);

store::statement prepare_insert(store::database& db);
void bind_fact(store::statement& into, const reconcile::fact& what);

/// All facts in order; the statement's rows are read with read_fact. `for_fold` leaves empty what no start needs: the
/// bodies of requests, and what was observed of a trade before its newest observation. They are most of a journal.
enum class extent { whole, for_fold };
store::statement select_facts(store::database& db, extent how);
reconcile::fact read_fact(const store::statement& row);
std::int64_t sequence_of(const store::statement& row);

/// The facts of one name, with requests and replies that carry only a nonce, and what concerned all trades: plan sets,
/// halts and confirmations. Whole, in order, for read_fact.
store::statement select_facts_of(store::database& db, const std::string& name);

} // namespace smarttrade::journal
