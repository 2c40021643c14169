// Each event has one definition and four forms. Whoever reads one of them must not know less than who reads another.
#include <algorithm>
#include <map>
#include <set>

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "golden/day_script.hpp"
#include "service/log_format.hpp"
#include "support/events_page.hpp"

namespace smarttrade::golden {

namespace {

using facts = std::map<std::string, std::string>;

/// What an event says, under the names of logfmt and JSON.
facts facts_of(const told_line& line) {
    const auto& kind = service::kind_of(line.what.what);
    facts all{{"ts", base::format_utc(line.at)},
              {"level", std::string{base::name_of(kind.level)}},
              {"event", std::string{kind.word}}};
    const auto add = [&](const std::string& name, const std::string& value) {
        if (!value.empty()) CHECK(all.emplace(name, value).second); // a name that stands twice is lost in JSON
    };
    add("name", line.what.trade);
    add("account", line.what.account);
    add("change", line.what.change);
    for (const auto& [name, value] : line.what.fields) add(name, value);
    if (line.what.id) add("id", std::to_string(line.what.id->value));
    add("why", line.what.why);
    return all;
}

/// A word, or the text between quotes, from `at` on; `at` goes behind it.
std::string take_value(std::string_view text, std::size_t& at) {
    std::string value;
    const bool quoted = at < text.size() && text[at] == '"';
    if (quoted) ++at;
    while (at < text.size() && text[at] != (quoted ? '"' : ' ')) {
        if (quoted && text[at] == '\\') ++at;
        value += text[at++];
    }
    if (quoted) ++at;
    return value;
}

facts read_logfmt(std::string_view text) {
    facts all;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto end = text.find('=', at);
        REQUIRE(end != text.npos);
        const std::string name{text.substr(at, end - at)};
        at = end + 1;
        CHECK(all.emplace(name, take_value(text, at)).second);
    }
    return all;
}

facts read_json(const std::string& text) {
    facts all;
    const auto tree = boost::json::parse(text);
    for (const auto& [name, value] : tree.as_object())
        all[name] = value.is_string() ? std::string{value.get_string()} : boost::json::serialize(value);
    return all;
}

/// A person's line: time, level, trade or dash, event; then the change, name=value, and the reason in quotes. Of a
/// trade it leaves out the account.
facts read_text(std::string_view text) {
    std::vector<std::string> words;
    facts all;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool quoted = text[at] == '"';
        const auto space = text.find(' ', at);
        const auto equals = text.find('=', at);
        if (!quoted && equals < space) {
            const std::string name{text.substr(at, equals - at)};
            at = equals + 1;
            CHECK(all.emplace(name, take_value(text, at)).second);
            continue;
        }
        auto word = take_value(text, at);
        if (quoted) all["why"] = std::move(word);
        if (!quoted && !word.empty()) words.push_back(std::move(word));
    }
    REQUIRE(words.size() >= 4);
    all["ts"] = words[0];
    all["level"] = words[1];
    if (words[2] != "-") all["name"] = words[2];
    all["event"] = words[3];
    for (std::size_t i = 4; i < words.size(); ++i) all["change"] += (i == 4 ? "" : " ") + words[i];
    return all;
}

std::string field(const std::vector<std::string>& fields, std::string_view name) {
    const auto begin = fmt::format("{}=", name);
    const auto found = std::ranges::find_if(fields, [&](const auto& each) { return each.starts_with(begin); });
    return found == fields.end() ? "" : found->substr(begin.size());
}

} // namespace

TEST_CASE("golden: text, logfmt and JSON of a day say the same facts") {
    REQUIRE(the_day().size() > 50);
    for (const auto& line : the_day()) {
        auto meant = facts_of(line);
        CAPTURE(service::format_text(line.what, line.at, {}));
        CHECK(read_logfmt(service::format_logfmt(line.what, line.at)) == meant);
        CHECK(read_json(service::format_json(line.what, line.at)) == meant);
        if (!line.what.trade.empty()) meant.erase("account");
        CHECK(read_text(service::format_text(line.what, line.at, {})) == meant);
    }
}

TEST_CASE(
    "golden: the system's journal gets a day's lines without time and level, and the fields that people filter by") {
    constexpr std::array<std::string_view, 5> priorities{"7", "6", "5", "4", "3"};
    for (const auto& line : the_day()) {
        const auto meant = facts_of(line);
        const auto value = [&](const char* name) { return meant.contains(name) ? meant.at(name) : ""; };
        const auto text = service::format_text(line.what, line.at, {});
        const auto fields = service::journal_fields(line.what);
        const auto message = field(fields, "MESSAGE");
        CAPTURE(message);
        CHECK(text.ends_with(' ' + message));
        CHECK(text.size() == base::format_utc(line.at).size() + 1 + 7 + 1 + message.size());
        CHECK(field(fields, "SMARTTRADED_EVENT") == value("event"));
        CHECK(field(fields, "SMARTTRADED_TRADE") == value("name"));
        CHECK(field(fields, "SMARTTRADED_ACCOUNT") == value("account"));
        CHECK(field(fields, "SMARTTRADED_ID") == value("id"));
        CHECK(field(fields, "MESSAGE_ID") == test::documented_message_ids().at(value("event")));
        const auto level = static_cast<std::size_t>(service::kind_of(line.what.what).level);
        CHECK(field(fields, "PRIORITY") == priorities.at(level));
    }
}

TEST_CASE("golden: what journalctl -p notice shows of a day is money and stops, and what a person must look at") {
    const std::set<std::string_view> story{"trade.created", "trade.updated",  "trade.entered",   "trade.stopped",
                                           "trade.closed",  "trade.finished", "trade.cancelled", "profit.taken",
                                           "stop.moved",    "hold.confirmed"};
    std::set<std::string_view> told;
    for (const auto& line : the_day()) {
        const auto& kind = service::kind_of(line.what.what);
        if (kind.level != service::log_level::notice) continue;
        CHECK(story.contains(kind.word));
        told.insert(kind.word);
        CHECK((!line.what.trade.empty() || kind.word == "hold.confirmed"));
    }
    CHECK(told.size() >= 8);
}

TEST_CASE("golden: every warning and error of a day says why") {
    for (const auto& line : the_day())
        if (service::kind_of(line.what.what).level >= service::log_level::warning) {
            CAPTURE(service::format_message(line.what));
            CHECK_FALSE(line.what.why.empty());
        }
}

} // namespace smarttrade::golden
