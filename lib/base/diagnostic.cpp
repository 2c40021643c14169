#include "base/diagnostic.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/printable.hpp"

namespace smarttrade::base {

namespace {

std::string_view line_of(std::string_view source, int line) {
    for (; line > 1; --line) {
        const auto end = source.find('\n');
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + 1);
    }
    const auto text = source.substr(0, source.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

/// Blanks up to the 1-based character `column`; tabs are kept so that the caret stands below its character.
std::string blanks_before(std::string_view line, int column) {
    std::string blanks;
    int seen = 0;
    for (const char c : line) {
        const bool continues_a_character = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (continues_a_character) continue;
        if (++seen >= column) break;
        blanks += c == '\t' ? '\t' : ' ';
    }
    return blanks;
}

} // namespace

std::string_view name_of(severity level) {
    switch (level) {
    case severity::error: return "error";
    case severity::warning: return "warning";
    case severity::note: return "note";
    }
    return "error";
}

std::string headline(const diagnostic& what) {
    const auto place =
        what.at.line == 0 ? what.at.file : fmt::format("{}:{}:{}", what.at.file, what.at.line, what.at.column);
    const auto rule = what.rule.empty() ? std::string{} : fmt::format(" [{}]", what.rule);
    return fmt::format("{}: {}: {}{}", place, name_of(what.level), what.message, rule);
}

std::string render(const diagnostic& what, std::string_view source) {
    auto out = headline(what) + '\n';
    const auto line = what.at.line == 0 ? std::string_view{} : line_of(source, what.at.line);
    constexpr std::size_t excerpt_max = 200; // a 16 MiB line helps nobody
    if (!line.empty() && line.size() <= excerpt_max)
        out += fmt::format("    {}\n    {}^\n", printable(line, '?', "\t"), blanks_before(line, what.at.column));
    for (const auto& note : what.notes) out += render(note, note.at.file == what.at.file ? source : std::string_view{});
    return out;
}

bool has_errors(const std::vector<diagnostic>& all) {
    return std::ranges::any_of(all, [](const diagnostic& d) { return d.level == severity::error; });
}

void sort_by_place(std::vector<diagnostic>& all) {
    std::ranges::stable_sort(all, [](const diagnostic& a, const diagnostic& b) {
        return std::tie(a.at, a.level) < std::tie(b.at, b.level);
    });
}

void drop_twins(std::vector<diagnostic>& sorted) {
    const auto is_twin = [](const diagnostic& a, const diagnostic& b) {
        return a.at == b.at && a.rule == b.rule && a.message == b.message;
    };
    sorted.erase(std::unique(sorted.begin(), sorted.end(), is_twin), sorted.end());
}

} // namespace smarttrade::base
