#include "wire/json_document.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

namespace smarttrade::wire {

namespace json = boost::json;

namespace {

constexpr std::size_t text_max = std::size_t{4} << 20U; ///< bytes; a full page of 100 trades is about 320 KB
constexpr std::size_t depth_max = 32;
constexpr std::size_t nodes_max = 200'000; ///< a node is some twenty times the two bytes that may ask for it
constexpr std::size_t bytes_per_node = 16; ///< of the API's answers, or a little less

} // namespace

/// Lays down a node for each of the parser's events. Open containers wait on `open_` for the place where they end.
class json_document_builder {
    using extent = json_value::extent;

public:
    static constexpr std::size_t max_object_size = 256; ///< members are looked up one by one
    static constexpr std::size_t max_array_size = nodes_max;
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = text_max;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code& ec) { return open(json_value::shape::map, ec); }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code& ec) { return open(json_value::shape::list, ec); }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
    bool on_key(json::string_view rest, std::size_t, json::error_code&) {
        key_ = taken(rest);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
    bool on_string(json::string_view rest, std::size_t, json::error_code& ec) { return scalar(rest, ec); }
    bool on_number_part(json::string_view part, json::error_code&) { return collect(part); }
    bool on_int64(std::int64_t, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_uint64(std::uint64_t, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_double(double, json::string_view rest, json::error_code& ec) { return scalar(rest, ec); }
    bool on_bool(bool value, json::error_code& ec) { return place(value ? copied(0, 4) : copied(4, 5), ec); }
    bool on_null(json::error_code& ec) { return add(json_value::shape::null, ec) != nullptr; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    void begin(std::string_view source) {
        made.source_ = source;
        made.copied_ = "truefalse"; // the parser tells a boolean's value, not its place
        finished_ = made.copied_.size();
        made.nodes_.reserve(std::min(source.size() / bytes_per_node + 1, nodes_max));
    }

    json_document made;

private:
    bool collect(std::string_view part) {
        made.copied_.append(part);
        return true;
    }

    /// The text that ends with `rest`: where it stands in the source if it came whole from there, else a copy.
    extent taken(std::string_view rest) {
        const auto& source = made.source_;
        const std::less_equal<> not_behind;
        const bool is_whole = made.copied_.size() == finished_;
        if (is_whole && not_behind(source.data(), rest.data())
            && not_behind(rest.data() + rest.size(), source.data() + source.size()))
            return {static_cast<std::uint32_t>(rest.data() - source.data()), static_cast<std::uint32_t>(rest.size())};
        const auto start = finished_;
        collect(rest);
        finished_ = made.copied_.size();
        return copied(start, finished_ - start);
    }

    extent copied(std::size_t at, std::size_t size) const {
        return {static_cast<std::uint32_t>(made.source_.size() + at), static_cast<std::uint32_t>(size)};
    }

    json_value::node* add(json_value::shape type, json::error_code& ec) {
        if (made.nodes_.size() == nodes_max) {
            ec = json::make_error_code(json::error::array_too_large);
            return nullptr;
        }
        auto& node = made.nodes_.emplace_back();
        node.type = type;
        node.key = std::exchange(key_, {});
        return &node;
    }

    bool scalar(std::string_view rest, json::error_code& ec) { return place(taken(rest), ec); }

    bool place(extent text, json::error_code& ec) {
        auto* node = add(json_value::shape::scalar, ec);
        if (node) node->text = text;
        return node != nullptr;
    }

    bool open(json_value::shape type, json::error_code& ec) {
        if (!add(type, ec)) return false;
        open_.at(depth_++) = made.nodes_.size() - 1;
        return true;
    }

    bool close() {
        const auto place = open_.at(--depth_);
        made.nodes_[place].count = static_cast<std::uint32_t>(made.nodes_.size() - place);
        return true;
    }

    extent key_;               ///< of the next node
    std::size_t finished_ = 0; ///< bytes of `copied_` that belong to finished texts
    std::array<std::size_t, depth_max> open_{};
    std::size_t depth_ = 0;
};

void throw_exception_from_error(const unreadable& failure, const boost::source_location&) {
    throw std::runtime_error{failure.reason};
}

reading<json_document> json_document::parse(std::string_view text) {
    if (text.size() > text_max) return unreadable{"not JSON that we read: more than 4 MiB"};
    json::parse_options options;
    options.max_depth = depth_max;
    json::basic_parser<json_document_builder> parser{options};
    parser.handler().begin(text);
    json::error_code ec;
    const auto used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = json::make_error_code(json::error::extra_data);
    if (ec) return unreadable{"not JSON that we read: " + ec.message() + " at byte " + std::to_string(used + 1)};
    return std::move(parser.handler().made);
}

json_value json_value::operator[](std::string_view name) const {
    if (!is_map()) return {};
    for (const auto member : *this)
        if (member.key() == name) return member.is_null() ? json_value{} : member;
    return {};
}

std::size_t json_value::count() const {
    std::size_t n = 0;
    for (auto at = begin(); at != end(); ++at) ++n;
    return n;
}

json_members::json_members(json_value of) : in_{of.in_} {
    if (!of.is_map()) return;
    first_ = next_ = of.at_ + 1;
    end_ = of.at_->behind();
}

json_value json_members::search(std::string_view name) {
    const auto* const start = next_;
    for (const auto* at = start; at != end_; at = at->behind())
        if (is_named(*at, name)) return hit(at);
    for (const auto* at = first_; at != start; at = at->behind())
        if (is_named(*at, name)) return hit(at);
    return {};
}

} // namespace smarttrade::wire
