#include "service/plan_report.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

using reconcile::action;
using reconcile::action_kind;

std::string reason_after(const std::string& text, const std::string& reason) {
    return reason.empty() ? text : fmt::format("{} ({})", text, reason);
}

std::string funds_text(const action& what, const std::string& base_currency) {
    if (!what.funds) return what.text;
    const auto price = what.funds->price ? "at " + what.funds->price->to_short_string() : std::string{"at market"};
    return fmt::format("{} {} {} {} ({})", what.kind == action_kind::add_funds ? "add" : "reduce by",
                       what.funds->units.to_short_string(), base_currency, price, what.text);
}

/// Of a close: what is flattened.
std::string close_text(const trade::smart_trade* entity) {
    if (!entity || entity->entered_amount.sign() == 0) return "close at market";
    const auto left = entity->entered_amount - entity->closed_amount;
    auto text = fmt::format("close {} {} at market", left.to_short_string(), entity->pair.base);
    if (entity->profit.percent) text += fmt::format(", profit now {}%", entity->profit.percent->to_short_string());
    return text;
}

plan_section section_of(action_kind kind) {
    if (kind == action_kind::create) return plan_section::create;
    return kind == action_kind::cancel || kind == action_kind::close ? plan_section::end : plan_section::update;
}

/// The report while it is made: what the run knows, found by identity and id.
class drafting {
public:
    explicit drafting(const dry_run& run) : run_{run} {
        for (const auto& wish : run.wishes) wishes_.emplace(wish.trade.identity, &wish.trade);
        for (const auto& account : run.accounts) accounts_.emplace(account.id, account.name);
    }

    std::vector<plan_line> lines() {
        for (const auto& each : run_.decided.actions)
            if (reconcile::is_write(each.kind)) add_write(each);
        for (const auto& each : run_.decided.standings) add_standing(each);
        for (const auto& each : run_.decided.left) add_standing(each);
        std::ranges::stable_sort(lines_, {}, &plan_line::section);
        return std::move(lines_);
    }

private:
    const trade::smart_trade* entity_of(const std::optional<trade::smart_trade_id>& id) const {
        const auto found = id ? run_.seen.trades.find(*id) : run_.seen.trades.end();
        return found == run_.seen.trades.end() ? nullptr : &found->second.entity;
    }

    plan_line line_for(plan_section section, const trade::trade_identity& of,
                       const std::optional<trade::smart_trade_id>& id) const {
        plan_line line;
        line.section = section;
        line.name = of.name;
        const auto wish = wishes_.find(of);
        const auto named = accounts_.find(of.account);
        if (wish != wishes_.end())
            line.account = wish->second->account_name;
        else
            line.account = named == accounts_.end() ? std::to_string(of.account.value) : named->second;
        if (wish != wishes_.end())
            line.pair = wish->second->request.pair.text();
        else if (const auto* entity = entity_of(id))
            line.pair = entity->pair.text();
        if (id) line.id = id->value;
        return line;
    }

    void add_write(const action& what) {
        written_[what.identity] = true;
        auto line = line_for(section_of(what.kind), what.identity, what.trade_id);
        line.what = text_of(what);
        lines_.push_back(std::move(line));
    }

    std::string text_of(const action& what) const {
        const auto wish = wishes_.find(what.identity);
        const auto* entity = entity_of(what.trade_id);
        const auto base_currency = wish != wishes_.end() ? wish->second->request.pair.base
                                   : entity              ? entity->pair.base
                                                         : std::string{};
        switch (what.kind) {
        case action_kind::create:
            if (what.request) return describe(*what.request);
            return wish == wishes_.end() ? what.reason : describe(wish->second->request);
        case action_kind::update: return reason_after(what.difference, what.reason);
        case action_kind::set_note: return reason_after("note", what.reason);
        case action_kind::cancel: return reason_after("cancel, not entered", what.reason);
        case action_kind::close: return reason_after(close_text(entity), what.reason);
        case action_kind::force_start: return reason_after("enter now", what.reason);
        case action_kind::add_funds:
        case action_kind::reduce_funds: return reason_after(funds_text(what, base_currency), what.reason);
        default: return reason_after(spoken(base::name_of(what.kind)), what.reason);
        }
    }

    static std::string spoken(std::string_view word) {
        std::string text{word};
        std::ranges::replace(text, '_', ' ');
        return text;
    }

    void add_standing(const reconcile::standing& at) {
        using reconcile::verdict;
        const auto add = [&](plan_section section, std::string what) {
            auto line = line_for(section, at.identity, at.trade_id);
            line.what = std::move(what);
            lines_.push_back(std::move(line));
        };
        const bool done_with = at.phase == reconcile::phase::ended;
        switch (at.verdict) {
        case verdict::in_sync:
            if (!at.why.empty() && !done_with)
                add(wishes_.contains(at.identity) ? plan_section::drift : plan_section::left, at.why);
            break;
        case verdict::pending:
            if (!written_.contains(at.identity)) add(plan_section::waits, at.why);
            break;
        case verdict::blocked: add(plan_section::blocked, with_edit(at.why)); break;
        case verdict::unknown: add(plan_section::unknown, at.why); break;
        case verdict::unprotected: add(plan_section::unprotected, with_answer(at, "release")); break;
        case verdict::held: // stands with its hold
        case verdict::released: break;
        }
    }

    /// What no command mends, an edit does.
    static std::string with_edit(const std::string& why) {
        return why.find("smarttraded ") == std::string::npos ? why + ", then: smarttraded reload" : why;
    }

    /// A reason that says what to do is left as it is.
    static std::string with_answer(const reconcile::standing& at, std::string_view command) {
        if (at.why.find("smarttraded ") != std::string::npos) return at.why;
        return fmt::format("{}: smarttraded {} {}", at.why, command, at.identity.name);
    }

    const dry_run& run_;
    std::map<trade::trade_identity, const trade::desired_trade*> wishes_;
    std::map<trade::account_id, std::string> accounts_;
    std::map<trade::trade_identity, bool> written_;
    std::vector<plan_line> lines_;
};

} // namespace

plan_report plan_report_of(const dry_run& run) {
    plan_report report;
    for (const auto& each : run.diagnostics)
        if (each.level == base::severity::error) report.mistakes.push_back(base::headline(each));
    report.diagnostics = run.diagnostics;
    report.diagnostics.insert(report.diagnostics.end(), run.findings.begin(), run.findings.end());
    base::sort_by_place(report.diagnostics);
    report.cannot_tell = run.cannot_tell;
    if (!report.mistakes.empty() || !report.cannot_tell.empty()) return report;
    report.is_halted = run.is_halted;
    report.trades = status_rows(run.decided, run.wishes, run.seen, run.now);
    report.changes = drafting{run}.lines();
    report.holds = hold_rows(run.decided.holds);
    report.costs = costs_of(run);
    auto risk = risk_of(run);
    report.at_risk = std::move(risk.known);
    report.at_market = std::move(risk.at_market);
    report.shortages = shortages_of(run);
    return report;
}

int exit_code(const plan_report& report) {
    if (!report.mistakes.empty() || !report.cannot_tell.empty() || base::has_errors(report.diagnostics)) return 1;
    const auto has = [&](plan_section what) {
        return std::ranges::find(report.changes, what, &plan_line::section) != report.changes.end();
    };
    if (has(plan_section::unknown) || has(plan_section::unprotected)) return 3;
    const bool changes = std::ranges::any_of(report.changes, [](const plan_line& line) {
        return line.section != plan_section::drift && line.section != plan_section::left;
    });
    return changes || !report.holds.empty() ? 2 : 0;
}

} // namespace smarttrade::service
