#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "trade/field_tree.hpp"

namespace smarttrade::test {

inline trade::field_tree tree_of(const boost::json::value& value) {
    using trade::field_tree;
    if (value.is_object()) {
        auto map = field_tree::map();
        for (const auto& [key, member] : value.as_object()) map.members.emplace_back(std::string{key}, tree_of(member));
        return map;
    }
    if (value.is_array()) {
        auto list = field_tree::list();
        for (const auto& item : value.as_array()) list.items.push_back(tree_of(item));
        return list;
    }
    if (value.is_null()) return {};
    if (value.is_double()) { // tests write short decimals, which the shortest text gives back
        auto text = std::to_string(value.as_double());
        while (text.ends_with('0')) text.pop_back();
        if (text.ends_with('.')) text.pop_back();
        return field_tree::scalar(text);
    }
    return field_tree::scalar(value.is_string() ? std::string{value.as_string()} : boost::json::serialize(value));
}

/// Sets the place of `/a/0/b`; groups that are missing on the way are made, a list or scalar in the way is replaced.
inline void set_at(boost::json::value& root, std::string_view pointer, boost::json::value value) {
    auto* at = &root;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const auto name = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(name.size());
        const bool is_place = at->is_array() && !name.empty() && name[0] >= '0' && name[0] <= '9';
        if (is_place && std::stoul(std::string{name}) < at->as_array().size()) {
            at = &at->as_array()[std::stoul(std::string{name})];
            continue;
        }
        if (!at->is_object()) at->emplace_object();
        at = &at->as_object()[name];
    }
    *at = std::move(value);
}

/// A request body from its JSON text, for tests.
inline trade::field_tree tree_from_json(std::string_view text) { return tree_of(boost::json::parse(text)); }

} // namespace smarttrade::test
