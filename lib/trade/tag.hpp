#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::trade {

/// How we know a trade on the exchange as ours (design.md 5): the first word of its note,
/// `#st:<instance>:<name>.<revision>:<nonce>`. The nonce is new for each create intent.
struct tag {
    std::string instance; ///< [a-z0-9]{1,12}
    std::string name;
    int revision = 1;
    std::string nonce; ///< 8 of [a-z2-7]

    std::string text() const;
    /// The tag, a space and the user's note; without a note the tag alone.
    std::string with_note(std::string_view note) const;
    /// The tag a note begins with; nothing if it does not begin with a whole and well-formed one.
    static std::optional<tag> parse(std::string_view note);
    friend bool operator==(const tag&, const tag&) = default;
};

inline constexpr std::string_view tag_prefix = "#st:";
inline constexpr std::size_t note_max = 300; ///< code points, tag included (V32)

bool is_trade_name(std::string_view text);    ///< [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?
bool is_instance_name(std::string_view text); ///< [a-z0-9]{1,12}

} // namespace smarttrade::trade
