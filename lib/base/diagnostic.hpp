#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::base {

/// A place in a text file. `line` and `column` are 1-based; columns count characters (code points), not bytes.
/// `line` 0 means "the file as a whole".
struct text_position {
    std::string file;
    int line = 0;
    int column = 0;
    friend auto operator<=>(const text_position&, const text_position&) = default;
};

enum class severity { error, warning, note };

/// One thing to tell the author of a file: where, what is wrong, what was expected.
/// `rule` is the api.md rule it breaks ("V12") or empty. `notes` point at other places; their level is `note`.
struct diagnostic {
    text_position at;
    severity level{};
    std::string rule;
    std::string message;
    std::vector<diagnostic> notes;
    friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

std::string_view name_of(severity level);

/// `FILE:LINE:COLUMN: error: message [V12]`, one line, no line feed.
std::string headline(const diagnostic& what);

/// The headline, then the line of `source` it stands on with a caret below, then its notes likewise.
/// `source` is the text of `what.at.file`; empty: no excerpt. Ends in a line feed.
std::string render(const diagnostic& what, std::string_view source);

bool has_errors(const std::vector<diagnostic>& all);

/// Sorted by file, line, column; errors before warnings at one place.
void sort_by_place(std::vector<diagnostic>& all);
/// Of what is said of one place several times, as of a value in the defaults that every trade has, the first.
void drop_twins(std::vector<diagnostic>& sorted);

} // namespace smarttrade::base
