#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "system/program_path.hpp"

namespace smarttrade::test {

/// Everything the command says, and that it ended as expected.
inline std::string said_by(std::vector<std::string> words, int exit_code) {
    words.insert(words.begin(), program_path());
    process command{words};
    auto text = command.read_all();
    CAPTURE(text);
    CHECK(command.wait() == exit_code);
    return text;
}

/// The same as a user whom file modes bind: root is without its capabilities.
inline std::string said_without_privileges(std::vector<std::string> words, int exit_code) {
    words.insert(words.begin(), program_path());
    if (::geteuid() == 0) words.insert(words.begin(), {"/usr/bin/setpriv", "--bounding-set=-all"});
    process command{words};
    auto text = command.read_all();
    CAPTURE(text);
    CHECK(command.wait() == exit_code);
    return text;
}

} // namespace smarttrade::test
