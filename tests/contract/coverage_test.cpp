// Every row of the contract has a case that carries its name.
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "contract/case_names.hpp"

using smarttrade::contract::case_names;
using smarttrade::contract::claims_of;

namespace {

/// The words of the names that begin with a section, up to their claim: "F.3 waiting_targets: ..." gives its status.
std::set<std::string> rows_of(const std::string& section, const std::vector<std::string>& names) {
    std::set<std::string> words;
    for (const auto& name : names) {
        if (!name.starts_with(section + ' ')) continue;
        std::string word;
        for (const char c : name.substr(section.size(), name.find(": ") - section.size()) + ' ') {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
                word += c;
            } else if (!word.empty()) {
                words.insert(word);
                word.clear();
            }
        }
    }
    return words;
}

void check_words(const std::string& section, const std::vector<std::string>& names,
                 const std::vector<std::string>& all) {
    const auto rows = rows_of(section, names);
    for (const auto& row : all) {
        CAPTURE(section);
        CAPTURE(row);
        CHECK(rows.contains(row));
    }
}

/// Whether a name holds the mark, and no digit after it.
bool any_holds(const std::vector<std::string>& names, const std::string& mark) {
    for (const auto& name : names) {
        const auto at = name.find(mark);
        if (at == name.npos) continue;
        const auto after = at + mark.size();
        if (after == name.size() || name[after] < '0' || name[after] > '9') return true;
    }
    return false;
}

bool any_begins(const std::vector<std::string>& names, const std::string& mark) {
    std::vector<std::string> beginnings;
    for (const auto& name : names) beginnings.push_back(name.substr(0, mark.size() + 1));
    return any_holds(beginnings, mark);
}

void check_numbered(const std::vector<std::string>& names, const std::string& mark, int last) {
    for (int i = 1; i <= last; ++i) {
        const auto row = mark + std::to_string(i);
        CAPTURE(row);
        CHECK(any_begins(names, row));
    }
}

/// A range in a name, "V18 to V22", is not enough: each rule is claimed by itself, and has rows (`check_rules`).
void check_rules_are_claimed(const std::vector<std::string>& names, int last) {
    std::set<std::string> claimed;
    for (const auto& name : names) claimed.merge(claims_of(name));
    for (int i = 1; i <= last; ++i) {
        const auto rule = 'V' + std::to_string(i);
        CAPTURE(rule);
        CHECK(claimed.contains(rule));
    }
}

/// What the paper exchange never shows: no case may claim to see it.
struct never_shown {
    std::string section, row, why;
};
const std::vector<never_shown> unseen{
    {"F.1", "panic_sell_in_progress", "a tick finishes every transition that was pending before it (design.md 7)"},
    {"F.1", "cancellation_in_progress", "a tick finishes every transition that was pending before it (design.md 7)"},
    {"F.2", "panic_sold of an entry", "a forced entry is bought and shown as finished (F.2: panic_sold or finished)"}};

} // namespace

TEST_CASE("coverage: every row of C.3, D, E.4, F, G and M has a case that carries its name") {
    const auto& names = case_names();
    REQUIRE(!names.empty());
    check_rules_are_claimed(names, 36);
    check_numbered(names, "D ", 15);
    check_numbered(names, "E", 9);
    for (int i = 1; i <= 15; ++i) {
        CAPTURE(i);
        CHECK(any_holds(names, "M." + std::to_string(i)));
    }
    check_words("F.1", names,
                {"created", "waiting_position", "waiting_targets", "pending_reduce_funds", "reduce_funds_in_progress",
                 "stop_loss_in_progress", "stop_loss_finished", "panic_sell_pending", "panic_sold",
                 "cancellation_pending", "cancelled", "finished", "failed"});
    check_words("F.2", names,
                {"idle", "to_process", "order_placed", "trailing_activated", "panic_sell_pending", "panic_sold",
                 "cancelled", "finished", "failed", "smart_sell"});
    check_words("F.3", names,
                {"created", "waiting_position", "waiting_targets", "pending_reduce_funds", "stop_loss_in_progress",
                 "reduce_funds_in_progress", "panic_sell_pending", "cancellation_pending", "terminal"});
    check_words("D.1", names,
                {"account_id", "pair", "type", "page", "per_page", "status", "order_by", "order_direction", "from",
                 "to", "base", "quote"});
    check_words("D.4", names, {"add_funds", "reduce_funds", "set_note"});
    check_words("D.5", names,
                {"ping", "time", "validate", "users", "change_mode", "accounts", "load_balances", "account_table_data",
                 "active_trading_entities", "leverage_data", "market_list", "market_pairs", "currency_rates"});
    for (const auto* section : {"A.1:", "A.4:", "A.5:", "A.6:", "A.7:", "B:", "K.6:", "K.7", "K.8:", "E.1", "E.2"}) {
        CAPTURE(std::string{section});
        CHECK(any_holds(names, section));
    }
}

TEST_CASE("coverage: no case claims what the paper exchange never shows") {
    for (const auto& each : unseen) {
        CAPTURE(each.row);
        CAPTURE(each.why);
        for (const auto& name : case_names()) {
            CAPTURE(name);
            const auto claimed = name.substr(0, name.find(": "));
            CHECK_FALSE((claimed.starts_with(each.section + ' ') && claimed.find(each.row) != claimed.npos));
        }
    }
}

/// In the order of the table; the two that no request of a client provokes (a percent without a trailing entry in the
/// words of the old API, a poisoned list) are left out.
TEST_CASE("coverage: C.3 row by row") {
    const auto& names = case_names();
    for (const std::string row : {"signature_invalid",
                                  "api_key_invalid_or_expired",
                                  "account not owned",
                                  "permission missing",
                                  "smart trade not found",
                                  "not_found",
                                  "reduce not allowed",
                                  "percent without trailing entry",
                                  "add_funds without body",
                                  "step without price",
                                  "both prices",
                                  "note too long",
                                  "bad enum",
                                  "bracket names as JSON keys",
                                  "over the maximum",
                                  "under minTotal",
                                  "reduction too small",
                                  "lotStep",
                                  "no position for smart sell",
                                  "invalid_request_method",
                                  "epoch in from",
                                  "malformed JSON",
                                  "plan",
                                  "failed with a text"}) {
        CAPTURE(row);
        CHECK(any_holds(names, "C.3 " + row));
    }
}
