#include "journal/audit.hpp"

#include <utility>

#include <fmt/format.h>

#include "journal/schema.hpp"
#include "journal/unusable.hpp"

namespace smarttrade::journal {

using reconcile::fact_kind;

void audit::complain(const entry& one, std::string text) { found_.push_back({one.seq, std::move(text)}); }

void audit::take(const entry& one) {
    first(one);
    const auto& what = one.what;
    switch (what.kind) {
    case fact_kind::intent:
    case fact_kind::write: begin(one); break;
    case fact_kind::request:
        if (!attempts_.contains(what.nonce))
            complain(one, fmt::format("request of '{}', which no intent or write announced", what.nonce));
        break;
    case fact_kind::outcome: end_attempt(one, fact_kind::intent); break;
    case fact_kind::written: end_attempt(one, fact_kind::write); break;
    case fact_kind::absent:
        follow(one, fact_kind::intent);
        if (attempts_[what.nonce].accepted) complain(one, fmt::format("absent: '{}', which was accepted", what.nonce));
        break;
    case fact_kind::settled: follow(one, fact_kind::write); break;
    case fact_kind::bound: bind(one); break;
    case fact_kind::renamed: renamed_.insert(what.identity); break;
    default: break;
    }
}

void audit::first(const entry& one) {
    const bool is_first = newest_ == 0;
    const bool is_binding = one.what.kind == fact_kind::binding;
    if (is_first && !is_binding) complain(one, "the first event is not what the journal belongs to");
    if (!is_first && is_binding) complain(one, "a second binding");
    newest_ = one.seq;
}

void audit::begin(const entry& one) {
    const auto& what = one.what;
    if (what.nonce.empty()) return complain(one, fmt::format("{} without a nonce", base::name_of(what.kind)));
    if (what.identity.name.empty()) complain(one, fmt::format("{} of nobody", base::name_of(what.kind)));
    if (!attempts_.emplace(what.nonce, attempt{what.kind}).second)
        complain(one, fmt::format("nonce '{}' for a second time", what.nonce));
}

void audit::follow(const entry& one, fact_kind begun_by) {
    const auto& what = one.what;
    const auto found = attempts_.find(what.nonce);
    if (found == attempts_.end() || found->second.begun != begun_by)
        complain(one, fmt::format("{} of '{}' without {} {}", base::name_of(what.kind), what.nonce,
                                  begun_by == fact_kind::intent ? "an" : "a", base::name_of(begun_by)));
}

void audit::end_attempt(const entry& one, fact_kind begun_by) {
    follow(one, begun_by);
    const auto& what = one.what;
    auto& of = attempts_[what.nonce];
    if (of.ended) complain(one, fmt::format("a second end of '{}'", what.nonce));
    of.ended = true;
    if (!what.ended) return complain(one, fmt::format("{} without saying how", base::name_of(what.kind)));
    of.accepted = *what.ended == trade::outcome::accepted;
    if (of.accepted && begun_by == fact_kind::intent && !what.trade_id)
        complain(one, "a create was accepted and made no trade");
}

/// A trade may come to a name without a create of ours: found by its tag, adopted, carried over by `was`. But it
/// belongs to one.
void audit::bind(const entry& one) {
    const auto& what = one.what;
    if (!what.trade_id) return complain(one, "bound to no trade");
    if (what.identity.name.empty()) complain(one, fmt::format("trade {} is bound to nobody", what.trade_id->value));
    const auto [owner, is_new] = owners_.emplace(*what.trade_id, what.identity);
    if (is_new || owner->second == what.identity) return;
    if (!renamed_.contains(what.identity))
        complain(one,
                 fmt::format("trade {} is bound to {} revision {}, and was to {} revision {}", what.trade_id->value,
                             what.identity.name, what.identity.revision, owner->second.name, owner->second.revision));
    owner->second = what.identity;
}

std::vector<finding> audit::end() {
    if (newest_ == 0) found_.push_back({0, "there is no event, not even what the journal belongs to"});
    return std::move(found_);
}

namespace {

void check_database(store::database& db, std::vector<finding>& found) {
    auto rows = db.prepare("PRAGMA integrity_check(20)");
    while (rows.step())
        if (rows.text(0) != "ok") found.push_back({0, "the database is damaged: " + rows.text(0)});
    if (layout_of(db) != expected_layout(version_of(db)))
        found.push_back({0, fmt::format("tables, indexes or views are not those of schema {}", version_of(db))});
}

void check_events(store::database& db, verdict& all) {
    audit judge;
    std::vector<finding> unreadable;
    auto rows = select_facts(db, extent::whole);
    while (rows.step()) {
        ++all.events;
        try {
            const entry one{sequence_of(rows), read_fact(rows)};
            judge.take(one);
            if (all.events == 1) all.binding = one.what.text;
        } catch (const unusable& trouble) {
            unreadable.push_back({sequence_of(rows), trouble.what()});
        }
    }
    for (auto& one : judge.end()) all.findings.push_back(std::move(one));
    for (auto& one : unreadable) all.findings.push_back(std::move(one));
}

} // namespace

verdict verify(const std::string& path) {
    verdict all;
    try {
        auto db = open_for_reading(path);
        db.execute("BEGIN");
        check_database(db, all.findings);
        if (all.findings.empty()) check_events(db, all);
    } catch (const unusable& trouble) {
        all.findings.push_back({0, trouble.what()});
    } catch (const store::store_error& trouble) {
        constexpr int damaged = 11; // SQLite's result code: too damaged for the check itself
        if (trouble.code() != damaged) throw;
        all.findings.push_back({0, trouble.what()});
    }
    return all;
}

} // namespace smarttrade::journal
