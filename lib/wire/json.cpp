#include "wire/json.hpp"

#include <stdexcept>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace smarttrade::wire {

namespace json = boost::json;
using trade::field_tree;

namespace {

constexpr std::size_t text_max = std::size_t{4} << 20U; ///< bytes; a full page of 100 trades is about 320 KB
constexpr std::size_t depth_max = 32;
/// A node of the tree is some fifty times the two bytes that may ask for it.
constexpr std::size_t nodes_max = 200'000;

/// Builds the tree from the parser's events. Containers wait on `open_` until they are closed, then move into theirs.
class tree_builder {
public:
    static constexpr std::size_t max_object_size = 256; ///< members are looked up one by one
    static constexpr std::size_t max_array_size = nodes_max;
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = text_max;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return open(field_tree::map()); }
    bool on_object_end(std::size_t, json::error_code& ec) { return close(ec); }
    bool on_array_begin(json::error_code&) { return open(field_tree::list()); }
    bool on_array_end(std::size_t, json::error_code& ec) { return close(ec); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
    bool on_key(json::string_view rest, std::size_t, json::error_code&) {
        open_.back().key = taken(rest);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
    bool on_string(json::string_view rest, std::size_t, json::error_code& ec) { return scalar(rest, ec); }
    bool on_number_part(json::string_view part, json::error_code&) { return collect(part); }
    bool on_int64(std::int64_t, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_uint64(std::uint64_t, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_double(double, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_bool(bool value, json::error_code& ec) { return scalar(value ? "true" : "false", ec); }
    bool on_null(json::error_code& ec) { return place(field_tree{}, ec); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    field_tree root;

private:
    struct container {
        field_tree tree;
        std::string key; ///< of the member being read, if this is a map
    };

    bool collect(json::string_view part) {
        text_.append(part);
        return true;
    }
    std::string taken(json::string_view rest) {
        text_.append(rest);
        return std::exchange(text_, {});
    }
    bool scalar(json::string_view rest, json::error_code& ec) { return place(field_tree::scalar(taken(rest)), ec); }
    bool open(field_tree tree) {
        open_.push_back({std::move(tree), {}});
        return true;
    }
    bool close(json::error_code& ec) {
        auto closed = std::move(open_.back().tree);
        open_.pop_back();
        return place(std::move(closed), ec);
    }
    bool place(field_tree value, json::error_code& ec) {
        if (++nodes_ > nodes_max) {
            ec = json::make_error_code(json::error::array_too_large);
            return false;
        }
        if (open_.empty()) {
            root = std::move(value);
        } else if (auto& parent = open_.back(); parent.tree.is_list()) {
            parent.tree.items.push_back(std::move(value));
        } else {
            parent.tree.set(parent.key, std::move(value)); // of two members with one name the last counts
        }
        return true;
    }

    std::vector<container> open_;
    std::string text_;
    std::size_t nodes_ = 0;
};

json::value to_value(const field_tree& tree) {
    switch (tree.type) {
    case field_tree::kind::null: break;
    case field_tree::kind::scalar: return json::value(json::string_view{tree.text});
    case field_tree::kind::list: {
        json::array items;
        for (const auto& item : tree.items) items.push_back(to_value(item));
        return items;
    }
    case field_tree::kind::map: {
        json::object members;
        for (const auto& [name, value] : tree.members) members.insert_or_assign(name, to_value(value));
        return members;
    }
    }
    return nullptr;
}

} // namespace

void throw_exception_from_error(const unreadable& failure, const boost::source_location&) {
    throw std::runtime_error{failure.reason};
}

reading<field_tree> parse_json(std::string_view text) {
    if (text.size() > text_max) return unreadable{"not JSON that we read: more than 4 MiB"};
    json::parse_options options;
    options.max_depth = depth_max;
    json::basic_parser<tree_builder> parser{options};
    json::error_code ec;
    const auto used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = json::make_error_code(json::error::extra_data);
    if (ec) return unreadable{"not JSON that we read: " + ec.message() + " at byte " + std::to_string(used + 1)};
    return std::move(parser.handler().root);
}

std::string write_json(const field_tree& tree) { return json::serialize(to_value(tree)); }

} // namespace smarttrade::wire
