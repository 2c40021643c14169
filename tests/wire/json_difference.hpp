#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/in_project.hpp"

namespace smarttrade::tests {

inline void add_differences(const boost::json::value& expected, const boost::json::value& written,
                            const std::string& path, std::string& told) {
    using boost::json::serialize;
    if (expected.is_object() && written.is_object()) {
        for (const auto& [name, value] : expected.get_object()) {
            const auto below = path + "." + std::string{name};
            if (const auto* found = written.get_object().if_contains(name))
                add_differences(value, *found, below, told);
            else
                told += below + ": not written\n";
        }
        for (const auto& [name, value] : written.get_object())
            if (!expected.get_object().contains(name))
                told += path + "." + std::string{name} + ": written in addition\n";
    } else if (expected.is_array() && written.is_array()) {
        const auto& left = expected.get_array();
        const auto& right = written.get_array();
        if (left.size() != right.size()) told += path + ": another length\n";
        for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
            add_differences(left[i], right[i], path + "[" + std::to_string(i) + "]", told);
    } else if (expected != written) {
        told += path + ": " + serialize(expected) + " became " + serialize(written) + "\n";
    }
}

/// Each difference in members, kinds and values as one line; empty: the same JSON value.
inline std::string json_difference(const std::string& expected, const std::string& written) {
    std::string told;
    add_differences(boost::json::parse(expected), boost::json::parse(written), "", told);
    return told;
}

/// A documented body (api.md E) by its name in `entities`.
inline std::string documented(const std::string& name) {
    std::ifstream file{test::in_project("tests/wire/entities/") + name + ".json"};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace smarttrade::tests
