#include "service/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// Where the character with that number begins; the size of the text if it has fewer.
std::size_t offset_of(std::string_view text, std::size_t character) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (begins_character(text[i]) && character-- == 0) return i;
    return text.size();
}

/// Of the first word. A command counts as one word up to the next comma or semicolon: what must be typed is never
/// broken.
std::size_t word_end(std::string_view text) {
    if (!text.starts_with("smarttraded ")) return std::min(text.find(' '), text.size());
    const auto end = text.find_first_of(",;");
    return end == std::string_view::npos ? text.size() : end + 1;
}

} // namespace

colours colours_of(int file) {
    return ::isatty(file) == 1 && std::getenv("NO_COLOR") == nullptr ? colours::on : colours::off;
}

std::string painted(std::string_view text, std::string_view colour, colours how) {
    if (how == colours::off || colour.empty()) return std::string{text};
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

std::optional<window> window_of(int file) {
    winsize told{};
    if (::isatty(file) != 1) return std::nullopt;
    const bool known = ::ioctl(file, TIOCGWINSZ, &told) == 0 && told.ws_col > 0 && told.ws_row > 0;
    return known ? window{told.ws_col, told.ws_row} : window{};
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut_to(std::string_view text, std::size_t columns) {
    constexpr std::string_view mark = "...";
    if (columns_of(text) <= columns) return std::string{text};
    if (columns <= mark.size()) return std::string{text.substr(0, offset_of(text, columns))};
    return std::string{text.substr(0, offset_of(text, columns - mark.size()))} + std::string{mark};
}

std::string padded(std::string_view text, std::size_t columns) {
    return std::string{text} + std::string(columns - std::min(columns, columns_of(text)), ' ');
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t begun) {
    std::string out;
    bool line_is_empty = true;
    while (!text.empty()) {
        const auto end = word_end(text);
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto width = columns_of(word) + (line_is_empty ? 0 : 1);
        if (!line_is_empty && begun + width > columns) {
            out += '\n' + std::string(indent, ' ');
            begun = indent;
            line_is_empty = true;
        }
        if (!line_is_empty) out += ' ';
        out += word;
        begun += columns_of(word) + (line_is_empty ? 0 : 1);
        line_is_empty = false;
    }
    return out;
}

} // namespace smarttrade::service
