#pragma once

#include <string>

#include "reconcile/fact.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

inline constexpr int schema_version = 1;

/// A database with the tables of this version. Throws unusable if a newer version made it.
store::database open_database(const std::string& path);

store::statement prepare_insert(store::database& db);
void bind_fact(store::statement& into, const reconcile::fact& what);

/// All facts in order; the statement's rows are read with read_fact.
store::statement select_facts(store::database& db);
reconcile::fact read_fact(const store::statement& row);

} // namespace smarttrade::journal
