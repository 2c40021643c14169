#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::yaml {

/// What is wrong with one file, or with all together. Beyond a bound only the fact is told that there is more: a
/// hostile file must fill neither the memory nor the terminal.
struct problems {
    static constexpr std::size_t all_max = 1000;

    std::string file;
    std::vector<base::diagnostic> all;

    bool is_full() const { return all.size() > all_max; }
    void add(base::diagnostic told) {
        if (is_full()) return;
        if (all.size() == all_max)
            told = {told.at, base::severity::error, {}, "too many mistakes, the rest is not told", {}};
        all.push_back(std::move(told));
    }
    void error(place at, std::string message, std::string rule = {}) {
        add({position(at, file), base::severity::error, std::move(rule), std::move(message), {}});
    }
};

} // namespace smarttrade::yaml
