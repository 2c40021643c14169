#include "tidy/source_rules.hpp"

#include <algorithm>

#include "tidy/rules.hpp"
#include "tidy/source_text.hpp"

namespace smarttrade::tidy {

std::vector<breach> check(const source_file& file) {
    std::vector<breach> out;
    const auto code = code_only(file.text);
    check_includes(file, code, out);
    check_words(file, code, out);
    check_awaits(code, out);
    check_lengths(file, code, out);
    std::ranges::stable_sort(out, {}, &breach::line);
    return out;
}

std::vector<std::string> rule_names() {
    std::vector<std::string> names{"top_level"};
    name_include_rules(names);
    name_word_rules(names);
    name_await_rules(names);
    name_length_rules(names);
    return names;
}

} // namespace smarttrade::tidy
