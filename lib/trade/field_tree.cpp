#include "trade/field_tree.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smarttrade::trade {

field_tree field_tree::scalar(std::string text) {
    field_tree made;
    made.type = kind::scalar;
    made.text = std::move(text);
    return made;
}

field_tree field_tree::list(std::vector<field_tree> items) {
    field_tree made;
    made.type = kind::list;
    made.items = std::move(items);
    return made;
}

field_tree field_tree::map(std::vector<member> members) {
    field_tree made;
    made.type = kind::map;
    made.members = std::move(members);
    return made;
}

const field_tree* field_tree::find(std::string_view name) const {
    const auto found = std::ranges::find_if(members, [name](const member& m) { return m.first == name; });
    return found == members.end() || found->second.is_null() ? nullptr : &found->second;
}

field_tree* field_tree::find(std::string_view name) {
    return const_cast<field_tree*>(std::as_const(*this).find(name));
}

const field_tree* field_tree::find_path(std::initializer_list<std::string_view> names) const {
    const auto* at = this;
    for (const auto name : names)
        if (at) at = at->find(name);
    return at;
}

field_tree& field_tree::set(std::string_view name, field_tree value) {
    SMARTTRADE_ASSERT(is_map() || is_null());
    type = kind::map;
    const auto found = std::ranges::find_if(members, [name](const member& m) { return m.first == name; });
    if (found != members.end()) return found->second = std::move(value);
    return members.emplace_back(std::string{name}, std::move(value)).second;
}

} // namespace smarttrade::trade
