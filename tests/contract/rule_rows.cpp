#include "contract/rule_rows.hpp"

#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "contract/case_names.hpp"

namespace smarttrade::contract {

namespace {

std::string text_of(const edits& by) {
    std::string text;
    for (const auto& each : by) text += each.at + '=' + (each.to ? json::serialize(*each.to) : "gone") + ' ';
    return text;
}

/// The case that runs claims each rule that has a row and no other, so that who counts cases counts rows.
void check_claims(const std::vector<rule_row>& rows) {
    std::set<std::string> rules, claimed;
    for (const auto& row : rows)
        if (!row.broken.empty() || !row.kept.empty()) rules.insert(row.name.substr(0, row.name.find(": ")));
    for (const auto& each : claims_of(doctest::getContextOptions()->currentTest->m_name))
        if (each.starts_with('V')) claimed.insert(each);
    CHECK(fmt::format("{}", fmt::join(rules, " ")) == fmt::format("{}", fmt::join(claimed, " ")));
}

} // namespace

void check_rules(const std::vector<rule_row>& rows, market kind) {
    check_claims(rows);
    desk on{kind};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        for (const auto& breach : row.broken) {
            const auto told = on.post(row.base + breach);
            CAPTURE(text_of(breach));
            CAPTURE(told.brief());
            CHECK(told.status == row.status);
            CHECK(told.error() == "record_invalid");
            CHECK(told.description() == "Invalid parameters");
            if (!row.blamed.empty()) CHECK(told.blames_any(row.blamed));
        }
        for (const auto& sound : row.kept) {
            const auto told = on.post(row.base + sound);
            CAPTURE(text_of(sound));
            CAPTURE(told.brief());
            CHECK(told.status == 201);
        }
    }
}

} // namespace smarttrade::contract
