#pragma once

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/in_project.hpp"

namespace smarttrade::test {

/// What the man page of the log says of one event.
struct documented_event {
    std::string level;
    std::set<std::string> fields;
};

/// The closed catalogue, by word: config/man/smarttraded-events.7.
inline const std::map<std::string, documented_event>& events_page() {
    static const auto all = [] {
        std::map<std::string, documented_event> read;
        std::ifstream page{in_project("config/man/smarttraded-events.7")};
        const std::regex entry{R"re(\.BR (\S+) " \((\w+)(?:; ([^)]*))?\)")re"};
        for (std::string line; std::getline(page, line);) {
            std::smatch found;
            if (!std::regex_match(line, found, entry)) continue;
            auto& event = read[found[1]];
            event.level = found[2];
            std::istringstream fields{found[3]};
            for (std::string field; fields >> field;) event.fields.insert(field);
        }
        return read;
    }();
    return all;
}

/// MESSAGE_ID by word, as the page lists them.
inline const std::map<std::string, std::string>& documented_message_ids() {
    static const auto all = [] {
        std::map<std::string, std::string> read;
        std::ifstream page{in_project("config/man/smarttraded-events.7")};
        const std::regex entry{R"re(([a-z]+\.[a-z]+) +([0-9a-f]{32}))re"};
        for (std::string line; std::getline(page, line);) {
            std::smatch found;
            if (std::regex_match(line, found, entry)) read.emplace(found[1], found[2]);
        }
        return read;
    }();
    return all;
}

/// What of this line the page does not name; empty: it is as documented.
inline std::string undocumented(const std::string& word,
                                const std::vector<std::pair<std::string, std::string>>& fields) {
    const auto found = events_page().find(word);
    if (found == events_page().end()) return word;
    for (const auto& [name, value] : fields)
        if (!found->second.fields.contains(name)) return word + ' ' + name;
    return {};
}

} // namespace smarttrade::test
