#include "service/status_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/printable.hpp"

namespace smarttrade::service {

namespace {

enum column : std::size_t { name, pair, id, phase, verdict, entry, now, profit, age, column_count };
using cells = std::array<std::string, column_count>;
using widths = std::array<std::size_t, column_count>; ///< 0: not shown

constexpr std::array<std::string_view, column_count> titles{"NAME",  "PAIR", "ID",     "PHASE", "VERDICT",
                                                            "ENTRY", "NOW",  "PROFIT", "AGE"};
constexpr std::array dropped_in_turn{id, age, entry, pair, now, phase, profit};
constexpr std::size_t gap = 2;
constexpr std::size_t why_least = 12; ///< less room tells nothing
constexpr std::size_t why_indent = 4; ///< of one that stands below its row

std::string or_dash(const std::string& text) { return text.empty() ? "-" : base::printable(text, ' '); }

cells cells_of(const status_row& row) {
    return {base::printable(row.name, ' '),
            base::printable(row.pair, ' '),
            row.id ? std::to_string(*row.id) : "-",
            row.phase,
            spoken(row.verdict),
            or_dash(row.entry),
            or_dash(row.now),
            or_dash(row.profit),
            or_dash(row.age)};
}

widths widths_of(const std::vector<cells>& rows) {
    widths all{};
    for (std::size_t i = 0; i < column_count; ++i) {
        all[i] = titles[i].size();
        for (const auto& row : rows) all[i] = std::max(all[i], columns_of(row[i]));
    }
    return all;
}

std::size_t total(const widths& all) {
    std::size_t sum = 0;
    for (const auto width : all) sum += width == 0 ? 0 : width + gap;
    return sum;
}

/// What a reason takes beside the columns: none of it needs more than the least.
std::size_t why_room(const status_report& report) {
    std::size_t most = 0;
    for (const auto& row : report.trades) most = std::max(most, columns_of(row.why));
    return std::min(most, why_least);
}

void narrow(widths& all, std::size_t room, std::size_t wanted_for_why) {
    for (const auto which : dropped_in_turn) {
        if (total(all) + wanted_for_why <= room) return;
        all[which] = 0;
    }
}

std::string_view colour_of(std::size_t which, const status_row& row) {
    if (which == profit && !row.profit.empty()) return row.profit.starts_with('-') ? ink::red : ink::green;
    if (which != verdict) return {};
    if (row.verdict == "unknown" || row.verdict == "unprotected") return ink::red;
    if (row.verdict == "blocked" || row.verdict == "held" || row.verdict == "pending") return ink::yellow;
    return {};
}

std::string without_end_blanks(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::string row_line(const cells& of, const widths& all, const status_row& row, colours how) {
    std::string line;
    for (std::size_t i = 0; i < column_count; ++i) {
        if (all[i] == 0) continue;
        const auto blanks = all[i] - columns_of(of[i]) + gap;
        line += painted(of[i], colour_of(i, row), how) + std::string(blanks, ' ');
    }
    return line;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// The reason beside the row where it fits, else below it; cut only where nobody has to do anything.
std::vector<std::string> with_reason(std::string line, std::size_t begun, const status_row& row,
                                     std::optional<window> shown_in) {
    const auto why = base::printable(row.why, ' ');
    if (!shown_in || begun + columns_of(why) <= shown_in->columns) return {without_end_blanks(line + why)};
    const bool is_calm = row.verdict == "in_sync" || row.verdict == "released";
    if (is_calm && why.find("smarttraded ") == std::string::npos) {
        const auto room = shown_in->columns - std::min(begun, shown_in->columns);
        return {without_end_blanks(room < why_least ? line : line + cut_to(why, room))};
    }
    auto below = lines_of(wrapped(why, shown_in->columns, why_indent, why_indent));
    below.front().insert(0, why_indent, ' ');
    below.insert(below.begin(), without_end_blanks(std::move(line)));
    return below;
}

/// `requests: 31/100 in the window; waiting: 1 write, 3 poll; 429s since start: 0`.
std::string limiter_line(const limiter_row& row) {
    std::string waiting;
    for (const auto& [lane, count] : row.waiting)
        waiting += fmt::format("{}{} {}", waiting.empty() ? "" : ", ", count, lane);
    return fmt::format("requests{}: {}/{} in the window; waiting: {}; 429s since start: {}{}",
                       row.key.empty() ? "" : " of key " + row.key, row.used, row.total,
                       waiting.empty() ? "none" : waiting, row.throttled,
                       row.silent_seconds > 0 ? fmt::format("; silent for {}s: {}", row.silent_seconds, row.silent_why)
                                              : "");
}

} // namespace

status_table table_of(const status_report& report, colours how, std::optional<window> shown_in) {
    std::vector<cells> rows;
    for (const auto& row : report.trades) rows.push_back(cells_of(row));
    auto all = widths_of(rows);
    if (shown_in) narrow(all, shown_in->columns, why_room(report));
    status_table made;
    for (std::size_t i = 0; i < column_count; ++i)
        if (all[i] > 0) made.head += padded(titles[i], all[i] + gap);
    made.head += "WHY";
    if (shown_in) made.head = cut_to(made.head, shown_in->columns);
    const auto begun = total(all);
    for (std::size_t i = 0; i < rows.size(); ++i)
        made.trades.push_back(
            with_reason(row_line(rows[i], all, report.trades[i], how), begun, report.trades[i], shown_in));
    return made;
}

std::vector<std::string> notes_of(const status_report& report, std::optional<window> shown_in) {
    std::vector<std::string> notes{summary(report)};
    if (report.is_halted)
        notes.emplace_back("halted: only your own close and cancel are sent; to go on: smarttraded resume");
    for (const auto& trouble : report.troubles)
        notes.push_back("trouble: " + base::printable(trouble, ' ') + "; all of it: smarttraded doctor");
    for (const auto& hold : report.holds) notes.push_back("held: " + base::printable(row_text(hold), ' '));
    for (const auto& row : report.limiters) notes.push_back(base::printable(limiter_line(row), ' '));
    if (!shown_in) return notes;
    std::vector<std::string> lines;
    for (const auto& note : notes)
        std::ranges::move(lines_of(wrapped(note, shown_in->columns, why_indent)), std::back_inserter(lines));
    return lines;
}

std::string render_status(const status_report& report, colours how, std::optional<window> shown_in) {
    const auto table = table_of(report, how, shown_in);
    auto out = table.head + '\n';
    for (const auto& trade : table.trades)
        for (const auto& line : trade) out += line + '\n';
    for (const auto& note : notes_of(report, shown_in)) out += note + '\n';
    return out;
}

} // namespace smarttrade::service
