// Every text that ever broke a reader, every plan and configuration there is, and what is meant to be expensive.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "fuzz/check.hpp"
#include "fuzz/hostile.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
namespace fs = std::filesystem;

namespace {

const fs::path project{test::in_project("")};

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<fs::path> files_in(const std::vector<fs::path>& folders) {
    std::vector<fs::path> all;
    for (const auto& folder : folders)
        for (const auto& each : fs::directory_iterator{project / folder})
            if (each.is_regular_file() && each.path().extension() != ".txt") all.push_back(each.path());
    std::ranges::sort(all);
    return all;
}

/// `check` with every file; more would be a seed for a fuzzer, not for a test.
void replay(const std::vector<fs::path>& files, std::string (*check)(std::string_view)) {
    constexpr std::uintmax_t bytes_max = 65536;
    for (const auto& file : files) {
        CAPTURE(file.string());
        CHECK(fs::file_size(file) <= bytes_max);
        CHECK(check(text_of(file)) == "");
    }
}

} // namespace

TEST_CASE("fuzz: no plan that ever broke the reader does so again") {
    const auto files = files_in({"tests/fuzz/regressions/plan", "tests/golden/plan", "config/plans", "config"});
    CHECK(files.size() > 200);
    replay(files, &fuzz::check_plan);
}

TEST_CASE("fuzz: no configuration that ever broke the reader does so again") {
    replay(files_in({"tests/fuzz/regressions/config", "config", "config/plans"}), &fuzz::check_config);
}

/// No clock: one of these that took quadratic time would take minutes, and meet the test's own limit.
TEST_CASE("fuzz: no text of a megabyte keeps the readers of plans and configuration busy") {
    constexpr std::size_t bytes = SMARTTRADED_HOSTILE_BYTES;
    for (const auto& each : fuzz::hostile_plans(bytes)) {
        CAPTURE(each.name);
        CHECK(fuzz::check_plan(each.text) == "");
    }
    for (const auto& each : fuzz::hostile_configs(bytes)) {
        CAPTURE(each.name);
        CHECK(fuzz::check_config(each.text) == "");
    }
}
