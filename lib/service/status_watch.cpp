#include "service/status_watch.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "service/status_table.hpp"

namespace smarttrade::service {

namespace {

constexpr std::size_t changes_max = 3; ///< shown, and kept

using row_key = std::tuple<std::string, std::string, int>;
row_key key_of(const status_row& row) { return {row.account, row.name, row.revision}; }

/// `2026-03-02 09:12:05Z`.
std::string moment(base::utc_time at) {
    auto text = base::format_utc(at).substr(0, 19) + 'Z';
    text[10] = ' ';
    return text;
}
std::string time_of_day(base::utc_time at) { return moment(at).substr(11); }

/// What is worst comes first.
int urgency(const status_row& row) {
    if (row.verdict == "unprotected" || row.verdict == "unknown") return 0;
    if (row.verdict == "blocked" || row.verdict == "held") return 1;
    return row.verdict == "pending" ? 2 : 3;
}

using lines = std::vector<std::string>;

void append(lines& to, const lines& more) { to.insert(to.end(), more.begin(), more.end()); }

std::size_t line_count(const status_table& table) {
    std::size_t count = 0;
    for (const auto& trade : table.trades) count += trade.size();
    return count;
}

/// The trades in at most `room` lines; the last one says how many more there are.
lines fitted(const status_report& report, window shown_in, colours how, std::size_t room) {
    auto table = table_of(report, how, shown_in);
    lines out{table.head};
    const bool all_fit = line_count(table) <= room;
    if (!all_fit) {
        auto sorted = report;
        std::ranges::stable_sort(sorted.trades, {}, urgency);
        table = table_of(sorted, how, shown_in);
    }
    std::size_t shown = 0;
    for (; shown < table.trades.size(); ++shown) {
        if (!all_fit && out.size() - 1 + table.trades[shown].size() + 1 > room) break;
        append(out, table.trades[shown]);
    }
    if (const auto more = table.trades.size() - shown; more > 0)
        out.push_back(cut_to(fmt::format("... and {} more: smarttraded status", more), shown_in.columns));
    return out;
}

} // namespace

std::vector<std::string> changes_between(const status_report& before, const status_report& after) {
    std::map<row_key, const status_row*> known;
    for (const auto& row : before.trades) known.emplace(key_of(row), &row);
    lines all;
    const auto tell = [&all](const status_row& row, const std::string& what) {
        all.push_back(base::printable(row.name, ' ') + "  " + what);
    };
    for (const auto& row : after.trades) {
        const auto found = known.find(key_of(row));
        if (found == known.end()) {
            tell(row, "is new: " + row.phase + ", " + spoken(row.verdict));
            continue;
        }
        const auto& old = *found->second;
        known.erase(found);
        if (old.phase != row.phase) tell(row, old.phase + "->" + row.phase);
        if (old.verdict != row.verdict) tell(row, spoken(old.verdict) + "->" + spoken(row.verdict));
    }
    for (const auto& [key, row] : known) tell(*row, "is no longer here");
    return all;
}

void status_watch::saw(status_report report, base::utc_time at) {
    if (saw_any_)
        for (const auto& change : changes_between(report_, report)) changes_.push_back(time_of_day(at) + "  " + change);
    while (changes_.size() > changes_max) changes_.pop_front();
    report_ = std::move(report);
    saw_any_ = true;
    at_ = at;
    trouble_.clear();
}

void status_watch::missed(std::string why, base::utc_time at) {
    if (trouble_.empty()) as_of_ = saw_any_ ? at_ : at;
    trouble_ = std::move(why);
    at_ = at;
}

std::vector<std::string> status_watch::head(window shown_in, colours how) const {
    lines out{cut_to(moment(at_) + "  every 2 s; Ctrl-C ends", shown_in.columns)};
    if (trouble_.empty()) return out;
    const auto text = fmt::format("as it was at {}: {}", time_of_day(as_of_), base::printable(trouble_, ' '));
    out.push_back(painted(cut_to(text, shown_in.columns), ink::red, how));
    return out;
}

std::vector<std::string> status_watch::frame(window shown_in, colours how) const {
    auto out = head(shown_in, how);
    lines below = notes_of(report_, shown_in);
    for (const auto& change : changes_) below.push_back(cut_to(change, shown_in.columns));
    constexpr std::size_t table_least = 3; // its head, a trade, and how many more
    const auto room = shown_in.lines - std::min(shown_in.lines, out.size() + table_least);
    if (below.size() > room) below.resize(room);
    const auto for_trades = shown_in.lines - std::min(shown_in.lines, out.size() + below.size() + 1);
    append(out, fitted(report_, shown_in, how, for_trades));
    append(out, below);
    if (out.size() > shown_in.lines) out.resize(shown_in.lines);
    return out;
}

} // namespace smarttrade::service
