#include "service/status_report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace smarttrade::service {

namespace {

namespace json = boost::json;
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

std::string text_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

std::size_t count_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_int64() ? static_cast<std::size_t>(std::max<std::int64_t>(found->get_int64(), 0)) : 0;
}

// The members of a row that are texts, with their names in JSON.
constexpr std::array row_texts{std::pair{"name", &status_row::name},   std::pair{"account", &status_row::account},
                               std::pair{"pair", &status_row::pair},   std::pair{"type", &status_row::type},
                               std::pair{"phase", &status_row::phase}, std::pair{"verdict", &status_row::verdict},
                               std::pair{"why", &status_row::why},     std::pair{"entry", &status_row::entry},
                               std::pair{"now", &status_row::now},     std::pair{"profit", &status_row::profit},
                               std::pair{"age", &status_row::age}};

} // namespace

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

std::string encode_status(const status_report& report) {
    json::array trades;
    for (const auto& row : report.trades) {
        json::object line;
        for (const auto& [key, member] : row_texts) line[key] = row.*member;
        line["revision"] = row.revision;
        if (row.id)
            line["id"] = *row.id;
        else
            line["id"] = nullptr;
        trades.push_back(std::move(line));
    }
    const json::object budget{{"used", report.budget_used}, {"total", report.budget_total}};
    return json::serialize(json::object{
        {"trades", std::move(trades)}, {"holds", json::array{}}, {"budget", budget}, {"plans", report.plans}});
}

std::optional<status_report> decode_status(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* trades = all ? all->if_contains("trades") : nullptr;
    if (!trades || !trades->is_array()) return std::nullopt;
    status_report report;
    for (const auto& each : trades->get_array()) {
        if (!each.is_object()) return std::nullopt;
        const auto& line = each.get_object();
        status_row row;
        for (const auto& [key, member] : row_texts) row.*member = text_at(line, key);
        row.revision = static_cast<int>(count_at(line, "revision"));
        if (const auto* id = line.if_contains("id"); id && id->is_int64()) row.id = id->get_int64();
        report.trades.push_back(std::move(row));
    }
    if (const auto* budget = all->if_contains("budget"); budget && budget->is_object()) {
        report.budget_used = count_at(budget->get_object(), "used");
        report.budget_total = count_at(budget->get_object(), "total");
    }
    report.plans = text_at(*all, "plans");
    return report;
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
    return out + summary(report) + '\n';
}

std::string summary(const status_report& report) {
    std::string counts;
    for (const auto& [verdict, count] : count_verdicts(report))
        counts += fmt::format("{}{} {}", counts.empty() ? ": " : ", ", count, spoken(verdict));
    const auto budget = report.budget_total == 0
                            ? std::string{}
                            : fmt::format(" | budget {}/{}", report.budget_used, report.budget_total);
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
