#pragma once

#include <set>
#include <string>
#include <vector>

namespace smarttrade::contract {

/// The names of the cases that this program runs if nobody chooses among them, as doctest knows them: one that is
/// commented out or skipped is not there. Asked for once, by `main`: doctest is not asked while a case runs.
const std::vector<std::string>& case_names();
void read_case_names();

/// The rows that a case's name claims, which stand before its `: `, split at blanks and commas: "V29, M.10: .." has
/// two.
std::set<std::string> claims_of(const std::string& case_name);

} // namespace smarttrade::contract
