#include "service/entity_changes.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace smarttrade::service {

namespace {

namespace json = boost::json;
using leaf_list = std::vector<std::pair<std::string, std::string>>;

/// What journals hold is shallow; deeper texts come from elsewhere and end here.
constexpr int depth_max = 32;

void collect(const json::value& from, const std::string& path, leaf_list& into, int depth) {
    const auto below = [&](std::string_view step) {
        return path.empty() ? std::string{step} : fmt::format("{}.{}", path, step);
    };
    if (depth > depth_max) return;
    if (const auto* members = from.if_object()) {
        for (const auto& [key, value] : *members) collect(value, below(key), into, depth + 1);
    } else if (const auto* items = from.if_array()) {
        for (std::size_t i = 0; i < items->size(); ++i)
            collect((*items)[i], below(std::to_string(i + 1)), into, depth + 1);
    } else {
        into.emplace_back(path, from.is_string() ? std::string{from.get_string()} : json::serialize(from));
    }
}

std::string value_at(const leaf_list& leaves, const std::string& path) {
    const auto found = std::ranges::find(leaves, path, &leaf_list::value_type::first);
    return found == leaves.end() ? "-" : found->second;
}

} // namespace

leaf_list changed_leaves(std::string_view before, std::string_view after) {
    boost::system::error_code bad_before, bad_after;
    const auto old_tree = json::parse(before, bad_before);
    const auto new_tree = json::parse(after, bad_after);
    if (bad_before || bad_after) return {};
    leaf_list was, is, changes;
    collect(old_tree, {}, was, 0);
    collect(new_tree, {}, is, 0);
    for (const auto& [path, value] : is)
        if (const auto old = value_at(was, path); old != value)
            changes.emplace_back(path, fmt::format("{}->{}", old, value));
    for (const auto& [path, value] : was)
        if (std::ranges::find(is, path, &leaf_list::value_type::first) == is.end())
            changes.emplace_back(path, value + "->-");
    return changes;
}

} // namespace smarttrade::service
