// One day of a small fund, told by its log: tests/golden/log/day.log. The script says what happens, the log what a
// person is told of it; read them side by side.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "golden/day.hpp"
#include "golden/day_script.hpp"
#include "golden/golden_file.hpp"
#include "service/log_format.hpp"

namespace smarttrade::golden {

TEST_CASE("golden: the log of a day is told in exactly these words") {
    std::vector<std::string> lines;
    for (const auto& each : the_day()) lines.push_back(service::format_text(each.what, each.at, {}));
    check_golden("day.log", lines);
}

} // namespace smarttrade::golden
