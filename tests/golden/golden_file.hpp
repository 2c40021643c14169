#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/in_project.hpp"

namespace smarttrade::golden {

inline std::string text_of(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    REQUIRE_MESSAGE(in.good(), path, " cannot be read");
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A file below tests/golden/log.
inline std::string path_of(const std::string& name) { return test::in_project("tests/golden/log/") + name; }

/// Line by line, so that a failure shows the first line that is told otherwise. SMARTTRADED_WRITE_GOLDEN=1 writes what
/// is told now: to be read, aloud, before it is committed.
inline void check_golden(const std::string& name, const std::vector<std::string>& told) {
    if (std::getenv("SMARTTRADED_WRITE_GOLDEN") != nullptr) { // NOLINT: one thread
        std::ofstream out{path_of(name), std::ios::binary};
        for (const auto& line : told) out << line << '\n';
    }
    std::istringstream golden{text_of(path_of(name))};
    std::size_t n = 0;
    for (std::string line; std::getline(golden, line); ++n) {
        CAPTURE(n + 1);
        REQUIRE(n < told.size());
        REQUIRE(told[n] == line);
    }
    CHECK(told.size() == n);
}

} // namespace smarttrade::golden
