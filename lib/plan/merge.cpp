#include <algorithm>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "plan/check_relations.hpp"
#include "plan/guardrails.hpp"
#include "plan/plan_file.hpp"
#include "plan/problems.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

base::diagnostic error_at(const base::text_position& at, std::string message) {
    return {at, base::severity::error, {}, std::move(message), {}};
}

base::diagnostic twin_error(const filed_draft& twin, const filed_draft& first) {
    auto told =
        error_at(twin.position(twin.of->at), fmt::format("trade name '{}' stands in another file too, expected it once",
                                                         yaml::shown(twin.of->name)));
    told.notes.push_back({first.position(first.of->at), base::severity::note, {}, "the first one is here", {}});
    return told;
}

/// Which account each draft is for.
class account_book {
public:
    account_book(const surroundings& around, problems& told) : around_{around}, told_{told} {}

    /// Nothing: an error was told.
    std::optional<surroundings::account> account_of(const filed_draft& draft) {
        const auto& of = *draft.of;
        if (!around_.accounts) return surroundings::account{of.account.value_or(""), {of.account_id.value_or(0)}};
        const auto& known = *around_.accounts;
        const auto found = std::ranges::find_if(known, [&](const surroundings::account& a) {
            return of.account      ? a.name == *of.account
                   : of.account_id ? a.id.value == *of.account_id
                                   : known.size() == 1;
        });
        if (found != known.end()) return *found;
        std::vector<std::string_view> names;
        for (const auto& account : known) names.push_back(account.name);
        if (of.account) {
            const auto near = base::nearest_word(*of.account, names);
            error(draft.position(of.account_at),
                  fmt::format("account {}, expected {}{}", yaml::shown(*of.account), yaml::one_of(names),
                              near ? fmt::format(", did you mean '{}'?", *near) : ""));
        } else if (of.account_id) {
            error(draft.position(of.account_at),
                  fmt::format("account_id {}, expected the id of a configured account", *of.account_id));
        } else {
            error(draft.position(of.at),
                  fmt::format("missing key 'account' in {}, expected {}", yaml::shown(of.name), yaml::one_of(names)));
        }
        return std::nullopt;
    }

private:
    void error(const base::text_position& at, std::string message) { told_.add(error_at(at, std::move(message))); }

    const surroundings& around_;
    problems& told_;
};

trade::desired_trade wish_of(const filed_draft& draft, const surroundings::account& account) {
    const auto& of = *draft.of;
    trade::desired_trade made{
        {account.id, of.name, of.revision}, account.name, *of.request, draft.position(of.at), of.life};
    made.request.account = account.id;
    return made;
}

} // namespace

plan_set merge(const std::vector<plan_file_ptr>& files, const surroundings& around) {
    plan_set set;
    std::map<std::string_view, filed_draft> names;
    problems told;
    account_book accounts{around, told};
    std::vector<placed_draft> placed;
    std::size_t all = 0;
    for (const auto& file : files) all += file->drafts.size();
    set.trades.reserve(all);
    placed.reserve(all);
    std::size_t count = 0;
    for (const auto& file : files) {
        set.diagnostics.insert(set.diagnostics.end(), file->diagnostics.begin(), file->diagnostics.end());
        for (const auto& of : file->drafts) {
            const filed_draft draft{&of, file.get()};
            if (++count == trades_max + 1)
                set.diagnostics.push_back(
                    error_at(draft.position(of.at), fmt::format("more than {} trades, expected fewer", trades_max)));
            const auto [first, is_new] = names.emplace(of.name, draft);
            // In one file it is a duplicate key, told already; but the file itself may be there twice.
            if (!is_new && (first->second.file != draft.file || first->second.of == draft.of))
                told.add(twin_error(draft, first->second));
            const auto account = accounts.account_of(draft);
            if (account) placed.push_back({draft, *account});
            if (!account || !of.request) continue;
            check_guardrails(draft, *of.request, around, told);
            set.trades.push_back(wish_of(draft, *account));
        }
    }
    check_relations(std::move(placed), told);
    std::ranges::sort(set.trades, {},
                      [](const trade::desired_trade& t) -> const std::string& { return t.identity.name; });
    set.diagnostics.insert(set.diagnostics.end(), told.all.begin(), told.all.end());
    base::sort_by_place(set.diagnostics);
    base::drop_twins(set.diagnostics);
    return set;
}

} // namespace smarttrade::plan
