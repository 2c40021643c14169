#include "plan/read_trade.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "plan/expand.hpp"
#include "plan/judge.hpp"
#include "plan/lifecycle.hpp"
#include "plan/merge_defaults.hpp"
#include "plan/slips.hpp"
#include "plan/told_fields.hpp"
#include "trade/number_spelling.hpp"
#include "trade/tag.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

using yaml::node;

std::string written(const node& value) {
    if (value.is_map()) return "(a group of keys)";
    if (value.is_list()) return "(a list)";
    return value.text.empty() ? "''" : yaml::shown(value.text);
}

/// A whole number from 1 on; else nothing, and told.
std::optional<std::int64_t> read_whole(const node& trade, std::string_view key, std::int64_t max, problems& told) {
    const auto* member = trade.find(key);
    if (!member || member->value.is_null()) return std::nullopt;
    const auto& value = member->value;
    std::int64_t number = 0;
    const auto* end = value.text.data() + value.text.size();
    const auto [stop, failure] = std::from_chars(value.text.data(), end, number);
    const bool is_whole = value.is_scalar() && failure == std::errc{} && stop == end;
    if (is_whole && trade::is_plain_number(value.text) && number >= 1 && number <= max) return number;
    told.error(value.at, fmt::format("{} {}, expected a whole number from 1 on", key, written(value)));
    return std::nullopt;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// How many characters a note may have: the tag is written before it, but not into a trade that is adopted (V32).
std::size_t room_for_note(const node& trade, const draft& of) {
    if (trade.find("adopt") && of.revision == 1) return trade::note_max;
    constexpr std::size_t instance_max = 12;
    const trade::tag longest{std::string(instance_max, 'x'), of.name, of.revision, std::string(8, 'a')};
    return trade::note_max - std::min(trade::note_max, longest.text().size() + 1);
}

/// The user's note.
std::string read_note(const node& trade, const draft& of, problems& told) {
    const auto* member = trade.find("note");
    if (!member || member->value.is_null()) return {};
    const auto& value = member->value;
    auto note = value.text;
    while (note.ends_with('\n') || note.ends_with(' ')) note.pop_back(); // the API may trim; a block of text ends so
    const auto room = room_for_note(trade, of);
    if (!value.is_scalar() || note.empty())
        told.error(value.at, fmt::format("note {}, expected a text", written(value)), "V32");
    else if (note.find(trade::tag_prefix) != std::string::npos)
        told.error(value.at, fmt::format("note holds '{0}', expected a text without it: trades are known by {0}",
                                         trade::tag_prefix));
    else if (characters(note) > room)
        told.error(value.at,
                   fmt::format("note has {} characters, expected at most {}{}", characters(note), room,
                               room < trade::note_max ? " beside the tag of this trade" : ""),
                   "V32");
    return note;
}

void read_account(const node& trade, draft& made, problems& told) {
    const auto* name = trade.find("account");
    const auto* id = trade.find("account_id");
    if (name && id) told.error(id->key_at, "account_id beside account, expected one of them");
    if (const auto* chosen = name ? name : id) made.account_at = chosen->value.at;
    if (name && name->value.is_scalar())
        made.account = name->value.text;
    else if (name && !name->value.is_null())
        told.error(name->value.at, fmt::format("account {}, expected the name of an account", written(name->value)));
    made.account_id = read_whole(trade, "account_id", INT64_MAX, told);
}

yaml::place place_in(const node& trade, std::initializer_list<std::string_view> path, const draft& of) {
    const auto* at = &trade;
    for (const auto name : path) {
        const auto* member = at->find(name);
        if (!member) return of.at;
        at = &member->value;
    }
    return at->at;
}

/// `BTC_swing` is meant as `btc-swing`.
std::string name_hint(std::string_view written) {
    std::string name{written};
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '_' || c == ' ' || c == '.' || c == '/') c = '-';
    }
    return trade::is_trade_name(name) ? fmt::format(", did you mean '{}'?", name) : "";
}

void read_values(const node& trade, std::string_view source, draft& made, problems& told) {
    constexpr std::int64_t revision_max = 1'000'000'000;
    made.revision = static_cast<int>(read_whole(trade, "revision", revision_max, told).value_or(1));
    read_account(trade, made, told);
    auto note = read_note(trade, made, told);
    if (const auto* own = trade.find("note")) warn_of_lost_text(own->value, "note", source, told);
    auto body = tree_of(trade);
    body.set("account_id", trade::field_tree::scalar("1")); // which account it is for is judged over all files
    body.set("note", {});
    made.request = judge(body, trade, made.at, told);
    if (made.request) made.request->note = std::move(note);
    made.life = read_lifecycle(body, trade, made.at, told);
    if (made.life.was == made.name)
        told.error(trade.find("was")->value.at,
                   fmt::format("was {}, expected another name than its own", yaml::shown(made.name)));
    made.pair_at = place_in(trade, {"pair"}, made);
    made.leverage_at = place_in(trade, {"leverage", "value"}, made);
    made.units_at = place_in(trade, {"position", "units", "value"}, made);
    made.adopt_at = place_in(trade, {"adopt"}, made);
    made.was_at = place_in(trade, {"was"}, made);
}

} // namespace

draft read_trade(yaml::member member, const node& defaults, default_use& used, std::string_view source,
                 problems& told) {
    draft made;
    made.name = std::move(member.key);
    made.at = member.key_at;
    if (told.is_full()) return made; // only its name still counts
    const auto told_before = told.all.size();
    if (!trade::is_trade_name(made.name))
        told.error(made.at, fmt::format("trade name '{}', expected at most 63 of a-z, 0-9 and -, without - at "
                                        "its ends{}",
                                        yaml::shown(made.name), name_hint(made.name)));
    if (!member.value.is_map()) {
        told.error(member.value.at, fmt::format("trade {} {}, expected a group of keys", yaml::shown(made.name),
                                                member.value.is_null() ? "without a value" : written(member.value)));
        return made;
    }
    auto trade = merge_defaults(defaults, expand_trade(std::move(member.value), written_in::trade, told));
    used.see(trade);
    mend_stop_price(trade, told);
    fill_in(trade);
    read_values(trade, source, made, told);
    const auto own = std::span{told.all}.subspan(std::min(told_before, told.all.size()));
    const bool is_wrong = std::ranges::any_of(own, [](const auto& d) { return d.level == base::severity::error; });
    if (is_wrong || told.is_full()) made.request.reset();
    return made;
}

} // namespace smarttrade::plan
