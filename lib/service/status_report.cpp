#include "service/status_report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

using trade::smart_trade;

std::string age_text(std::chrono::milliseconds age) {
    const auto seconds = std::max<std::int64_t>(age.count() / 1000, 0);
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3600) return fmt::format("{}m", seconds / 60);
    if (seconds < 48 * 3600) return fmt::format("{}h", seconds / 3600);
    return fmt::format("{}d", seconds / 86400);
}

std::string ended_how(const smart_trade& entity) {
    return entity.is_final() ? std::string{base::name_of(entity.status.type)} : std::string{};
}

void fill_from(status_row& row, const smart_trade& entity, base::utc_time now) {
    if (entity.average_enter_price) row.entry = entity.average_enter_price->to_short_string();
    if (entity.current_price && !entity.is_final()) row.now = entity.current_price->last.to_short_string();
    if (entity.profit.volume && entity.profit.percent)
        row.profit =
            fmt::format("{}{} {}%", entity.profit.volume->rounded(2, money::rounding::half_even).to_short_string(),
                        entity.pair.quote, entity.profit.percent->to_short_string());
    row.age = age_text(now - entity.created_at);
    if (row.why.empty()) row.why = ended_how(entity);
}

/// "in_sync" reads "in sync" for people.
std::string spoken(std::string word) {
    std::ranges::replace(word, '_', ' ');
    return word;
}

std::map<std::string, std::size_t> count_verdicts(const status_report& report) {
    std::map<std::string, std::size_t> counts;
    for (const auto& row : report.trades) ++counts[row.verdict];
    return counts;
}

std::string_view silence_text(client::restraint_kind why) {
    switch (why) {
    case client::restraint_kind::ban: return "the exchange has banned this address (418)";
    case client::restraint_kind::full_window: return "nothing is known of what was sent before the start";
    case client::restraint_kind::silence:
    case client::restraint_kind::half_share: // these two silence nothing by themselves
    case client::restraint_kind::ban_memory: break;
    }
    return "the exchange asked for it (429)";
}

/// `requests: 31/100 in the window; waiting: 1 write, 3 poll; 429s since start: 0`.
std::string limiter_line(const limiter_row& row) {
    std::string waiting;
    for (const auto& [lane, count] : row.waiting)
        waiting += fmt::format("{}{} {}", waiting.empty() ? "" : ", ", count, lane);
    return fmt::format("requests{}: {}/{} in the window; waiting: {}; 429s since start: {}{}\n",
                       row.key.empty() ? "" : " of key " + row.key, row.used, row.total,
                       waiting.empty() ? "none" : waiting, row.throttled,
                       row.silent_seconds > 0 ? fmt::format("; silent for {}s: {}", row.silent_seconds, row.silent_why)
                                              : "");
}

} // namespace

limiter_row limiter_row_of(const std::string& key, const client::rate_reading& reading, async::mono_time now) {
    limiter_row row;
    row.key = key;
    row.throttled = reading.throttled;
    for (std::size_t i = 0; i < reading.waiting.size(); ++i)
        if (reading.waiting[i] > 0) row.waiting.emplace_back(client::lane_names[i], reading.waiting[i]);
    const auto general = std::ranges::find(reading.limits, std::string{}, &client::rate_reading::limit::match);
    const auto shown = general == reading.limits.end() ? reading.limits.begin() : general;
    if (shown == reading.limits.end()) return row;
    row.used = shown->used;
    row.total = shown->total;
    if (shown->silent_until <= now) return row;
    row.silent_seconds = std::chrono::ceil<std::chrono::seconds>(shown->silent_until - now).count();
    row.silent_why = silence_text(shown->why);
    return row;
}

const limiter_row* tightest(const status_report& report) {
    const auto left = [](const limiter_row& row) { return row.total - std::min(row.used, row.total); };
    const auto found = std::ranges::min_element(report.limiters, {}, left);
    return found == report.limiters.end() ? nullptr : &*found;
}

std::vector<status_row> status_rows(const reconcile::decision& standing, const std::vector<reconcile::wish>& wishes,
                                    const reconcile::observed& seen, base::utc_time now) {
    std::vector<status_row> rows;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const auto& trade = wishes[i].trade;
        status_row row;
        row.name = trade.identity.name;
        row.account = trade.account_name;
        row.revision = trade.identity.revision;
        row.pair = trade.request.pair.text();
        row.type = base::name_of(trade.request.type());
        if (trade.request.position.price) row.entry = trade.request.position.price->to_short_string();
        row.phase = base::name_of(reconcile::phase::planned);
        row.verdict = base::name_of(reconcile::verdict::pending);
        if (i < standing.standings.size() && standing.standings[i].identity == trade.identity) {
            const auto& now_at = standing.standings[i];
            row.phase = base::name_of(now_at.phase);
            row.verdict = base::name_of(now_at.verdict);
            row.why = now_at.why;
            if (now_at.trade_id) row.id = now_at.trade_id->value;
            const auto found = now_at.trade_id ? seen.trades.find(*now_at.trade_id) : seen.trades.end();
            if (found != seen.trades.end()) fill_from(row, found->second.entity, now);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string render_status(const status_report& report) {
    using cells = std::array<std::string, 9>;
    std::vector<cells> lines{{"NAME", "PAIR", "ID", "PHASE", "VERDICT", "ENTRY", "NOW", "PROFIT", "AGE  WHY"}};
    for (const auto& row : report.trades)
        lines.push_back({row.name, row.pair, row.id ? std::to_string(*row.id) : "-", row.phase, spoken(row.verdict),
                         row.entry.empty() ? "-" : row.entry, row.now.empty() ? "-" : row.now,
                         row.profit.empty() ? "-" : row.profit,
                         fmt::format("{:<4} {}", row.age.empty() ? "-" : row.age, row.why)});
    std::array<std::size_t, 9> widths{};
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    std::string out;
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) text += fmt::format("{:<{}}  ", line[i], widths[i]);
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + '\n';
    }
    out += summary(report) + '\n';
    for (const auto& row : report.limiters) out += limiter_line(row);
    return out;
}

std::string summary(const status_report& report) {
    std::string counts;
    for (const auto& [verdict, count] : count_verdicts(report))
        counts += fmt::format("{}{} {}", counts.empty() ? ": " : ", ", count, spoken(verdict));
    const auto* tight = tightest(report);
    const auto budget = tight ? fmt::format(" | budget {}/{}", tight->used, tight->total) : std::string{};
    return fmt::format("{} trades{}{} | plans {}", report.trades.size(), counts, budget, report.plans);
}

int exit_code(const status_report& report) {
    const auto has = [&](reconcile::verdict what) {
        return std::ranges::any_of(report.trades, [&](const auto& row) { return row.verdict == base::name_of(what); });
    };
    if (has(reconcile::verdict::unknown) || has(reconcile::verdict::unprotected)) return 3;
    return has(reconcile::verdict::pending) || has(reconcile::verdict::held) || has(reconcile::verdict::blocked) ? 2
                                                                                                                 : 0;
}

} // namespace smarttrade::service
