#include "system/torture_books.hpp"

#include <fmt/format.h>

#include "store/database.hpp"
#include "trade/tag.hpp"

namespace smarttrade::test {

namespace {

/// Compares each trade's tag with the plans; returns the nonces by trade.
std::map<std::int64_t, trade::tag> read_tags(const exchange_process& exchange, const std::set<std::string>& planned,
                                             books& out) {
    std::map<std::int64_t, trade::tag> tags;
    std::map<std::string, std::size_t> of_name;
    for (const auto& each : exchange.all_trades()) {
        ++out.existing;
        const auto tag = trade::tag::parse(each.note_raw.value_or(each.note));
        if (!tag || !planned.contains(tag->name)) {
            out.wrong.push_back(fmt::format("trade {} is nobody's: '{}'", each.id.value, each.note));
            continue;
        }
        tags.emplace(each.id.value, *tag);
        if (++of_name[fmt::format("{}.{}", tag->name, tag->revision)] == 1) continue;
        ++out.duplicates;
        out.wrong.push_back(fmt::format("trade {} is one too many: {}", each.id.value, tag->text()));
    }
    for (const auto& name : planned) {
        if (of_name.contains(name + ".1")) continue;
        ++out.lost;
        out.wrong.push_back(fmt::format("{} has no trade", name));
    }
    return tags;
}

void compare_journal(const std::string& file, const std::map<std::int64_t, trade::tag>& tags, books& out) {
    store::database journal{file, store::durability::full};
    std::map<std::string, std::string> intents; // nonce, name
    std::map<std::string, std::int64_t> bound;  // nonce, trade
    auto attempts = journal.prepare("SELECT nonce, name, trade_id FROM create_attempt");
    while (attempts.step()) {
        intents.emplace(attempts.text(0), attempts.text(1));
        if (!attempts.is_null(2)) bound.emplace(attempts.text(0), attempts.integer(2));
    }
    out.attempts = intents.size();
    if (static_cast<std::size_t>(out.truth.creates_seen) > out.attempts)
        out.wrong.push_back(fmt::format("the exchange saw {} creates, but the journal holds only {} intents",
                                        out.truth.creates_seen, out.attempts));
    for (const auto& [id, tag] : tags) {
        const auto intent = intents.find(tag.nonce);
        if (intent == intents.end() || intent->second != tag.name)
            out.wrong.push_back(fmt::format("trade {} was created without an intent: {}", id, tag.text()));
        const auto owner = bound.find(tag.nonce);
        if (owner == bound.end() || owner->second != id)
            out.wrong.push_back(fmt::format("trade {} is not bound in the journal: {}", id, tag.text()));
    }
    if (bound.size() != tags.size())
        out.wrong.push_back(fmt::format("the journal binds {} trades of {}", bound.size(), tags.size()));
}

} // namespace

books books_of(const exchange_process& exchange, const std::string& journal, const std::set<std::string>& planned) {
    books out;
    out.truth = truth_of(exchange);
    const auto tags = read_tags(exchange, planned, out);
    compare_journal(journal, tags, out);
    if (out.truth.refused + out.truth.throttled > 0)
        out.wrong.push_back(
            fmt::format("the exchange refused {} requests and throttled {}", out.truth.refused, out.truth.throttled));
    return out;
}

} // namespace smarttrade::test
