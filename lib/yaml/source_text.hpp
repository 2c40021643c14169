#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/node.hpp"

namespace smarttrade::yaml {

/// What is wrong with a text before its syntax is looked at.
struct text_fault {
    place at;
    std::string message;
};

bool is_utf8(std::string_view text);

/// The bytes of one text, with the way from byte offsets to places. Keeps a view of them.
class source_text {
public:
    explicit source_text(std::string_view text); ///< a UTF-8 byte order mark is cut off

    std::string_view text() const { return text_; }
    /// From 0-based line and byte column, as yaml-cpp's marks count. Beyond the end: the end.
    place place_of(int line, int byte_column) const;
    std::string_view rest_from(int line, int byte_column) const;
    std::string_view line(int line) const; ///< 0-based, without its end

    /// Does the quoted scalar that begins there end? yaml-cpp takes the end of the text for its closing quote.
    bool is_quote_closed(int line, int byte_column) const;
    /// The tab in the indentation of a line, if there is one.
    std::optional<place> indenting_tab(int line) const;

    /// The first fault in encoding, control characters or length of lines, if there is one.
    std::optional<text_fault> first_fault() const;

private:
    std::size_t offset_of(int line, int byte_column) const;

    std::string_view text_;
    std::vector<std::size_t> line_starts_;
};

} // namespace smarttrade::yaml
