#include "yaml/tree_builder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "yaml/known_keys.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::yaml {

namespace {

constexpr std::size_t nodes_max = 2'000'000;  ///< about 250 MB; 16 MiB of `[1,1,..]` would be a GB
constexpr std::size_t diagnostics_max = 1000; ///< nobody reads more
constexpr std::size_t few_members = 16;       ///< are compared one by one

/// Does the text begin with a whole word for null? yaml-cpp drops the word, and the mark of an empty value is that of
/// whatever follows it.
bool begins_with_null(std::string_view rest) {
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
        if (!rest.starts_with(word)) continue;
        const auto after = rest.substr(word.size(), 1);
        return after.empty() || std::string_view{" \t\r\n,]}#"}.find(after[0]) != std::string_view::npos;
    }
    return false;
}

/// People write comments with a space behind the sign.
bool looks_cut(std::string_view after) {
    return after.starts_with(" #") && after.size() > 2
           && std::string_view{" #\t\r\n"}.find(after[2]) == std::string_view::npos;
}

} // namespace

const member* node::find(std::string_view name) const {
    const auto found = std::ranges::find_if(members, [name](const member& m) { return m.key == name; });
    return found == members.end() ? nullptr : &*found;
}

void tree_builder::refuse(place at, std::string message) {
    diagnostics_.push_back({position(at, file_), base::severity::error, {}, std::move(message), {}});
    if (diagnostics_.size() >= diagnostics_max) throw reading_stopped{};
}

void tree_builder::count_node() {
    if (++nodes_ <= nodes_max) return;
    refuse({}, fmt::format("the text has more than {} values, expected fewer", nodes_max));
    throw reading_stopped{};
}

void tree_builder::refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const bool has_tag =
        (!tag.empty() && tag != "?" && tag != "!") || source_.rest_from(mark.line, mark.column).starts_with('!');
    if (anchor != 0) refuse(place_of(mark), "an anchor (&), expected none: write the value where it is meant");
    if (has_tag) refuse(place_of(mark), "a tag (!), expected none: every value is read as its text");
}

void tree_builder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ == 1) return;
    refuse(place_of(mark), "a second document begins here, expected one in a file");
    throw reading_stopped{};
}

void tree_builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    count_node();
    refuse_properties(mark, {}, anchor);
    if (awaits_key()) return refuse_key(place_of(mark), "a key that is null, expected a name");
    node value;
    const bool is_written = begins_with_null(source_.rest_from(mark.line, mark.column));
    const auto* parent = open_.empty() ? nullptr : &open_.back().value;
    if (is_written)
        value.at = place_of(mark);
    else if (parent)
        value.at = parent->is_map() && !parent->members.empty() ? parent->members.back().key_at : parent->at;
    add(std::move(value));
}

void tree_builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
    count_node();
    constexpr std::string_view message = "an alias (*), expected none: write the value where it is meant";
    if (awaits_key()) return refuse_key(place_of(mark), std::string{message});
    refuse(place_of(mark), std::string{message});
    node value;
    value.at = place_of(mark);
    add(std::move(value));
}

void tree_builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            const std::string& value) {
    count_node();
    refuse_properties(mark, tag, anchor);
    if (!source_.is_quote_closed(mark.line, mark.column)) {
        refuse(place_of(mark), "a quote that is not closed, expected its closing quote");
        throw reading_stopped{};
    }
    const auto rest = source_.rest_from(mark.line, mark.column);
    if (rest.starts_with('"') && !is_utf8(value)) { // yaml-cpp makes single bytes of them
        refuse(place_of(mark), "an escape (\\N or \\_) that is no character here, expected the character itself");
        throw reading_stopped{};
    }
    if (awaits_key() && value == "<<")
        return refuse_key(place_of(mark), "a merge (<<), expected none: write the keys where they are meant");
    if (awaits_key()) return add_key(value, place_of(mark));
    node made;
    made.type = node::kind::scalar;
    made.text = value;
    made.quoted = !rest.empty() && std::string_view{"'\"|>"}.find(rest[0]) != std::string_view::npos;
    made.at = place_of(mark);
    made.is_verbatim = rest.substr(made.quoted ? 1 : 0).starts_with(value);
    made.is_cut = rest.starts_with(value) && looks_cut(rest.substr(value.size()));
    add(std::move(made));
}

void tree_builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                   YAML::EmitterStyle::value) {
    open(node::kind::list, mark, tag, anchor);
}

void tree_builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
    open(node::kind::map, mark, tag, anchor);
}

void tree_builder::open(node::kind type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    count_node();
    refuse_properties(mark, tag, anchor);
    const bool is_key = awaits_key();
    if (open_.size() >= nesting_max) {
        refuse(place_of(mark), fmt::format("values nested more than {} deep, expected fewer", nesting_max));
        throw reading_stopped{};
    }
    open_node opened;
    opened.value.type = type;
    opened.value.at = place_of(mark);
    opened.awaits_key = type == node::kind::map;
    if (type == node::kind::map) opened.value.members.reserve(few_members / 4); // most groups of a plan have no more
    opened.is_key = is_key;
    open_.push_back(std::move(opened));
}

void tree_builder::close() {
    auto closed = std::move(open_.back());
    open_.pop_back();
    if (closed.is_key)
        refuse_key(closed.value.at, "a key that is a list or a group, expected a name");
    else
        add(std::move(closed.value));
}

void tree_builder::add(node value) {
    if (open_.empty()) {
        root_ = std::move(value);
        return;
    }
    auto& parent = open_.back();
    if (parent.value.is_list()) {
        parent.value.items.push_back(std::move(value));
        return;
    }
    const bool is_kept = !parent.drops_value;
    if (is_kept) parent.value.members.back().value = std::move(value);
    parent.awaits_key = true;
    parent.drops_value = false;
    if (is_kept) hand_over(parent);
}

void tree_builder::hand_over(open_node& from) {
    constexpr std::size_t depth = 2; // the root, and the group in it
    if (!sink_ || open_.size() != depth || !open_[0].value.is_map()) return;
    const auto& root = open_[0].value;
    if (root.members.empty() || root.members.back().key != sink_->group || open_[0].drops_value) return;
    auto& done = from.value.members.back();
    from.key_places.emplace(done.key, done.key_at);
    sink_->take(root, std::move(done));
    from.value.members.pop_back();
}

void tree_builder::refuse_key(place at, std::string message) {
    refuse(at, std::move(message));
    open_.back().awaits_key = false;
    open_.back().drops_value = true;
}

/// Where a member of that name stands already; else nothing, and the name is known from now on.
std::optional<place> tree_builder::earlier_place(open_node& of, const std::string& key, place at) const {
    const auto& members = of.value.members;
    if (of.key_places.empty() && members.size() < few_members) {
        const auto* found = of.value.find(key);
        return found ? std::optional{found->key_at} : std::nullopt;
    }
    if (of.key_places.empty())
        for (const auto& member : members) of.key_places.emplace(member.key, member.key_at);
    const auto [first, is_new] = of.key_places.emplace(key, at);
    return is_new ? std::nullopt : std::optional{first->second};
}

void tree_builder::add_key(std::string key, place at) {
    auto& parent = open_.back();
    const auto first = earlier_place(parent, key, at);
    parent.awaits_key = false;
    if (first) {
        refuse(at, fmt::format("duplicate key '{}', expected it once", shown(key)));
        diagnostics_.back().notes.push_back(
            {position(*first, file_), base::severity::note, {}, "the first one is here", {}});
    }
    parent.value.members.push_back({std::move(key), at, {}});
}

} // namespace smarttrade::yaml
