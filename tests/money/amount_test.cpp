#include "money/amount.hpp"

#include <doctest/doctest.h>

using namespace smarttrade::money;

TEST_CASE("amount: price times quantity is money, and money over units the average price") {
    const auto cost = price{decimal{60'060}} * quantity{decimal{1, 2}};
    CHECK(cost == money{decimal{6006, 1}});
    CHECK(cost == quantity{decimal{1, 2}} * price{decimal{60'060}});
    CHECK(average_price(cost, quantity{decimal{1, 2}}, 8, rounding::down) == price{decimal{60'060}});
    CHECK(average_price(money{decimal{10}}, quantity{decimal{3}}, 2, rounding::down).to_string() == "3.33");
    CHECK(average_price(money{decimal{10}}, quantity{decimal{3}}, 2, rounding::up).to_string() == "3.34");
}

TEST_CASE("amount: a percent as a fraction is exact") {
    CHECK(as_fraction(percent{decimal{15, 1}}) == decimal{15, 3});
    CHECK(as_fraction(percent{decimal{100}}) == decimal{1});
}

TEST_CASE("amount: one unit adds, compares and rounds") {
    const price a{decimal{605, 1}};
    const price b{decimal{60}};
    CHECK((a - b).to_string() == "0.5");
    CHECK((a + b).to_short_string() == "120.5");
    CHECK(b < a);
    CHECK((-a).sign() == -1);
    CHECK(a.rounded_to_step(price{decimal{1}}, rounding::up) == price{decimal{61}});
    CHECK_FALSE(price::parse("1e5"));
}
