#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::plan {

/// What is wrong with one file. Beyond a bound nothing is added: a hostile file must not fill the memory.
struct problems {
    static constexpr std::size_t all_max = 10'000;

    std::string file;
    std::vector<base::diagnostic> all;

    void add(base::diagnostic told) {
        if (all.size() < all_max) all.push_back(std::move(told));
    }
    void error(yaml::place at, std::string message, std::string rule = {}) {
        add({yaml::position(at, file), base::severity::error, std::move(rule), std::move(message), {}});
    }
};

} // namespace smarttrade::plan
