#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::yaml {

/// What is wrong with one file, or with all together. Beyond a bound only the fact is told that there is more: a
/// hostile file must fill neither the memory nor the terminal. Many warnings are no mistake.
struct problems {
    static constexpr std::size_t all_max = 1000;

    std::string file;
    std::vector<base::diagnostic> all;
    std::size_t warnings = 0;

    bool is_full() const { return all.size() - warnings > all_max; }
    void add(base::diagnostic told) {
        const bool warns = told.level == base::severity::warning;
        if (is_full() || (warns && warnings > all_max)) return;
        if (warns && warnings == all_max) told = {told.at, told.level, {}, "too many warnings, the rest is not told", {}};
        if (!warns && all.size() - warnings == all_max)
            told = {told.at, base::severity::error, {}, "too many mistakes, the rest is not told", {}};
        warnings += warns ? 1 : 0;
        all.push_back(std::move(told));
    }
    void error(place at, std::string message, std::string rule = {}) {
        add({position(at, file), base::severity::error, std::move(rule), std::move(message), {}});
    }
};

} // namespace smarttrade::yaml
