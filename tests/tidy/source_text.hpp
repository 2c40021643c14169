#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::tidy {

bool is_word(char c);
bool is_space(char c);

/// The line, from 1, in which the character `at` stands.
std::size_t line_of(std::string_view text, std::size_t at);

/// The same text with comments and the insides of literals blanked, so that only code is left where it was.
std::string code_only(std::string_view source);

/// Places of `word` in `code` where it is not part of a longer name.
std::vector<std::size_t> places_of(std::string_view code, std::string_view word);

/// The end of the code before `at`: one past its last character that is no space.
std::size_t back_over_space(std::string_view code, std::size_t at);

bool ends_with_word(std::string_view code, std::size_t end, std::string_view word);

/// Whether the `{` at `at` opens an initialiser and not a block. Blocks have a space before them (clang-format).
bool opens_initialiser(std::string_view code, std::size_t at);

} // namespace smarttrade::tidy
