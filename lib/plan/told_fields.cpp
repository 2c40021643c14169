#include "plan/told_fields.hpp"

namespace smarttrade::plan {

using trade::field_tree;

namespace {

/// Where a field stands in the text.
struct found_place {
    yaml::place value;                ///< of the field itself, or of the nearest group around it
    yaml::place key;                  ///< of the key of that field or group
    const yaml::node* node = nullptr; ///< null: the field is not there
};

found_place find(const yaml::node& trade, yaml::place name_at, const trade::field_path& path) {
    found_place found{name_at, name_at, &trade};
    for (const auto& part : path) {
        const auto* name = std::get_if<trade::field_name>(&part);
        const auto* member = name ? found.node->find(*name) : nullptr;
        const auto* place = std::get_if<std::size_t>(&part);
        const bool is_item = place && *place < found.node->items.size();
        if (!member && !is_item) {
            found.node = nullptr;
            return found;
        }
        found.node = member ? &member->value : &found.node->items[*place];
        found.value = found.node->at;
        found.key = member ? member->key_at : found.node->at;
    }
    return found;
}

} // namespace

field_tree tree_of(const yaml::node& value) {
    switch (value.type) {
    case yaml::node::kind::null: return {};
    case yaml::node::kind::scalar: return field_tree::scalar(value.text);
    case yaml::node::kind::list: {
        auto list = field_tree::list();
        list.items.reserve(value.items.size());
        for (const auto& item : value.items) list.items.push_back(tree_of(item));
        return list;
    }
    case yaml::node::kind::map: break;
    }
    auto map = field_tree::map();
    map.members.reserve(value.members.size());
    for (const auto& member : value.members) map.members.emplace_back(member.key, tree_of(member.value));
    return map;
}

yaml::place place_of(const yaml::node& trade, yaml::place name_at, const trade::field_path& path) {
    return find(trade, name_at, path).value;
}

void tell(const std::vector<trade::violation>& violations, const yaml::node& trade, yaml::place name_at,
          problems& told) {
    for (const auto& violation : violations) {
        const auto found = find(trade, name_at, violation.at);
        const bool is_key = !violation.at.empty() && std::holds_alternative<trade::field_name>(violation.at.back());
        if (is_key && found.node && found.node->is_null()) continue; // told as a key without a value
        base::diagnostic made{yaml::position(violation.is_missing ? found.key : found.value, told.file),
                              violation.level,
                              violation.rule,
                              violation.message,
                              {}};
        if (violation.other) {
            const auto other = find(trade, name_at, *violation.other);
            if (other.node)
                made.notes.push_back({yaml::position(other.value, told.file),
                                      base::severity::note,
                                      {},
                                      trade::dotted_path(*violation.other) + " is here",
                                      {}});
        }
        told.add(std::move(made));
    }
}

} // namespace smarttrade::plan
