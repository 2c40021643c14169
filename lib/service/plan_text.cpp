#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "service/plan_report.hpp"

namespace smarttrade::service {

namespace {

std::string level_text(const trade::exit_level& level) {
    if (const auto* price = std::get_if<money::price>(&level)) return price->to_short_string();
    return std::get<money::percent>(level).to_short_string() + '%';
}

std::string entry_text(const trade::trade_request& wanted) {
    const auto& entry = wanted.position;
    auto text = fmt::format("{} {} {}", wanted.skip_enter_step ? "held:" : base::name_of(entry.type),
                            entry.units.to_short_string(), wanted.pair.base);
    const auto total = [&](const money::price& price) {
        return fmt::format("{} = {} {}", price.to_short_string(), (price * entry.units).to_short_string(),
                           wanted.pair.quote);
    };
    text += entry.price ? (wanted.skip_enter_step ? " from " : " at ") + total(*entry.price) : " at market";
    if (entry.conditional) {
        text += " once at " + entry.conditional->trigger.to_short_string();
        if (entry.conditional->trailing)
            text += fmt::format(", trailing {}%", entry.conditional->trailing->to_short_string());
    }
    if (wanted.leverage) text += fmt::format(", {} x{}", base::name_of(wanted.leverage->type), wanted.leverage->value);
    return text;
}

std::string take_profit_text(const trade::trade_request& wanted) {
    std::string text;
    for (const auto& step : wanted.take_profit) {
        text += (text.empty() ? "take profit " : " + ") + level_text(step.level);
        if (wanted.take_profit.size() > 1) text += fmt::format(" x {}%", step.volume.to_short_string());
        if (step.trailing) text += fmt::format(" trailing {}%", step.trailing->to_short_string());
    }
    return text.empty() ? "no take profit" : text;
}

std::string stop_text(const trade::trade_request& wanted) {
    if (!wanted.stop_loss) return "no stop";
    const auto& stop = *wanted.stop_loss;
    auto text = "stop " + level_text(stop.trigger);
    if (stop.limit_price) text += " limit " + stop.limit_price->to_short_string();
    if (stop.trailing) text += " trailing";
    if (stop.breakeven) text += " breakeven";
    return text;
}

struct section_look {
    std::string_view title, sign, colour;
};
// In the order of the enumerators. Colours are those of a terminal, by number.
constexpr std::array looks{section_look{"to create", "+", "32"},
                           section_look{"to change", "~", "33"},
                           section_look{"to end", "-", "31"},
                           section_look{"waiting for their turn", ".", "36"},
                           section_look{"left as they are, though they differ", "=", "36"},
                           section_look{"in no plan any more, so not managed", "=", "33"},
                           section_look{"blocked", "x", "31"},
                           section_look{"unknown, being looked for", "?", "35"},
                           section_look{"UNPROTECTED: held without exits", "!", "1;31"}};
constexpr std::string_view hold_colour = "33";

bool many_accounts(const plan_report& report) {
    const auto& rows = report.changes;
    return std::ranges::any_of(rows, [&](const plan_line& row) { return row.account != rows.front().account; });
}

/// One section: its lines with aligned columns.
std::string render_section(const plan_report& report, plan_section which, colours how) {
    const auto& look = looks.at(static_cast<std::size_t>(which));
    std::vector<std::array<std::string, 5>> cells;
    std::array<std::size_t, 4> widths{};
    const bool accounts = many_accounts(report);
    for (const auto& row : report.changes) {
        if (row.section != which) continue;
        cells.push_back(
            {row.name, accounts ? row.account : "", row.pair, row.id ? std::to_string(*row.id) : "", row.what});
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], cells.back()[i].size());
    }
    if (cells.empty()) return {};
    auto out = fmt::format("{} {}\n", cells.size(), look.title);
    for (const auto& row : cells) {
        out += "  " + painted(look.sign, look.colour, how);
        for (std::size_t i = 0; i < widths.size(); ++i)
            if (widths[i] > 0) out += fmt::format(" {:<{}} ", row[i], widths[i]);
        out += ' ' + row.back();
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
    }
    return out;
}

std::string render_holds(const plan_report& report, colours how) {
    if (report.holds.empty()) return {};
    auto out = fmt::format("{} held until you say so\n", report.holds.size());
    for (const auto& hold : report.holds)
        out += fmt::format("  {} {}\n", painted("!", hold_colour, how), row_text(hold));
    return out;
}

std::string cost_text(const bucket_cost& cost) {
    return fmt::format("{} of {} in {}s{}{}", cost.needed, cost.requests, cost.per_seconds,
                       cost.match.empty() ? "" : " for " + cost.match,
                       cost.used > 0 ? fmt::format(" ({} used)", cost.used) : "");
}

std::string render_costs(const plan_report& report) {
    std::string out;
    for (auto at = report.costs.begin(); at != report.costs.end();) {
        const auto end = std::find_if(at, report.costs.end(), [&](const auto& cost) { return cost.key != at->key; });
        std::string parts;
        std::int64_t seconds = 0;
        for (auto each = at; each != end; ++each) {
            seconds = std::max(seconds, each->seconds);
            if (each->needed > 0) parts += (parts.empty() ? "" : ", ") + cost_text(*each);
        }
        const auto when = seconds == 0 ? std::string{"at once"} : fmt::format("within about {}s", seconds);
        out += fmt::format("requests{}: {}\n", at->key.empty() ? "" : " of key " + at->key,
                           parts.empty() ? "none" : parts + "; all sent " + when);
        at = end;
    }
    return out;
}

std::string sums(const std::vector<amount_row>& rows) {
    std::string text;
    for (const auto& row : rows) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.amount, row.currency);
    return text;
}

std::string render_money(const plan_report& report) {
    const auto known = sums(report.at_risk), market = sums(report.at_market);
    std::string out = "money newly at risk: ";
    out += known.empty() && market.empty() ? "none" : known;
    if (!market.empty()) out += fmt::format("{}at market {}", known.empty() ? "" : "; ", market);
    out += '\n';
    for (const auto& lack : report.shortages)
        out += fmt::format("balance of {}: {} {} needed, {} available, {} short\n", lack.account, lack.needed,
                           lack.currency, lack.available, lack.missing);
    return out;
}

} // namespace

std::string describe(const trade::trade_request& wanted) {
    if (wanted.instant) return entry_text(wanted);
    return fmt::format("{}, {}, {}", entry_text(wanted), take_profit_text(wanted), stop_text(wanted));
}

std::string render_plan(const plan_report& report, colours how) {
    std::string out;
    for (const auto& mistake : report.mistakes) out += mistake + '\n';
    if (!report.mistakes.empty()) return out + "the plans are refused; nothing would change\n";
    if (!report.cannot_tell.empty()) return "cannot tell: " + report.cannot_tell + '\n';
    for (std::size_t i = 0; i < looks.size(); ++i) out += render_section(report, static_cast<plan_section>(i), how);
    out += render_holds(report, how);
    if (report.is_halted) out += "halted: none of this is sent; to go on: smarttraded resume\n";
    const auto left = std::ranges::count(report.changes, plan_section::left, &plan_line::section);
    const auto planned = report.trades.size() - static_cast<std::size_t>(left);
    if (exit_code(report) == 0)
        return out + fmt::format("{} trade{}, all in sync: nothing to do\n", planned, planned == 1 ? "" : "s");
    return out + render_costs(report) + render_money(report);
}

} // namespace smarttrade::service
