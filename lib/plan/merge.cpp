#include <algorithm>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "plan/plan_file.hpp"
#include "plan/problems.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

base::diagnostic error_at(const base::text_position& at, std::string message) {
    return {at, base::severity::error, {}, std::move(message), {}};
}

base::diagnostic twin_error(const draft& of, const draft& first) {
    auto told = error_at(
        of.at, fmt::format("trade name '{}' stands in another file too, expected it once", yaml::shown(of.name)));
    told.notes.push_back({first.at, base::severity::note, {}, "the first one is here", {}});
    return told;
}

/// The accounts and limits the drafts are judged against.
class judge_of_drafts {
public:
    judge_of_drafts(const surroundings& around, problems& told) : around_{around}, told_{told} {}

    /// Nothing: an error was told.
    std::optional<trade::desired_trade> judge(const draft& of) {
        const auto account = account_of(of);
        if (!of.request || !account) return std::nullopt;
        trade::desired_trade made{{account->id, of.name, of.revision}, account->name, *of.request, of.at};
        made.request.account = account->id;
        check_guardrails(of, made.request);
        return made;
    }

private:
    void error(const base::text_position& at, std::string message) { told_.add(error_at(at, std::move(message))); }

    std::optional<surroundings::account> account_of(const draft& of) {
        if (!around_.accounts) return surroundings::account{of.account.value_or(""), {of.account_id.value_or(0)}};
        const auto& known = *around_.accounts;
        std::vector<std::string_view> names;
        for (const auto& account : known) names.push_back(account.name);
        const auto found = std::ranges::find_if(known, [&](const surroundings::account& a) {
            return of.account      ? a.name == *of.account
                   : of.account_id ? a.id.value == *of.account_id
                                   : known.size() == 1;
        });
        if (found != known.end()) return *found;
        if (of.account) {
            const auto near = base::nearest_word(*of.account, names);
            error(of.account_at, fmt::format("account {}, expected {}{}", yaml::shown(*of.account), yaml::one_of(names),
                                             near ? fmt::format(", did you mean '{}'?", *near) : ""));
        } else if (of.account_id) {
            error(of.account_at, fmt::format("account_id {}, expected the id of a configured account", *of.account_id));
        } else {
            error(of.at,
                  fmt::format("missing key 'account' in {}, expected {}", yaml::shown(of.name), yaml::one_of(names)));
        }
        return std::nullopt;
    }

    void check_guardrails(const draft& of, const trade::trade_request& request) {
        if (request.leverage && around_.max_leverage && request.leverage->value > *around_.max_leverage)
            error(of.leverage_at, fmt::format("leverage {} is above max_leverage, expected at most {}",
                                              request.leverage->value, *around_.max_leverage));
        if (around_.max_order_total.empty() || request.skip_enter_step) return; // own funds: no entry order is made
        const auto limit = around_.max_order_total.find(request.pair.quote);
        if (limit == around_.max_order_total.end())
            return error(of.pair_at, fmt::format("pair {}, expected a quote currency that max_order_total lists",
                                                 request.pair.text()));
        if (!request.position.price) return; // judged right before the create
        const auto total = *request.position.price * request.position.units;
        if (total > limit->second)
            error(of.units_at,
                  fmt::format("units {} at {} are {} {}, above max_order_total, expected at most {}",
                              request.position.units.to_short_string(), request.position.price->to_short_string(),
                              total.to_short_string(), request.pair.quote, limit->second.to_short_string()));
    }

    const surroundings& around_;
    problems& told_;
};

} // namespace

plan_set merge(const std::vector<plan_file_ptr>& files, const surroundings& around) {
    plan_set set;
    std::map<std::string_view, const draft*> names;
    problems told;
    judge_of_drafts judge{around, told};
    std::size_t count = 0;
    for (const auto& file : files) {
        set.diagnostics.insert(set.diagnostics.end(), file->diagnostics.begin(), file->diagnostics.end());
        for (const auto& of : file->drafts) {
            if (++count == trades_max + 1)
                set.diagnostics.push_back(
                    error_at(of.at, fmt::format("more than {} trades, expected fewer", trades_max)));
            const auto [first, is_new] = names.emplace(of.name, &of);
            // In one file it is a duplicate key, told already.
            if (!is_new && first->second->at.file != of.at.file) told.add(twin_error(of, *first->second));
            if (auto made = judge.judge(of)) set.trades.push_back(std::move(*made));
        }
    }
    std::ranges::stable_sort(set.trades, {}, [](const trade::desired_trade& t) { return t.identity.name; });
    set.diagnostics.insert(set.diagnostics.end(), told.all.begin(), told.all.end());
    base::sort_by_place(set.diagnostics);
    // A mistake in the defaults is met in every trade and told once.
    const auto is_twin = [](const base::diagnostic& a, const base::diagnostic& b) {
        return a.at == b.at && a.rule == b.rule && a.message == b.message;
    };
    auto& all = set.diagnostics;
    all.erase(std::unique(all.begin(), all.end(), is_twin), all.end());
    return set;
}

} // namespace smarttrade::plan
