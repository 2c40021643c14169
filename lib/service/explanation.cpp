#include "service/explanation.hpp"

#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "journal/reader.hpp"
#include "service/json_members.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

std::string no_such_trade(const std::string& name, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views{known.begin(), known.end()};
    const auto near = base::nearest_word(name, views);
    return fmt::format("the journal tells of no trade '{}'{}", name,
                       near ? fmt::format(", did you mean '{}'?", *near) : std::string{});
}

std::int64_t number_at(const json::object& from, std::string_view key) {
    const auto* member = from.if_contains(key);
    return member && member->is_int64() ? member->get_int64() : 0;
}

std::optional<happening> happening_of(const json::value& from) {
    const auto* row = from.if_object();
    const auto at = row ? base::parse_utc(text_at(*row, "at")) : std::nullopt;
    if (!at) return std::nullopt;
    happening made;
    made.seq = number_at(*row, "seq");
    made.at = *at;
    made.level = base::parse_name<log_level>(text_at(*row, "level")).value_or(log_level::info);
    made.word = text_at(*row, "event");
    made.change = text_at(*row, "change");
    made.why = text_at(*row, "why");
    if (row->if_contains("revision"))
        made.identity = trade::trade_identity{trade::account_id{number_at(*row, "account")}, text_at(*row, "name"),
                                              static_cast<int>(number_at(*row, "revision"))};
    const auto* fields = row->if_contains("fields");
    if (fields && fields->is_object())
        for (const auto& [key, value] : fields->get_object())
            if (value.is_string()) made.fields.emplace_back(std::string{key}, std::string{value.get_string()});
    return made;
}

} // namespace

explanation explanation_from(const std::string& journal_file, const std::string& name,
                             std::optional<trade::account_id> account, const std::stop_token& stop) {
    journal::reader source{journal_file};
    const auto events = with_former_names(name, [&](const std::string& each) { return source.about(each, stop); });
    explanation made;
    made.told = explain(name, events, account);
    if (made.told.empty()) made.why = no_such_trade(name, source.names());
    return made;
}

told_story as_told(const std::string& name, explanation all, std::size_t most) {
    if (all.told.empty()) return {{}, std::move(all.why)};
    const auto count = all.told.size();
    told_story made{encode_explanation(name, all.told), {}};
    while (made.report.size() > most && all.told.size() > 1) {
        const auto older = static_cast<std::ptrdiff_t>(all.told.size() / 2);
        all.told.erase(all.told.begin(), all.told.begin() + older);
        made.report = encode_explanation(name, all.told);
    }
    if (all.told.size() < count)
        made.why = fmt::format("only the newest {} of {} events; all of them: smarttraded journal export -",
                               all.told.size(), count);
    return made;
}

std::optional<std::vector<happening>> decode_explanation(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* events = all ? all->if_contains("events") : nullptr;
    if (!events || !events->is_array()) return std::nullopt;
    std::vector<happening> told;
    for (const auto& each : events->get_array()) {
        auto one = happening_of(each);
        if (!one) return std::nullopt;
        told.push_back(std::move(*one));
    }
    return told;
}

} // namespace smarttrade::service
