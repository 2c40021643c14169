// Values that keep what they hold elsewhere.
#include <doctest/doctest.h>

#include "base/rare.hpp"
#include "base/shared_text.hpp"

using namespace smarttrade;

TEST_CASE("rare: a copy holds its own value, and absent is nothing") {
    base::rare<std::string> absent;
    CHECK(!absent);
    base::rare<std::string> first{std::string{"stop"}};
    auto copy = first;
    *copy += " loss";
    CHECK(*first == "stop");
    CHECK(*copy == "stop loss");
    CHECK(first != copy);
    copy = absent;
    CHECK(copy == absent);
    CHECK(first != absent);
    CHECK(base::rare<std::string>{std::optional<std::string>{}} == absent);
}

TEST_CASE("shared text: copies lie in memory once, and equal texts are equal wherever they lie") {
    const base::shared_text one{std::string{"body"}};
    const auto copy = one;
    CHECK(&copy.string() == &one.string());
    CHECK(one == base::shared_text{std::string{"body"}});
    CHECK(one == "body");
    CHECK(base::shared_text{}.empty());
    CHECK(base::shared_text{} == base::shared_text{std::string{}});
}
