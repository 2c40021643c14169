#include "fuzz/check_diagnostics.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>

#include <fmt/format.h>

namespace smarttrade::fuzz {

namespace {

constexpr std::size_t diagnostics_max =
    3010; ///< the parser, the reader and the merge tell 1000 each, and that there are more
constexpr std::size_t message_max = 3000; ///< thirty names of accounts

/// The characters of `text` one by one; false: it is no UTF-8, or `take` refused one.
bool each_character(std::string_view text, const std::function<bool(unsigned)>& take) {
    for (std::size_t i = 0; i < text.size();) {
        const unsigned first = static_cast<unsigned char>(text[i]);
        const std::size_t size = first < 0x80 ? 1 : (first >> 5U) == 6 ? 2 : (first >> 4U) == 14 ? 3 : 4;
        if (i + size > text.size() || (size == 4 && (first >> 3U) != 30)) return false;
        unsigned character = size == 1 ? first : first & (0x7FU >> size);
        for (std::size_t k = 1; k < size; ++k) {
            const unsigned next = static_cast<unsigned char>(text[i + k]);
            if ((next >> 6U) != 2) return false;
            character = (character << 6U) | (next & 0x3FU);
        }
        constexpr unsigned smallest[]{0, 0, 0x80, 0x800, 0x10000};
        const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
        if (character < smallest[size] || character > 0x10FFFF || is_surrogate || !take(character)) return false;
        i += size;
    }
    return true;
}

/// The characters of each line; bytes that are no UTF-8 count as the reader counts them.
std::vector<std::size_t> widths_of(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::size_t> widths{0};
    for (const char c : text) {
        if (c == '\n')
            widths.push_back(0);
        else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U)
            ++widths.back();
    }
    return widths;
}

bool is_inside(const base::text_position& at, const std::vector<std::size_t>& widths, bool is_text) {
    if (at.file != file_name || at.line < 1 || at.column < 1) return false;
    const auto line = static_cast<std::size_t>(at.line) - 1;
    const auto column = static_cast<std::size_t>(at.column) - 1;
    return line < widths.size() && (!is_text || column <= widths[line]);
}

std::string fault_of(const base::diagnostic& one, const std::vector<std::size_t>& widths, bool is_text) {
    const auto told = [&](std::string_view fault) { return fmt::format("{}: {}", fault, base::headline(one)); };
    if (!is_inside(one.at, widths, is_text)) return told("a place outside of the text");
    if (one.message.empty() || one.message.size() > message_max) return told("a message without a good length");
    if (!is_printable_line(one.message)) return told("a message that is no printable line");
    for (const auto& note : one.notes)
        if (auto fault = fault_of(note, widths, is_text); !fault.empty()) return fault;
    return {};
}

} // namespace

bool is_utf8(std::string_view text) {
    return each_character(text, [](unsigned) { return true; });
}

bool is_printable_line(std::string_view text) {
    return each_character(text, [](unsigned c) { return c >= 0x20 && (c < 0x7F || c > 0x9F); });
}

std::string fault_of(const std::vector<base::diagnostic>& all, std::string_view text) {
    if (all.size() > diagnostics_max) return fmt::format("{} diagnostics", all.size());
    const auto widths = widths_of(text);
    const bool is_text = is_utf8(text);
    constexpr std::size_t rendered_max = 50; // each looks for its line from the start
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (auto fault = fault_of(all[i], widths, is_text); !fault.empty()) return fault;
        if (i >= rendered_max) continue;
        const auto shown = base::render(all[i], text);
        if (!shown.ends_with('\n') || !shown.starts_with(base::headline(all[i])))
            return fmt::format("rendered without its headline: {}", shown);
        if (is_text && !is_utf8(shown)) return fmt::format("rendered as no UTF-8: {}", shown);
    }
    return {};
}

} // namespace smarttrade::fuzz
