// The rules of the house, by kind. Each adds what it finds to `out`; `code` is the text of `file` by code_only.
#pragma once

#include <string_view>

#include "tidy/source_rules.hpp"

namespace smarttrade::tidy {

void check_includes(const source_file& file, std::string_view code, std::vector<breach>& out);
void check_words(const source_file& file, std::string_view code, std::vector<breach>& out);
void check_awaits(std::string_view code, std::vector<breach>& out);
void check_lengths(const source_file& file, std::string_view code, std::vector<breach>& out);

void name_include_rules(std::vector<std::string>& out);
void name_word_rules(std::vector<std::string>& out);
void name_await_rules(std::vector<std::string>& out);
void name_length_rules(std::vector<std::string>& out);

} // namespace smarttrade::tidy
