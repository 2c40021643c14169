#include <algorithm>
#include <array>
#include <optional>

#include "tidy/rules.hpp"
#include "tidy/source_text.hpp"

namespace smarttrade::tidy {

namespace {

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

/// What a pure room does without: I/O, threads, clocks, and containers whose order changes from run to run. A name
/// that ends in a slash stands for the folder.
constexpr std::array<std::string_view, 23> impure_headers{
    "boost/asio.hpp", "boost/asio/",   "atomic",         "condition_variable",
    "csignal",        "ctime",         "fcntl.h",        "filesystem",
    "fstream",        "future",        "iostream",       "mutex",
    "random",         "netinet/",      "openssl/rand.h", "openssl/ssl.h",
    "shared_mutex",   "sys/",          "systemd/",       "thread",
    "unistd.h",       "unordered_map", "unordered_set"};

std::optional<int> rank_of(std::string_view room) {
    const auto found = std::ranges::find(ranks, room, &room_rank::room);
    return found == ranks.end() ? std::nullopt : std::optional{found->rank};
}

/// lib/ROOM/.. or daemon/..; nothing for the tests, which may include what they like.
std::optional<std::string_view> room_of(std::string_view path) {
    if (path.starts_with("daemon/")) return "daemon";
    if (!path.starts_with("lib/")) return std::nullopt;
    path.remove_prefix(4);
    return path.substr(0, path.find('/'));
}

void check_include(std::string_view room, int rank, std::string_view path, std::size_t line, std::vector<breach>& out) {
    const auto folder = path.substr(0, path.find('/'));
    if (const auto theirs = rank_of(folder); theirs && path.size() > folder.size() && folder != room && *theirs >= rank)
        out.push_back(
            {line, "arrow", std::string{room} + " includes " + std::string{path} + ", but arrows point inward"});
    for (const auto& [prefix, home] : homed_headers)
        if (path.starts_with(prefix) && room != home)
            out.push_back({line, std::string{prefix}, "only " + std::string{home} + " includes " + std::string{path}});
    if (rank > core_rank_max) return;
    for (const auto impure : impure_headers)
        if (impure.ends_with('/') ? path.starts_with(impure) : path == impure)
            out.push_back({line, std::string{impure},
                           std::string{room} + " is pure, so it does not include " + std::string{path}});
}

} // namespace

void check_includes(const source_file& file, std::string_view code, std::vector<breach>& out) {
    const auto room = room_of(file.path);
    if (!room) return;
    const auto rank = rank_of(*room);
    if (!rank) {
        out.push_back({1, "room", std::string{*room} + " is a room whose place in the house nobody knows"});
        return;
    }
    for (const auto at : places_of(code, "#include")) { // the names themselves are literals, blanked in the code
        const auto line = file.text.substr(at, file.text.find('\n', at) - at);
        const auto open = line.find_first_of("\"<");
        if (open == line.npos) continue;
        const auto path = line.substr(open + 1, line.find_first_of("\">", open + 1) - open - 1);
        check_include(*room, *rank, path, line_of(code, at), out);
    }
}

void name_include_rules(std::vector<std::string>& out) {
    out.insert(out.end(), {"arrow", "room"});
    for (const auto& header : homed_headers) out.emplace_back(header.prefix);
    out.insert(out.end(), impure_headers.begin(), impure_headers.end());
}

} // namespace smarttrade::tidy
