#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smarttrade::trade {

/// A document as text in the nesting of its author: what JSON and YAML have in common. Numbers and booleans stay the
/// text they were written as, because the API takes them as strings as well (api.md V1..V3) and money must not pass
/// through a double.
struct field_tree {
    enum class kind { null, scalar, list, map };
    using member = std::pair<std::string, field_tree>;

    kind type = kind::null;
    std::string text;            ///< scalar
    std::vector<field_tree> items; ///< list
    std::vector<member> members; ///< map, in the author's order

    static field_tree scalar(std::string text);
    static field_tree list(std::vector<field_tree> items = {});
    static field_tree map(std::vector<member> members = {});

    bool is_null() const { return type == kind::null; }
    bool is_scalar() const { return type == kind::scalar; }
    bool is_list() const { return type == kind::list; }
    bool is_map() const { return type == kind::map; }

    /// The member of that name; null for a null member, a missing one, and for anything that is not a map: the API
    /// treats null members as absent (V3).
    const field_tree* find(std::string_view name) const;
    field_tree* find(std::string_view name);
    /// As find, through nested maps.
    const field_tree* find_path(std::initializer_list<std::string_view> names) const;
    /// Sets or replaces a member; a null becomes a map. Asserted: this is a map or null.
    field_tree& set(std::string_view name, field_tree value);
};

} // namespace smarttrade::trade
