#include "tidy/source_text.hpp"

#include <algorithm>
#include <cctype>

namespace smarttrade::tidy {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t line_of(std::string_view text, std::size_t at) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::vector<std::size_t> places_of(std::string_view code, std::string_view word) {
    std::vector<std::size_t> found;
    for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool starts = at == 0 || !is_word(code[at - 1]) || !is_word(word.front());
        const bool ends = end == code.size() || !is_word(code[end]) || !is_word(word.back());
        if (starts && ends) found.push_back(at);
    }
    return found;
}

std::size_t back_over_space(std::string_view code, std::size_t at) {
    while (at > 0 && is_space(code[at - 1])) --at;
    return at;
}

bool ends_with_word(std::string_view code, std::size_t end, std::string_view word) {
    return end >= word.size() && code.substr(end - word.size(), word.size()) == word
           && (end == word.size() || !is_word(code[end - word.size() - 1]));
}

bool opens_initialiser(std::string_view code, std::size_t at) {
    const auto before = back_over_space(code, at);
    if (before == 0) return false;
    if (std::string_view{"=,(?"}.find(code[before - 1]) != std::string_view::npos) return true;
    if (ends_with_word(code, before, "return") || ends_with_word(code, before, "co_return")) return true;
    return before == at;
}

namespace {

/// Blanks `text` from `at` to before `end`, but for line feeds.
void blank(std::string& text, std::size_t at, std::size_t end) {
    for (; at < std::min(end, text.size()); ++at)
        if (text[at] != '\n') text[at] = ' ';
}

/// Past the end of the quoted literal that opens at `at`.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote && text[at] != '\n'; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

/// Past the end of the raw string whose quote is at `at`.
std::size_t end_of_raw(std::string_view text, std::size_t at) {
    const auto open = text.find('(', at);
    if (open == text.npos) return text.size();
    const auto closing = ")" + std::string{text.substr(at + 1, open - at - 1)} + "\"";
    const auto end = text.find(closing, open);
    return end == text.npos ? text.size() : end + closing.size();
}

} // namespace

std::string code_only(std::string_view source) {
    std::string code{source};
    for (std::size_t at = 0; at < code.size();) {
        const auto rest = std::string_view{code}.substr(at);
        std::size_t end = at + 1;
        if (rest.starts_with("//")) {
            end = std::min(code.find('\n', at), code.size());
            blank(code, at, end);
        } else if (rest.starts_with("/*")) {
            const auto close = code.find("*/", at + 2);
            end = close == code.npos ? code.size() : close + 2;
            blank(code, at, end);
        } else if (code[at] == '"') {
            end = at > 0 && code[at - 1] == 'R' ? end_of_raw(code, at) : end_of_literal(code, at);
            blank(code, at + 1, end - 1);
        } else if (code[at] == '\'' && (at == 0 || !is_word(code[at - 1]))) { // else a digit separator
            end = end_of_literal(code, at);
            blank(code, at + 1, end - 1);
        }
        at = end;
    }
    return code;
}

} // namespace smarttrade::tidy
