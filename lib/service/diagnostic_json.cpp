#include "service/diagnostic_json.hpp"

#include <algorithm>
#include <climits>

#include "service/json_members.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

int count_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    const auto number = found && found->is_int64() ? found->get_int64() : 0;
    return static_cast<int>(std::clamp<std::int64_t>(number, 0, INT_MAX));
}

base::severity severity_at(const json::object& from) {
    const auto name = text_at(from, "severity");
    for (const auto level : {base::severity::warning, base::severity::note})
        if (name == base::name_of(level)) return level;
    return base::severity::error;
}

std::vector<base::diagnostic> read_list(const json::object& from, std::string_view key, int depth_left) {
    std::vector<base::diagnostic> all;
    const auto* list = from.if_contains(key);
    if (!list || !list->is_array() || depth_left == 0) return all;
    for (const auto& each : list->get_array()) {
        if (!each.is_object()) continue;
        const auto& one = each.get_object();
        base::diagnostic read;
        read.at = {text_at(one, "file"), count_at(one, "line"), count_at(one, "column")};
        read.level = severity_at(one);
        read.rule = text_at(one, "rule");
        read.message = text_at(one, "message");
        read.notes = read_list(one, "notes", depth_left - 1);
        all.push_back(std::move(read));
    }
    return all;
}

} // namespace

json::array diagnostics_to_json(const std::vector<base::diagnostic>& all) {
    json::array list;
    for (const auto& each : all)
        list.push_back(json::object{{"file", each.at.file},
                                    {"line", each.at.line},
                                    {"column", each.at.column},
                                    {"severity", base::name_of(each.level)},
                                    {"rule", each.rule},
                                    {"message", each.message},
                                    {"notes", diagnostics_to_json(each.notes)}});
    return list;
}

std::vector<base::diagnostic> diagnostics_from_json(const json::object& all) {
    constexpr int depth_max = 3; // a note has no notes
    return read_list(all, "diagnostics", depth_max);
}

} // namespace smarttrade::service
