// The co_await expressions that GCC 12 miscompiles without a word.
#include <algorithm>
#include <array>

#include "tidy/rules.hpp"
#include "tidy/source_text.hpp"

namespace smarttrade::tidy {

namespace {

struct statement {
    std::size_t begin = 0, end = 0;
    bool braced = false;             ///< an initialiser or a closure stands in it
    std::vector<std::size_t> opened; ///< parentheses around the co_await, innermost first
};

/// Whether the `;` before `at` stands in the head of a for or an if.
bool in_head(std::string_view code, std::size_t at) {
    for (int depth = 0; at > 0; --at) {
        const char c = code[at - 1];
        if (c == '{' || c == '}') return false;
        if (c == ')') ++depth;
        if (c == '(' && depth-- == 0) return true;
    }
    return false;
}

/// Points and spans of time are trivially destroyed, so that twice is no harm.
bool opens_time(std::string_view code, std::size_t at) {
    constexpr std::array<std::string_view, 5> types{"mono_time", "milliseconds", "seconds", "minutes", "hours"};
    return std::ranges::any_of(types, [&](std::string_view type) { return ends_with_word(code, at, type); });
}

/// From the co_await back to the end of whatever stands before its statement.
void find_begin(std::string_view code, std::size_t at, statement& out) {
    int depth = 0;
    for (; at > 0; --at) {
        const char c = code[at - 1];
        if (c == ')' || c == ']') ++depth;
        if ((c == '(' || c == '[') && depth-- == 0) {
            out.opened.push_back(at - 1);
            depth = 0;
        }
        if (c == ';' && !in_head(code, at - 1)) break;
        if (c == '{') {
            if (!opens_initialiser(code, at - 1)) break;
            if (!opens_time(code, at - 1)) out.braced = true;
        }
        if (c == '}') {
            const auto next = std::find_if_not(code.begin() + static_cast<std::ptrdiff_t>(at), code.end(), is_space);
            if (next == code.end() || std::string_view{",).|&+-*/<>=?["}.find(*next) == std::string_view::npos) break;
            out.braced = true;
        }
    }
    out.begin = at;
}

/// To the `;` that ends it, or to the end of the block or the list it stands in.
void find_end(std::string_view code, std::size_t at, statement& out) {
    int depth = 0;
    for (; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (c == '{') {
            if (depth <= 0 && !opens_initialiser(code, at)) break; // the block of an if, a while, a for
            if (!opens_time(code, at)) out.braced = true;
            ++depth;
        }
        if (c == '}' && --depth < 0) break;
        if (c == ';' && depth <= 0) break;
    }
    out.end = at;
}

/// `if (auto x = co_await f(); x)` is sound: a `;` stands between the co_await and the end of the head.
bool in_initialiser(std::string_view code, std::size_t at) {
    int depth = 0;
    for (; at < code.size() && depth >= 0; ++at) {
        if (code[at] == '(') ++depth;
        if (code[at] == ')') --depth;
        if (code[at] == ';' && depth == 0) return true;
    }
    return false;
}

/// Whether the co_await at `at` stands in the condition of an if, a while or the head of a for.
bool in_condition(std::string_view code, std::size_t at, const statement& around) {
    for (const auto open : around.opened) {
        const auto before = back_over_space(code, open);
        for (const std::string_view word : {"while", "for", "switch", "if"}) {
            if (!ends_with_word(code, before, word)) continue;
            return word == "for" || word == "while" || !in_initialiser(code, at);
        }
    }
    return false;
}

/// Whether nothing of its expression stands before the co_await at `at`.
bool stands_alone(std::string_view code, std::size_t at) {
    const auto before = back_over_space(code, at);
    if (before == 0 || std::string_view{";{}:"}.find(code[before - 1]) != std::string_view::npos) return true;
    if (code[before - 1] == '=') return is_space(code[before - 2]); // neither == nor +=
    if (code[before - 1] == ')') return true;                       // the head of an if, a for or a while
    for (const std::string_view word : {"co_return", "else", "do"})
        if (ends_with_word(code, before, word)) return true;
    return code.substr(0, before).ends_with("static_cast<void>("); // only throws the answer away
}

} // namespace

void check_awaits(std::string_view code, std::vector<breach>& out) {
    for (const auto at : places_of(code, "co_await")) {
        statement around;
        find_begin(code, at, around);
        find_end(code, at, around);
        const auto line = line_of(code, at);
        const auto text = code.substr(around.begin, around.end - around.begin);
        const bool decides = in_condition(code, at, around);
        if (decides) out.push_back({line, "await_condition", "co_await in a condition: GCC 12 skips the call"});
        // What this_coro gives never suspends and is no temporary that GCC 12 could destroy twice.
        if (code.substr(at).starts_with("co_await asio::this_coro::executor")) continue;
        const bool chooses = text.find('?') != text.npos;
        if (around.braced)
            out.push_back({line, "await_braces", "co_await beside braces or a closure: GCC 12 destroys them twice"});
        if (chooses) out.push_back({line, "await_choice", "co_await beside ?: is destroyed twice by GCC 12"});
        if (!decides && !around.braced && !chooses && !stands_alone(code, at))
            out.push_back({line, "await_alone", "co_await within an expression: name its result first"});
    }
}

void name_await_rules(std::vector<std::string>& out) {
    out.insert(out.end(), {"await_condition", "await_braces", "await_choice", "await_alone"});
}

} // namespace smarttrade::tidy
