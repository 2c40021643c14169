#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "tidy/source_rules.hpp"

namespace smarttrade::tidy {

namespace {

constexpr std::array<std::string_view, 7> entries{"CMakeLists.txt", "README.md", "config", "daemon", "lib",
                                                  "systemd",        "tests"};

/// The lines of a .gitignore that speak of the top level, without their slashes.
std::vector<std::string> patterns_of(std::string_view ignored) {
    std::vector<std::string> found;
    while (!ignored.empty()) {
        auto line = ignored.substr(0, ignored.find('\n'));
        ignored.remove_prefix(std::min(ignored.size(), line.size() + 1));
        if (line.starts_with('/')) line.remove_prefix(1);
        if (line.ends_with('/')) line.remove_suffix(1);
        if (!line.empty() && line.front() != '#' && line.find('/') == line.npos) found.emplace_back(line);
    }
    return found;
}

} // namespace

std::vector<breach> check_top_level(const std::vector<std::string>& names, std::string_view ignored) {
    std::vector<breach> out;
    const auto patterns = patterns_of(ignored);
    for (std::size_t at = 0; at < names.size(); ++at) {
        const auto& name = names[at];
        const auto matches = [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
        if (name.starts_with('.') || std::ranges::count(entries, name) > 0) continue;
        if (std::ranges::none_of(patterns, matches))
            out.push_back({at + 1, "top_level", name + " has no place at the top of the project"});
    }
    for (const auto entry : entries)
        if (std::ranges::count(names, entry) == 0)
            out.push_back({names.size(), "top_level", std::string{entry} + " is missing"});
    return out;
}

} // namespace smarttrade::tidy
