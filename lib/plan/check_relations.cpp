#include "plan/check_relations.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

/// An account as far as it is known: without a configuration the plans' own words are all there is.
auto key_of(const surroundings::account& account) { return std::tuple{account.id, std::string_view{account.name}}; }

bool names_another(const placed_draft& placed) {
    const auto& life = placed.draft.of->life;
    return life.adopt || !life.was.empty();
}

void refuse(problems& told, const base::text_position& at, std::string message, const base::text_position& other,
            std::string note) {
    base::diagnostic made{at, base::severity::error, {}, std::move(message), {}};
    made.notes.push_back({other, base::severity::note, {}, std::move(note), {}});
    told.add(std::move(made));
}

} // namespace

void check_relations(std::vector<placed_draft> drafts, problems& told) {
    using account_key = decltype(key_of({}));
    std::map<std::pair<account_key, std::string_view>, const filed_draft*> names, old_names;
    std::map<std::pair<account_key, trade::smart_trade_id>, const filed_draft*> adopted;
    if (std::ranges::none_of(drafts, names_another)) return; // as in most sets
    // Which of two is told must not hang on the order of the files.
    std::ranges::sort(drafts, {}, [](const placed_draft& d) {
        return std::tuple{std::string_view{d.draft.file->name}, d.draft.of->at.line, d.draft.of->at.column};
    });
    for (const auto& [draft, account] : drafts)
        names.emplace(std::pair{key_of(account), std::string_view{draft.of->name}}, &draft);
    for (const auto& [draft, account] : drafts) {
        const auto on = key_of(account);
        const auto& of = *draft.of;
        if (of.life.adopt) {
            const auto [first, is_new] = adopted.emplace(std::pair{on, *of.life.adopt}, &draft);
            if (!is_new)
                refuse(told, draft.position(of.adopt_at),
                       fmt::format("adopt {} stands in two trades, expected it in one", of.life.adopt->value),
                       first->second->position(first->second->of->adopt_at), "the first one is here");
        }
        if (of.life.was.empty() || of.life.was == of.name) continue; // its own name is told already
        const std::pair old{on, std::string_view{of.life.was}};
        const auto shown = yaml::shown(of.life.was);
        const auto at = draft.position(of.was_at);
        if (const auto still = names.find(old); still != names.end())
            refuse(told, at, fmt::format("was {}, expected a name that is not in the plans any more", shown),
                   still->second->position(still->second->of->at), fmt::format("{} is here", shown));
        const auto [first, is_new] = old_names.emplace(old, &draft);
        if (!is_new)
            refuse(told, at, fmt::format("was {} stands in two trades, expected it in one", shown),
                   first->second->position(first->second->of->was_at), "the first one is here");
    }
}

} // namespace smarttrade::plan
