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
    void put(base::utc_time at) { put(base::format_utc(at)); }
    template <class Enum>
    requires requires { base::enum_names<Enum>::names; }
    void put(Enum word) { put(base::name_of(word)); }
    template <class Value> void put(const std::optional<Value>& value) {
        if (value)
            put(*value);
        else
            put(nullptr);
    }
    template <std::invocable Members> void put(const Members& members) { object(members); }

    void key(std::string_view name);
    template <class Value> void member(std::string_view name, const Value& value) {
        key(name);
        put(value);
    }
    /// Left out if it is absent.
    template <class Value> void member_if(std::string_view name, const std::optional<Value>& value) {
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

    std::string take() { return std::move(text_); }

private:
    void raw(std::string_view text); ///< a whole value
    void open(char bracket);
    void close(char bracket);
    void separate();

    std::string text_;
    bool needs_comma_ = false;
};

} // namespace smarttrade::wire
