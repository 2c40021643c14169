#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "money/amount.hpp"
#include "trade/rules.hpp"

namespace smarttrade::trade {

/// A field of the body and where it stands; `node` is null where it is absent.
struct body_field {
    const field_tree* node = nullptr;
    field_path path;

    body_field operator[](field_name name) const;
    body_field operator[](std::size_t place) const;
    explicit operator bool() const { return node != nullptr; }
};

/// A value as its author wrote it, fit for one line of a message: quoted if it is not one clean word, cut if long.
std::string as_written(const field_tree& value);

/// Reads single fields of a request body and keeps what is wrong with them. A reading that is absent was reported,
/// unless its field was optional and absent.
class body_reader {
public:
    explicit body_reader(strictness who) : who_{who} {}

    bool for_author() const { return who_ != strictness::exchange; } ///< an adopter writes plans too
    bool for_adopter() const { return who_ == strictness::adopter; }
    std::vector<violation> take() { return std::move(found_); }
    bool has_errors() const;

    violation& report(base::severity level, std::string_view rule, const body_field& at, std::string message,
                      std::string_view api_message = "is invalid");
    void pass_on(violation found) { found_.push_back(std::move(found)); } ///< what another reader found
    /// A field the API would silently ignore: an error for the author, nothing for the exchange.
    void ignored(std::string_view rule, const body_field& at, std::string_view why);
    void missing(std::string_view rule, const body_field& at, std::string_view expected);

    /// May the members be read? A required group that is absent is reported once to an author; the API names each of
    /// its members as well, so for the exchange its (absent) members are still read.
    bool required_group(std::string_view rule, const body_field& at, std::string_view expected);
    /// Is there a group? Absent is fine, another kind is reported.
    bool optional_group(std::string_view rule, const body_field& at);
    /// The required `enabled` of a group that may be read.
    bool is_on(std::string_view rule, const body_field& group);

    bool flag(const body_field& at); ///< V1; absent is false
    std::optional<std::string> text(std::string_view rule, const body_field& at, std::string_view expected);
    std::optional<std::int64_t> whole(std::string_view rule, const body_field& at, std::string_view expected,
                                      std::int64_t max);
    /// Above zero and at most 19 digits, so that the product of two still fits a decimal (V2).
    std::optional<money::price> price(std::string_view rule, const body_field& at, std::string_view expected);
    std::optional<money::quantity> units(std::string_view rule, const body_field& at);
    /// Within 0 < percent, min <= percent <= max. An author may write a `%` behind it.
    std::optional<money::percent> percent(std::string_view rule, const body_field& at, std::int64_t max,
                                          money::decimal min = {});

    template <class Enum> std::optional<Enum> word(std::string_view rule, const body_field& at) {
        const auto place = word_place(rule, at, base::names_of<Enum>());
        return place ? std::optional{static_cast<Enum>(*place)} : std::nullopt;
    }

private:
    std::optional<money::decimal> number(std::string_view rule, const body_field& at, std::string_view expected,
                                         bool may_have_percent_sign);
    std::optional<std::size_t> word_place(std::string_view rule, const body_field& at,
                                          std::span<const std::string_view> names);
    void wrong(std::string_view rule, const body_field& at, std::string_view expected);

    strictness who_;
    std::vector<violation> found_;
};

/// The key an author knows a field by: its last name, but `units` for `units.value`.
std::string key_of(const field_path& path);

} // namespace smarttrade::trade
