#include "tidy/source_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace smarttrade::tidy {

namespace {

constexpr std::size_t lines_max = 400;

/// A room may include rooms of a lower rank, so siblings never include each other.
struct room_rank {
    std::string_view room;
    int rank;
};
constexpr std::array ranks{room_rank{"base", 0},      room_rank{"money", 1},   room_rank{"trade", 2},
                           room_rank{"yaml", 2},      room_rank{"config", 3},  room_rank{"plan", 3},
                           room_rank{"reconcile", 3}, room_rank{"wire", 3},    room_rank{"paper", 3},
                           room_rank{"async", 4},     room_rank{"http", 5},    room_rank{"store", 5},
                           room_rank{"client", 6},    room_rank{"journal", 6}, room_rank{"paper_server", 6},
                           room_rank{"service", 7},   room_rank{"daemon", 8}};
constexpr int core_rank_max = 3;

/// Headers with one home.
struct homed_header {
    std::string_view prefix, home;
};
constexpr std::array homed_headers{homed_header{"yaml-cpp/", "yaml"}, homed_header{"sqlite3.h", "store"},
                                   homed_header{"boost/beast", "http"}};

/// What a pure room does without: I/O, threads, loops, and containers whose order changes from run to run.
constexpr std::array impure_headers{"boost/asio", "thread",   "mutex",   "fstream",       "iostream",
                                    "filesystem", "unistd.h", "sys/",    "unordered_map", "unordered_set",
                                    "future",     "random",   "systemd/"};

struct homed_word {
    std::string_view word, home, why;
};
constexpr std::array homed_words{
    homed_word{"steady_clock::now", "async", "time comes from async::time_source"},
    homed_word{"system_clock::now", "async", "time comes from async::time_source"},
    homed_word{"random_device", "", "randomness is passed in"},
    homed_word{"detached", "", "a task belongs to a task_group"},
    homed_word{"sleep_for", "", "a thread never sleeps"},
};

std::optional<int> rank_of(std::string_view room) {
    const auto found = std::ranges::find(ranks, room, &room_rank::room);
    return found == ranks.end() ? std::nullopt : std::optional{found->rank};
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t line_of(std::string_view text, std::size_t at) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// Places of `word` in `code` where it is not part of a longer name.
std::vector<std::size_t> places_of(std::string_view code, std::string_view word) {
    std::vector<std::size_t> found;
    for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
        const bool starts = at == 0 || !is_word(code[at - 1]);
        const auto end = at + word.size();
        if (starts && (end == code.size() || !is_word(code[end]))) found.push_back(at);
    }
    return found;
}

// ---- includes ---------------------------------------------------------------------------------------------------

void check_include(std::string_view room, std::string_view path, std::size_t line, std::vector<breach>& out) {
    const auto rank = rank_of(room).value_or(core_rank_max);
    const auto folder = path.substr(0, path.find('/'));
    if (const auto theirs = rank_of(folder); theirs && path.size() > folder.size() && folder != room && *theirs >= rank)
        out.push_back({line, std::string{room} + " includes " + std::string{path} + ", but arrows point inward"});
    for (const auto& [prefix, home] : homed_headers)
        if (path.starts_with(prefix) && room != home)
            out.push_back({line, "only " + std::string{home} + " includes " + std::string{path}});
    if (rank > core_rank_max) return;
    for (const std::string_view impure : impure_headers) {
        const bool hit = impure == "boost/asio" || impure.ends_with('/') ? path.starts_with(impure) : path == impure;
        if (hit) out.push_back({line, std::string{room} + " is pure, so it does not include " + std::string{path}});
    }
}

void check_includes(std::string_view room, std::string_view source, std::vector<breach>& out) {
    std::size_t line = 0;
    for (std::size_t at = 0; at < source.size();) {
        const auto end = std::min(source.find('\n', at), source.size());
        const auto text = source.substr(at, end - at);
        ++line;
        at = end + 1;
        if (!text.starts_with("#include ") || text.size() < 12) continue;
        const auto path = text.substr(10);
        check_include(room, path.substr(0, path.find_first_of("\">")), line, out);
    }
}

// ---- co_await forms that GCC 12 miscompiles ---------------------------------------------------------------------

std::size_t back_over_space(std::string_view code, std::size_t at) {
    while (at > 0 && is_space(code[at - 1])) --at;
    return at;
}

bool ends_with_word(std::string_view code, std::size_t end, std::string_view word) {
    return end >= word.size() && code.substr(end - word.size(), word.size()) == word
           && (end == word.size() || !is_word(code[end - word.size() - 1]));
}

/// Whether the `{` at `at` opens an initialiser and not a block. Blocks have a space before them.
bool opens_initialiser(std::string_view code, std::size_t at) {
    const auto before = back_over_space(code, at);
    if (before == 0) return false;
    if (std::string_view{"=,(?"}.find(code[before - 1]) != std::string_view::npos) return true;
    if (ends_with_word(code, before, "return") || ends_with_word(code, before, "co_return")) return true;
    return before == at;
}

struct statement {
    std::size_t begin = 0, end = 0;
    bool braced = false;             ///< an initialiser or a closure stands in it
    std::vector<std::size_t> opened; ///< parentheses around the co_await, innermost first
};

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
        if (c == ';' && out.opened.empty()) break;
        if (c == '{') {
            if (!opens_initialiser(code, at - 1)) break;
            out.braced = true;
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
            out.braced = true;
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

void check_awaits(std::string_view code, std::vector<breach>& out) {
    for (const auto at : places_of(code, "co_await")) {
        statement around;
        find_begin(code, at, around);
        find_end(code, at, around);
        const auto line = line_of(code, at);
        const auto text = code.substr(around.begin, around.end - around.begin);
        if (in_condition(code, at, around)) out.push_back({line, "co_await in a condition: GCC 12 skips the call"});
        // What this_coro gives never suspends and is no temporary that GCC 12 could destroy twice.
        if (code.substr(at).starts_with("co_await asio::this_coro::executor")) continue;
        if (around.braced) out.push_back({line, "co_await beside braces or a closure: GCC 12 destroys them twice"});
        if (text.find('?') != text.npos) out.push_back({line, "co_await beside ?: is destroyed twice by GCC 12"});
    }
}

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

std::vector<breach> check(std::string_view room, std::string_view source) {
    std::vector<breach> out;
    const auto code = code_only(source);
    check_includes(room, source, out);
    for (const auto& [word, home, why] : homed_words)
        if (room != home)
            for (const auto at : places_of(code, word))
                out.push_back({line_of(code, at), std::string{word} + ": " + std::string{why}});
    check_awaits(code, out);
    const auto lines = static_cast<std::size_t>(std::ranges::count(source, '\n'));
    if (lines > lines_max) out.push_back({lines, "longer than " + std::to_string(lines_max) + " lines"});
    return out;
}

} // namespace smarttrade::tidy
