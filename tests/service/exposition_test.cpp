#include <doctest/doctest.h>

#include "service/exposition.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

std::string text_of(service::metric_sample sample) {
    return service::exposition({{"m", service::metric_type::gauge, "Help.", {std::move(sample)}}});
}

const std::string head = "# HELP smarttraded_m Help.\n# TYPE smarttraded_m gauge\n";

} // namespace

TEST_CASE("exposition: labels stand in their order, and what would end a value is escaped") {
    CHECK(text_of({{}, 1}) == head + "smarttraded_m 1\n");
    CHECK(text_of({{{"b", "x"}, {"a", "y"}}, 1}) == head + "smarttraded_m{b=\"x\",a=\"y\"} 1\n");
    CHECK(text_of({{{"a", "say \"no\"\\\n} 7"}}, 1}) == head + "smarttraded_m{a=\"say \\\"no\\\"\\\\\\n} 7\"} 1\n");
}

TEST_CASE("exposition: a help text stays on its line, its quotes as they are") {
    const auto told = service::exposition({{"m", service::metric_type::counter, "a \"b\"\\\nc", {}}});
    CHECK(told == "# HELP smarttraded_m a \"b\"\\\\\\nc\n# TYPE smarttraded_m counter\n");
}

TEST_CASE("exposition: numbers are told as a person writes them") {
    struct row {
        double value;
        const char* told;
    };
    for (const auto& each :
         {row{0, "0"}, row{1, "1"}, row{0.1 + 0.2, "0.3"}, row{600.6, "600.6"}, row{1795754735.123, "1795754735.123"},
          row{123456789012, "123456789012"}, row{1e300, "1e+300"}, row{-2.5, "-2.5"}}) {
        CAPTURE(each.told);
        CHECK(text_of({{}, each.value}) == head + "smarttraded_m " + each.told + '\n');
    }
}

TEST_CASE("exposition: a histogram's buckets add up, the last holds all, and a bound belongs to its own bucket") {
    service::histogram times{{100ms, 2500ms}};
    for (const auto took : {0ms, 100ms, 101ms, 2500ms, 2501ms}) times.observe(took);
    const auto told = service::exposition({{"m", service::metric_type::histogram, "Help.", samples_of(times)}});
    CHECK(told
          == "# HELP smarttraded_m Help.\n# TYPE smarttraded_m histogram\n"
             "smarttraded_m_bucket{le=\"0.1\"} 2\n"
             "smarttraded_m_bucket{le=\"2.5\"} 4\n"
             "smarttraded_m_bucket{le=\"+Inf\"} 5\n"
             "smarttraded_m_sum 5.202\n"
             "smarttraded_m_count 5\n");
}
