#include "service/control_protocol.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace smarttrade::service {

namespace {

namespace json = boost::json;

constexpr std::int64_t version = 1;

// The members that are texts, with their names on the wire.
constexpr std::array request_texts{
    std::pair{"name", &control_request::name}, std::pair{"account", &control_request::account},
    std::pair{"match", &control_request::match}, std::pair{"hold", &control_request::hold}};

json::array to_json(const std::vector<source_file>& files) {
    json::array list;
    for (const auto& file : files) list.push_back(json::object{{"name", file.name}, {"text", file.text}});
    return list;
}

/// What a command understands beside `v` and `command`.
std::vector<std::string_view> members_of(control_word command) {
    switch (command) {
    case control_word::plan: return {"files"};
    case control_word::import: return {"account", "ids"};
    case control_word::close: return {"name", "account", "all", "match"};
    case control_word::release: return {"name", "account", "id"};
    case control_word::cancel:
    case control_word::enter:
    case control_word::explain:
    case control_word::process:
    case control_word::retry: return {"name", "account"};
    case control_word::confirm: return {"hold"};
    case control_word::status:
    case control_word::doctor:
    case control_word::holds:
    case control_word::halt:
    case control_word::resume:
    case control_word::reload: break;
    }
    return {};
}

/// What a command cannot do without; empty: nothing.
std::string_view lacking(const control_request& request) {
    switch (request.command) {
    case control_word::close:
        if (request.all) return {};
        [[fallthrough]];
    case control_word::cancel:
    case control_word::enter:
    case control_word::explain:
    case control_word::process:
    case control_word::release:
    case control_word::retry: return request.name.empty() ? "name" : "";
    case control_word::import: return request.account.empty() ? "account" : "";
    case control_word::confirm: return request.hold.empty() ? "hold" : "";
    case control_word::plan: return request.files.empty() ? "files" : "";
    case control_word::status:
    case control_word::doctor:
    case control_word::holds:
    case control_word::halt:
    case control_word::resume:
    case control_word::reload: break;
    }
    return {};
}

bool take_ids(const json::value& from, std::vector<trade::smart_trade_id>& into) {
    if (!from.is_array()) return false;
    for (const auto& each : from.get_array()) {
        if (!each.is_int64()) return false;
        into.push_back(trade::smart_trade_id{each.get_int64()});
    }
    return true;
}

bool take_files(const json::value& from, std::vector<source_file>& into) {
    if (!from.is_array()) return false;
    for (const auto& each : from.get_array()) {
        const auto* file = each.if_object();
        const auto* name = file ? file->if_contains("name") : nullptr;
        const auto* text = file ? file->if_contains("text") : nullptr;
        if (!name || !name->is_string() || !text || !text->is_string()) return false;
        into.push_back({std::string{name->get_string()}, std::string{text->get_string()}});
    }
    return true;
}

/// False: the value is not of the kind that the member has.
bool take(std::string_view key, const json::value& value, control_request& into) {
    for (const auto& [name, member] : request_texts) {
        if (key != name) continue;
        if (value.is_string()) into.*member = value.get_string();
        return value.is_string();
    }
    if (key == "all") {
        if (value.is_bool()) into.all = value.get_bool();
        return value.is_bool();
    }
    if (key == "id") {
        if (value.is_int64()) into.id = trade::smart_trade_id{value.get_int64()};
        return value.is_int64();
    }
    return key == "ids" ? take_ids(value, into.ids) : take_files(value, into.files);
}

control_reading refuse(std::string why) { return {std::nullopt, std::move(why)}; }

control_reading read_members(control_word command, const json::object& all) {
    control_request request;
    request.command = command;
    const auto known = members_of(command);
    for (const auto& [key, value] : all) {
        if (key == "v" || key == "command") continue;
        if (std::ranges::find(known, std::string_view{key}) == known.end())
            return refuse(fmt::format("unknown member '{}' of {}, expected {}", std::string_view{key},
                                      base::name_of(command),
                                      known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
        if (!take(key, value, request))
            return refuse(
                fmt::format("member '{}' of {} is of the wrong kind", std::string_view{key}, base::name_of(command)));
    }
    if (const auto missing = lacking(request); !missing.empty())
        return refuse(fmt::format("{} needs '{}'", base::name_of(command), missing));
    return {std::move(request), {}};
}

} // namespace

std::string encode(const control_request& request) {
    json::object line{{"v", version}, {"command", base::name_of(request.command)}};
    for (const auto& [name, member] : request_texts)
        if (!(request.*member).empty()) line[name] = request.*member;
    if (request.all) line["all"] = true;
    if (request.id) line["id"] = request.id->value;
    if (!request.ids.empty()) {
        json::array ids;
        for (const auto id : request.ids) ids.push_back(id.value);
        line["ids"] = std::move(ids);
    }
    if (!request.files.empty()) line["files"] = to_json(request.files);
    return json::serialize(line);
}

std::string encode(const control_answer& answer) {
    json::object line{{"v", version}, {"verdict", base::name_of(answer.verdict)}, {"why", answer.why}};
    json::array lines;
    for (const auto& each : answer.lines) lines.emplace_back(each);
    line["lines"] = std::move(lines);
    auto text = json::serialize(line);
    if (answer.report.empty()) return text;
    text.back() = ','; // the report is JSON already, and may be large
    return text + "\"report\":" + answer.report + '}';
}

control_reading read_request(std::string_view line) {
    boost::system::error_code failed;
    const auto parsed = json::parse({line.data(), line.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    if (!all) return refuse(R"(not understood, expected a line like {"v":1,"command":"status"})");
    const auto* told = all->if_contains("v");
    if (!told || !told->is_int64() || told->get_int64() != version)
        return refuse(fmt::format("unknown version {}, expected {}: command and daemon are of different releases",
                                  told ? json::serialize(*told) : "(none)", version));
    const auto* command = all->if_contains("command");
    const auto text = command && command->is_string() ? std::string{command->get_string()} : std::string{};
    const auto word = base::parse_name<control_word>(text);
    if (!word)
        return refuse(fmt::format("unknown command '{}', expected one of {}", text,
                                  fmt::join(base::names_of<control_word>(), " ")));
    return read_members(*word, *all);
}

std::optional<control_answer> read_answer(std::string_view line) {
    boost::system::error_code failed;
    const auto parsed = json::parse({line.data(), line.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* told = all ? all->if_contains("v") : nullptr;
    const auto* word = all ? all->if_contains("verdict") : nullptr;
    if (!told || !told->is_int64() || told->get_int64() != version || !word || !word->is_string()) return std::nullopt;
    const auto verdict = base::parse_name<control_verdict>(std::string_view{word->get_string()});
    if (!verdict) return std::nullopt;
    control_answer answer;
    answer.verdict = *verdict;
    if (const auto* why = all->if_contains("why"); why && why->is_string()) answer.why = why->get_string();
    if (const auto* lines = all->if_contains("lines"); lines && lines->is_array())
        for (const auto& each : lines->get_array())
            if (each.is_string()) answer.lines.emplace_back(each.get_string());
    if (const auto* report = all->if_contains("report")) answer.report = json::serialize(*report);
    return answer;
}

} // namespace smarttrade::service
