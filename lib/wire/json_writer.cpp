#include "wire/json_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace smarttrade::wire {

namespace {

constexpr std::uint64_t each_byte = 0x0101010101010101U;

/// Of eight bytes: whether one is below 0x20, a quotation mark or a backslash. In each byte the highest bit tells.
bool any_odd(std::uint64_t eight) {
    const auto is_zero = [](std::uint64_t x) { return (x - each_byte) & ~x; };
    const auto below_space = (eight - each_byte * 0x20U) & ~eight;
    const auto found = below_space | is_zero(eight ^ (each_byte * '"')) | is_zero(eight ^ (each_byte * '\\'));
    return (found & (each_byte * 0x80U)) != 0;
}

std::uint64_t eight_of(const char* from) {
    std::uint64_t made = 0;
    std::memcpy(&made, from, sizeof made);
    return made;
}

bool needs_escapes(std::string_view text) {
    if (text.size() < 8)
        return std::ranges::any_of(
            text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
    bool odd = any_odd(eight_of(text.data() + text.size() - 8)); // overlaps the last whole eight
    for (std::size_t i = 0; i + 8 <= text.size(); i += 8) odd = odd || any_odd(eight_of(text.data() + i));
    return odd;
}

} // namespace

void json_writer::put(std::nullptr_t) { raw("null"); }

void json_writer::put(std::string_view text) {
    if (needs_escapes(text)) {
        raw(boost::json::serialize(boost::json::value(boost::json::string_view{text})));
        return;
    }
    plain(text);
}

char* json_writer::room(std::size_t size) {
    constexpr std::size_t least = 4096;   // an entity
    const auto wanted = used_ + size + 2; // a comma before it, a colon behind it
    if (text_.size() < wanted) text_.resize(std::max({wanted, 2 * text_.size(), least, text_.capacity()}));
    if (needs_comma_) text_[used_++] = ',';
    return text_.data() + used_;
}

void json_writer::plain(std::string_view text) {
    auto* to = room(text.size() + 2);
    *to = '"';
    std::memcpy(to + 1, text.data(), text.size());
    to[text.size() + 1] = '"';
    used_ += text.size() + 2;
    needs_comma_ = true;
}

std::string json_writer::take() {
    text_.resize(used_);
    used_ = 0;
    return std::move(text_);
}

void json_writer::put(number as_number) { raw(as_number.value.to_string()); }

void json_writer::put(const money::decimal& amount) { plain(amount.to_string()); }

void json_writer::key(std::string_view name) {
    put(name);
    text_[used_++] = ':'; // there is room for it
    needs_comma_ = false;
}

void json_writer::known_key(std::string_view name) {
    plain(name);
    text_[used_++] = ':'; // there is room for it
    needs_comma_ = false;
}

void json_writer::raw(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    used_ += text.size();
    needs_comma_ = true;
}

void json_writer::open(char bracket) {
    *room(1) = bracket;
    ++used_;
    needs_comma_ = false;
}

void json_writer::close(char bracket) {
    needs_comma_ = false;
    *room(1) = bracket;
    ++used_;
    needs_comma_ = true;
}

} // namespace smarttrade::wire
