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

} // namespace

std::string spoken(std::string word) {
    std::ranges::replace(word, '_', ' ');
    return word;
}

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

namespace {

void stand(status_row& row, const reconcile::standing& at, const reconcile::observed& seen, base::utc_time now) {
    row.phase = base::name_of(at.phase);
    row.verdict = base::name_of(at.verdict);
    row.why = at.why;
    if (at.trade_id) row.id = at.trade_id->value;
    const auto found = at.trade_id ? seen.trades.find(*at.trade_id) : seen.trades.end();
    if (found != seen.trades.end()) fill_from(row, found->second.entity, now);
}

status_row row_of(const trade::desired_trade& trade) {
    status_row row;
    row.name = trade.identity.name;
    row.account = trade.account_name;
    row.revision = trade.identity.revision;
    row.pair = trade.request.pair.text();
    row.type = base::name_of(trade.request.type());
    row.file = trade.at.file;
    row.line = trade.at.line;
    if (trade.request.position.price) row.entry = trade.request.position.price->to_short_string();
    row.phase = base::name_of(reconcile::phase::planned);
    row.verdict = base::name_of(reconcile::verdict::pending);
    return row;
}

/// Of a trade that is in no plan: what the exchange tells of it.
status_row row_of(const reconcile::standing& left, const std::map<trade::account_id, std::string>& accounts,
                  const reconcile::observed& seen) {
    status_row row;
    row.name = left.identity.name;
    row.revision = left.identity.revision;
    const auto named = accounts.find(left.identity.account);
    row.account = named == accounts.end() ? std::to_string(left.identity.account.value) : named->second;
    const auto found = left.trade_id ? seen.trades.find(*left.trade_id) : seen.trades.end();
    if (found == seen.trades.end()) return row;
    row.pair = found->second.entity.pair.text();
    row.type = base::name_of(found->second.entity.type);
    return row;
}

} // namespace

std::vector<status_row> status_rows(const reconcile::decision& standing, const std::vector<reconcile::wish>& wishes,
                                    const reconcile::observed& seen, base::utc_time now) {
    std::vector<status_row> rows;
    std::map<trade::account_id, std::string> accounts;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const auto& trade = wishes[i].trade;
        accounts.emplace(trade.identity.account, trade.account_name);
        auto row = row_of(trade);
        if (i < standing.standings.size() && standing.standings[i].identity == trade.identity)
            stand(row, standing.standings[i], seen, now);
        rows.push_back(std::move(row));
    }
    for (const auto& left : standing.left) {
        auto row = row_of(left, accounts, seen);
        stand(row, left, seen, now);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<hold_row> hold_rows(const std::vector<reconcile::hold>& holds) {
    std::vector<hold_row> rows;
    for (const auto& hold : holds) {
        auto& row = rows.emplace_back(hold_row{hold.id, hold.why, {}});
        for (const auto& identity : hold.trades) row.trades.push_back(identity.name);
    }
    return rows;
}

std::string row_text(const hold_row& hold) {
    constexpr std::size_t names_max = 3;
    std::string names;
    for (std::size_t i = 0; i < hold.trades.size() && i < names_max; ++i)
        names += (i == 0 ? ": " : ", ") + hold.trades[i];
    if (hold.trades.size() > names_max) names += fmt::format(" and {} more", hold.trades.size() - names_max);
    return fmt::format("{}  {}{}: smarttraded confirm {}", hold.id, hold.why, names, hold.id);
}

std::optional<status_report> filtered(status_report report, std::string_view what) {
    const auto is_meant = [what](const status_row& row) {
        if (what.empty()) return false;
        if (row.name == what || row.file == what) return true;
        return row.file.size() > what.size() && row.file.ends_with(what)
               && row.file[row.file.size() - what.size() - 1] == '/';
    };
    std::erase_if(report.trades, [&](const auto& row) { return !is_meant(row); });
    if (report.trades.empty()) return std::nullopt;
    const auto shown = [&](const std::string& name) {
        return std::ranges::find(report.trades, name, &status_row::name) != report.trades.end();
    };
    std::erase_if(report.holds, [&](const auto& hold) { return std::ranges::none_of(hold.trades, shown); });
    return report;
}

std::string summary(const status_report& report) {
    std::string counts;
    for (const auto& [verdict, count] : count_verdicts(report))
        counts += fmt::format("{}{} {}", counts.empty() ? ": " : ", ", count, spoken(verdict));
    const auto* tight = tightest(report);
    const auto budget = tight ? fmt::format(" | budget {}/{}", tight->used, tight->total) : std::string{};
    const auto held = report.holds.empty() ? std::string{} : fmt::format(" | holds {}", report.holds.size());
    return fmt::format("{}{}{} {}{}{}{} | plans {}", report.is_halted ? "halted | " : "",
                       report.troubles.empty() ? "" : "trouble | ", report.trades.size(),
                       report.trades.size() == 1 ? "trade" : "trades", counts, held, budget, report.plans);
}

int exit_code(const status_report& report) {
    const auto has = [&](reconcile::verdict what) {
        return std::ranges::any_of(report.trades, [&](const auto& row) { return row.verdict == base::name_of(what); });
    };
    if (has(reconcile::verdict::unknown) || has(reconcile::verdict::unprotected)) return 3;
    if (!report.holds.empty()) return 2;
    return has(reconcile::verdict::pending) || has(reconcile::verdict::held) || has(reconcile::verdict::blocked) ? 2
                                                                                                                 : 0;
}

} // namespace smarttrade::service
