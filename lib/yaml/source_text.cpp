#include "yaml/source_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "yaml/parse.hpp"

namespace smarttrade::yaml {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// Bytes of the UTF-8 character at `at`; 0 if it is none (RFC 3629: no overlong forms, no surrogates).
std::size_t character_size(std::string_view text, std::size_t at) {
    const unsigned first = byte_at(text, at);
    const unsigned second = byte_at(text, at + 1);
    const auto follows = [&](std::size_t n) { return (byte_at(text, at + n) & 0xC0U) == 0x80U; };
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool is_overlong = first == 0xE0 && second < 0xA0;
        const bool is_surrogate = first == 0xED && second >= 0xA0;
        return follows(1) && follows(2) && !is_overlong && !is_surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool is_overlong = first == 0xF0 && second < 0x90;
        const bool is_beyond = first == 0xF4 && second >= 0x90;
        return follows(1) && follows(2) && follows(3) && !is_overlong && !is_beyond ? 4 : 0;
    }
    return 0;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// `- - - -`: how many block indicators a line begins with. yaml-cpp takes quadratic time over them, long before its
/// own guard against nesting (200 kB are more than 10 s).
int leading_indicators(std::string_view line) {
    int count = 0;
    for (std::size_t i = 0; i < line.size();) {
        if (is_blank(line[i])) {
            ++i;
        } else if (line[i] == '!' || line[i] == '&') { // a tag or anchor may stand between two of them
            while (i < line.size() && !is_blank(line[i])) ++i;
        } else if ((line[i] == '-' || line[i] == '?' || line[i] == ':')
                   && (i + 1 == line.size() || is_blank(line[i + 1]))) {
            ++count;
            ++i;
        } else {
            break;
        }
    }
    return count;
}

/// yaml-cpp takes quadratic time over a long line of flow entries, because each may still become a key.
constexpr std::size_t line_bytes_max = 4096;

std::string fault_of_line(std::string_view line) {
    if (line.size() > line_bytes_max)
        return fmt::format("a line of {} bytes, expected at most {}", line.size(), line_bytes_max);
    for (const std::string_view mark : {"<<<<<<< ", "=======\n", ">>>>>>> "})
        if (line.starts_with(mark)) return "a merge conflict of git, expected it resolved";
    if (leading_indicators(line) > nesting_max)
        return fmt::format("a line of more than {} nested entries, expected fewer", nesting_max);
    return {};
}

/// What is wrong with the character at `at`; empty if nothing is.
std::string fault_of(std::string_view text, std::size_t at, std::size_t size) {
    const unsigned c = byte_at(text, at);
    if (size == 0) return fmt::format("byte 0x{:02X} is no UTF-8, expected a text in UTF-8", c);
    if (c == '\r' && byte_at(text, at + 1) != '\n') return "a carriage return without a line feed, expected line feeds";
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
        return fmt::format("control character 0x{:02X}, expected text", c);
    return {};
}

} // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto size = character_size(text, at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

source_text::source_text(std::string_view text) : text_{text} {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n') line_starts_.push_back(i + 1);
}

std::size_t source_text::offset_of(int line, int byte_column) const {
    if (line < 0 || byte_column < 0) return 0;
    const auto index = static_cast<std::size_t>(line);
    if (index >= line_starts_.size()) return text_.size();
    return std::min(line_starts_[index] + static_cast<std::size_t>(byte_column), text_.size());
}

place source_text::place_of(int line, int byte_column) const {
    const auto offset = offset_of(line, byte_column);
    const auto next = static_cast<std::size_t>(std::max(line, 0)) + 1;
    const bool is_within = next < line_starts_.size() && offset < line_starts_[next];
    const auto after = is_within ? line_starts_.begin() + static_cast<std::ptrdiff_t>(next)
                                 : std::ranges::upper_bound(line_starts_, offset);
    const auto start = *(after - 1);
    const auto characters = std::ranges::count_if(
        text_.substr(start, offset - start), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return {static_cast<int>(after - line_starts_.begin()), static_cast<int>(characters) + 1};
}

std::string_view source_text::rest_from(int line, int byte_column) const {
    return text_.substr(offset_of(line, byte_column));
}

std::string_view source_text::line(int line) const {
    if (line < 0) return {};
    const auto rest = rest_from(line, 0);
    const auto text = rest.substr(0, rest.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

bool source_text::is_quote_closed(int line, int byte_column) const {
    const auto rest = rest_from(line, byte_column);
    if (rest.empty()) return true;
    const char quote = rest[0];
    if (quote != '\'' && quote != '"') return true;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (quote == '"' && rest[i] == '\\')
            ++i;
        else if (rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote)
            ++i;
        else if (rest[i] == quote)
            return true;
    }
    return false;
}

std::optional<place> source_text::indenting_tab(int line) const {
    const auto rest = rest_from(line, 0);
    const auto end = rest.find_first_not_of(" \t");
    const auto tab = rest.substr(0, end).find('\t');
    return tab == std::string_view::npos ? std::nullopt : std::optional{place_of(line, static_cast<int>(tab))};
}

std::optional<text_fault> source_text::first_fault() const {
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF"))
        return text_fault{{}, "the text is UTF-16, expected UTF-8"};
    for (std::size_t line = 0; line < line_starts_.size(); ++line) {
        const auto start = line_starts_[line];
        const auto end = line + 1 < line_starts_.size() ? line_starts_[line + 1] : text_.size();
        auto wrong_line = fault_of_line(text_.substr(start, end - start));
        if (!wrong_line.empty()) return text_fault{{static_cast<int>(line) + 1, 1}, std::move(wrong_line)};
        int column = 1;
        for (auto i = start; i < end; ++column) {
            const auto size = character_size(text_, i);
            auto message = fault_of(text_, i, size);
            if (!message.empty()) return text_fault{{static_cast<int>(line) + 1, column}, std::move(message)};
            i += size;
        }
    }
    return std::nullopt;
}

} // namespace smarttrade::yaml
