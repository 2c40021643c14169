#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/strong_id.hpp"
#include "base/utc_time.hpp"
#include "money/amount.hpp"

namespace smarttrade::wire {

/// JSON written from front to back, in the API's habits: amounts are strings with a fraction, times are ISO, what is
/// absent is null. The caller keeps the nesting right by handing in what an object or a list holds.
class json_writer {
public:
    /// A number as a number, not as a string.
    struct number {
        const money::decimal& value;
    };

    void put(std::nullptr_t);
    void put(std::string_view text); ///< escaped
    void put(const char* text) { put(std::string_view{text}); }
    void put(const std::string& text) { put(std::string_view{text}); }
    void put(std::same_as<bool> auto flag) { raw(flag ? "true" : "false"); }
    void put(std::integral auto whole) requires(!std::same_as<decltype(whole), bool>) { raw(std::to_string(whole)); }
    void put(number as_number);
    void put(const money::decimal& amount);
    template <class Unit> void put(const money::amount<Unit>& amount) { put(amount.value()); }
    template <class Tag> void put(const base::strong_id<Tag>& id) { put(id.value); }
    void put(base::utc_time at) { plain(base::format_utc(at)); }
    template <class Enum>
    requires requires { base::enum_names<Enum>::names; }
    void put(Enum word) { plain(base::name_of(word)); }
    template <class Value> void put(const std::optional<Value>& value) {
        if (value)
            put(*value);
        else
            put(nullptr);
    }
    template <std::invocable Members> void put(const Members& members) { object(members); }

    void key(std::string_view name);
    /// A name that stands in our source needs no escapes, and is not looked at: most of an entity is names.
    template <std::size_t Size> void key(const char (&name)[Size]) { known_key({name, Size - 1}); }
    template <class Name, class Value> void member(const Name& name, const Value& value) {
        key(name);
        put(value);
    }
    /// Left out if it is absent.
    template <class Name, class Value> void member_if(const Name& name, const std::optional<Value>& value) {
        if (value) member(name, *value);
    }
    template <std::invocable Members> void object(const Members& members) {
        open('{');
        members();
        close('}');
    }
    template <class Range, class Each> void list(const Range& items, const Each& each) {
        open('[');
        for (const auto& item : items) each(item);
        close(']');
    }

    /// For a text of about that size, so that it need not grow.
    void expect(std::size_t size) { text_.reserve(used_ + size); }
    std::string take();

private:
    void raw(std::string_view text);   ///< a whole value
    void plain(std::string_view text); ///< a text that needs no escapes
    void known_key(std::string_view name);
    void open(char bracket);
    void close(char bracket);
    char* room(std::size_t size); ///< where to write, a comma being written if one is due

    std::string text_; ///< written up to used_: appending piece by piece cost more than what was appended
    std::size_t used_ = 0;
    bool needs_comma_ = false;
};

} // namespace smarttrade::wire
