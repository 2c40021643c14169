#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::tidy {

struct breach {
    std::size_t line = 0; ///< from 1
    std::string rule;     ///< one of rule_names()
    std::string message;
};

/// One file of the project. `path` is relative to its root: it tells the room, and whether a rule has its home here.
struct source_file {
    std::string_view path, text;
};

/// Every breach of the house rules that a machine can see in one file.
std::vector<breach> check(const source_file& file);

/// Names at the top of the project, folders without a slash. Lines count these. `ignored`: the text of .gitignore.
std::vector<breach> check_top_level(const std::vector<std::string>& names, std::string_view ignored);

/// Every rule there is: the words, the headers and the forms, one by one.
std::vector<std::string> rule_names();

} // namespace smarttrade::tidy
