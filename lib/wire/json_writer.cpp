#include "wire/json_writer.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace smarttrade::wire {

namespace {

/// Looks at every byte instead of stopping at the first odd one, so that the compiler can look at many at once.
bool needs_escapes(std::string_view text) {
    unsigned odd = 0;
    for (const char c : text)
        odd |= static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20) | static_cast<unsigned>(c == '"')
               | static_cast<unsigned>(c == '\\');
    return odd != 0;
}

} // namespace

void json_writer::put(std::nullptr_t) { raw("null"); }

void json_writer::put(std::string_view text) {
    if (needs_escapes(text)) {
        raw(boost::json::serialize(boost::json::value(boost::json::string_view{text})));
        return;
    }
    separate();
    text_ += '"';
    text_ += text;
    text_ += '"';
    needs_comma_ = true;
}

void json_writer::put(number as_number) { raw(as_number.value.to_string()); }

void json_writer::put(const money::decimal& amount) { put(amount.to_string()); }

void json_writer::key(std::string_view name) {
    put(name);
    text_ += ':';
    needs_comma_ = false;
}

void json_writer::raw(std::string_view text) {
    separate();
    text_ += text;
    needs_comma_ = true;
}

void json_writer::open(char bracket) {
    separate();
    text_ += bracket;
    needs_comma_ = false;
}

void json_writer::close(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
}

void json_writer::separate() {
    if (needs_comma_) text_ += ',';
}

} // namespace smarttrade::wire
