#include <algorithm>
#include <array>

#include "tidy/rules.hpp"
#include "tidy/source_text.hpp"

namespace smarttrade::tidy {

namespace {

constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 70;
constexpr std::array<std::string_view, 3> access_words{"public", "protected", "private"};

/// Blanks the lines of the preprocessor, which end without a `;` and would run into what follows.
std::string without_directives(std::string_view code) {
    std::string kept{code};
    bool directive = false, line_start = true;
    for (std::size_t at = 0; at < kept.size(); ++at) {
        const char c = kept[at];
        if (line_start && c == '#') directive = true;
        if (c == '\n') {
            directive = directive && code[at - 1] == '\\';
            line_start = true;
            continue;
        }
        line_start = line_start && is_space(c);
        if (directive) kept[at] = ' ';
    }
    return kept;
}

/// Past the `}` that closes the `{` at `at`.
std::size_t end_of_braces(std::string_view code, std::size_t at) {
    int depth = 0;
    for (; at < code.size(); ++at) {
        if (code[at] == '{') ++depth;
        if (code[at] == '}' && --depth == 0) return at + 1;
    }
    return code.size();
}

/// Past the `template <...>` that a declaration may begin with.
std::string_view without_template(std::string_view head) {
    if (!head.starts_with("template")) return head;
    int depth = 0;
    for (std::size_t at = 0; at < head.size(); ++at) {
        if (head[at] == '<') ++depth;
        if (head[at] != '>' || --depth > 0) continue;
        head.remove_prefix(at + 1);
        break;
    }
    while (!head.empty() && is_space(head.front())) head.remove_prefix(1);
    return without_template(head);
}

/// Whether a block with this head holds declarations: a namespace or a type.
bool opens_scope(std::string_view head) {
    head = without_template(head);
    const auto starts_with = [&](std::string_view word) {
        return !places_of(head.substr(0, word.size() + 1), word).empty();
    };
    constexpr std::array<std::string_view, 7> openers{
        "namespace", "inline namespace", "class", "struct", "union", "enum", "extern"};
    return std::ranges::any_of(openers, starts_with);
}

std::size_t skip_space(std::string_view code, std::size_t at) {
    while (at < code.size() && is_space(code[at])) ++at;
    return at;
}

void check_functions(std::string_view code, std::vector<breach>& out) {
    std::size_t head = 0; // where the declaration begins that `at` stands in
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        const auto ends_here = [&](std::string_view word) { return ends_with_word(code, at, word); };
        if (c == '{' && opens_initialiser(code, at)) {
            at = end_of_braces(code, at) - 1;
        } else if (c == '{') {
            const auto begin = skip_space(code, head);
            if (!opens_scope(code.substr(begin, at - begin))) {
                const auto end = end_of_braces(code, at);
                const auto lines = line_of(code, end - 1) - line_of(code, begin) + 1;
                if (lines > function_lines_max)
                    out.push_back({line_of(code, begin), "function_length",
                                   "function of " + std::to_string(lines) + " lines, at most "
                                       + std::to_string(function_lines_max)});
                at = end - 1;
            }
            head = at + 1;
        } else if (c == ';' || c == '}') {
            head = at + 1;
        } else if (c == ':' && std::ranges::any_of(access_words, ends_here)) {
            head = at + 1;
        }
    }
}

} // namespace

void check_lengths(const source_file& file, std::string_view code, std::vector<breach>& out) {
    check_functions(without_directives(code), out);
    const auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
    if (lines > file_lines_max)
        out.push_back(
            {lines, "file_length", std::to_string(lines) + " lines, at most " + std::to_string(file_lines_max)});
}

void name_length_rules(std::vector<std::string>& out) { out.insert(out.end(), {"file_length", "function_length"}); }

} // namespace smarttrade::tidy
