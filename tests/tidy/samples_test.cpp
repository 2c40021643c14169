// samples/ mirrors the project: a file there is read as if it stood at that path. Lines that break a rule say so.
#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "support/in_project.hpp"
#include "tidy/read_text.hpp"
#include "tidy/source_rules.hpp"

namespace fs = std::filesystem;
using namespace smarttrade::tidy;

namespace {

const fs::path samples{smarttrade::test::in_project("tests/tidy/samples")};
constexpr std::string_view mark = " // breach: ";

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        lines.emplace_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
    }
    return lines;
}

/// The names of a sample of the top level: one a line, without the marks.
std::vector<std::string> names_in(const std::string& text) {
    auto names = lines_of(text);
    for (auto& name : names) name = name.substr(0, name.find(mark));
    return names;
}

std::vector<breach> check_sample(const std::string& path, const std::string& text) {
    return path == "top_level.txt" ? check_top_level(names_in(text), "# what builds leave\n/build/\n*.log\n")
                                   : check({path, text});
}

std::vector<std::string> sample_paths() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{samples})
        if (entry.is_regular_file() && entry.path().filename() != ".clang-format")
            found.push_back(fs::relative(entry.path(), samples).string());
    std::ranges::sort(found);
    return found;
}

} // namespace

TEST_CASE("samples: exactly the marked lines are reported, for their reason") {
    for (const auto& path : sample_paths()) {
        CAPTURE(path);
        const auto text = read_text(samples / path);
        std::map<std::size_t, std::string> said;
        for (const auto& found : check_sample(path, text)) said[found.line] += found.message + '\n';
        const auto lines = lines_of(text);
        for (std::size_t line = 1; line <= lines.size(); ++line) {
            CAPTURE(line);
            const auto at = lines[line - 1].find(mark);
            if (at == std::string::npos)
                CHECK(said[line] == "");
            else
                CHECK(said[line].find(lines[line - 1].substr(at + mark.size())) != std::string::npos);
        }
    }
}

TEST_CASE("samples: every rule is broken by one") {
    std::set<std::string> broken;
    for (const auto& path : sample_paths())
        for (const auto& found : check_sample(path, read_text(samples / path))) broken.insert(found.rule);
    for (const auto& rule : rule_names()) {
        CAPTURE(rule);
        CHECK(broken.count(rule) == 1);
    }
    CHECK(broken.size() == rule_names().size());
}
