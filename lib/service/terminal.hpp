#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::service {

enum class colours { off, on };

/// Whether what goes to that file descriptor is coloured: on a terminal, and never where NO_COLOR is set.
colours colours_of(int file);

/// Colours of a terminal, as the numbers of ECMA-48 (SGR).
namespace ink {
inline constexpr std::string_view bold = "1", dim = "2", red = "31", green = "32", yellow = "33";
}

/// The text in that colour; as it is if `colour` is empty or colours are off.
std::string painted(std::string_view text, std::string_view colour, colours how);

/// In characters. Absent where text goes to no terminal: then nothing is ever cut.
struct window {
    std::size_t columns = 80, lines = 24;
    friend bool operator==(const window&, const window&) = default;
};
std::optional<window> window_of(int file);

/// How many columns a text takes: its characters (UTF-8), not its bytes.
std::size_t columns_of(std::string_view text);

/// Its first characters, at most `columns`; one that is cut ends in `...`.
std::string cut_to(std::string_view text, std::size_t columns);

/// The text with blanks behind it up to that many columns.
std::string padded(std::string_view text, std::size_t columns);

/// In lines of at most `columns`, broken at blanks, all but the first behind `indent` blanks; a word that is longer
/// than a line stays whole, and so does a command (`smarttraded ...`), so that it can be copied. `begun`: columns that
/// the first line holds already.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t begun = 0);

} // namespace smarttrade::service
