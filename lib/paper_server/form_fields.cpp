#include "paper_server/form_fields.hpp"

#include <algorithm>
#include <string>

#include <boost/url/pct_string_view.hpp>

#include "wire/json.hpp"

namespace smarttrade::paper_server {

namespace {

using trade::field_tree;

constexpr std::string_view brackets = "[]";

std::optional<std::string> decoded(std::string_view text) {
    const auto checked = boost::urls::make_pct_string_view(boost::urls::string_view{text.data(), text.size()});
    if (!checked) return std::nullopt;
    boost::urls::encoding_opts form;
    form.space_as_plus = true;
    return checked->decode(form);
}

/// A name cut behind its first key: `units` and `[value]` of `[units][value]`.
struct cut_name {
    std::string_view key, rest;
};
cut_name cut(std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of(brackets), name.size()));
    const auto end = std::min(name.find_first_of(brackets), name.size());
    auto rest = name.substr(end);
    rest.remove_prefix(std::min(rest.find_first_not_of(']'), rest.size()));
    return {name.substr(0, end), rest};
}

/// Whether an item of a list has that key, so that the key belongs to the next item.
bool has(const field_tree& item, std::string_view name) {
    if (name.find("[]") != std::string_view::npos) return false;
    const auto* at = &item;
    while (at && !name.empty()) {
        const auto [key, rest] = cut(name);
        if (key.empty()) break;
        at = at->find(key);
        name = rest;
    }
    return at != nullptr;
}

field_tree* find_or_set(field_tree& in, std::string_view key, field_tree empty) {
    if (auto* found = in.find(key)) return found->type == empty.type ? found : nullptr;
    return &in.set(key, std::move(empty));
}

bool put(field_tree& into, std::string_view name, field_tree value, std::size_t depth = 1);

bool put_item(field_tree& list, std::string_view name, field_tree value, std::size_t depth) {
    if (name.empty()) {
        list.items.push_back(std::move(value));
        return true;
    }
    if (list.items.empty() || !list.items.back().is_map() || has(list.items.back(), name))
        list.items.push_back(field_tree::map());
    return put(list.items.back(), name, std::move(value), depth + 1);
}

/// False: the name is a group where a value stands, or the other way round, or too deep.
bool put(field_tree& into, std::string_view name, field_tree value, std::size_t depth) {
    if (depth >= form_depth_max) return false;
    const auto [key, rest] = cut(name);
    if (key.empty()) return true; // Rack passes over a name that has none
    if (rest.empty() || rest == "[") {
        into.set(key, std::move(value));
        return true;
    }
    if (rest.starts_with("[]")) {
        auto* list = find_or_set(into, key, field_tree::list());
        return list && put_item(*list, rest.substr(2), std::move(value), depth + 1);
    }
    auto* group = find_or_set(into, key, field_tree::map());
    return group && put(*group, rest, std::move(value), depth + 1);
}

} // namespace

std::optional<std::vector<form_pair>> split_form(std::string_view encoded) {
    std::vector<form_pair> pairs;
    while (!encoded.empty()) {
        if (pairs.size() == form_names_max) return std::nullopt;
        const auto end = std::min(encoded.find('&'), encoded.size());
        const auto pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        const auto mark = pair.find('=');
        auto name = decoded(pair.substr(0, mark));
        if (!name) return std::nullopt;
        auto& made = pairs.emplace_back(*std::move(name), std::nullopt);
        if (mark == std::string_view::npos) continue;
        made.second = decoded(pair.substr(mark + 1));
        if (!made.second) return std::nullopt;
    }
    return pairs;
}

std::optional<field_tree> read_form(std::string_view encoded) {
    auto pairs = split_form(encoded);
    if (!pairs) return std::nullopt;
    auto made = field_tree::map();
    for (auto& [name, value] : *pairs)
        if (!put(made, name, value ? field_tree::scalar(*std::move(value)) : field_tree{})) return std::nullopt;
    const auto bounded = wire::parse_json(wire::write_json(made));
    return bounded ? std::optional{*bounded} : std::nullopt;
}

} // namespace smarttrade::paper_server
