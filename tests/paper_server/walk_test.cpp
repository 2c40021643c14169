#include <cmath>

#include <doctest/doctest.h>

#include "paper_server/walk.hpp"

using namespace smarttrade;
using money::decimal;

namespace {

const trade::pair btc{"USDT", "BTC"};
const money::price cent{decimal{1, 2}};
const money::price highest{decimal{1'000'000}};
const money::price start{decimal{10'000}};

money::price next(std::uint64_t seed, std::uint64_t k, const trade::pair& pair = btc,
                  const money::price& from = start) {
    return paper_server::walk_price(seed, pair, k, from, money::percent{decimal{12}}, cent, highest);
}

} // namespace

TEST_CASE("walk: a step depends on its seed, its pair and its number, and on nothing else") {
    CHECK(next(7, 1) == next(7, 1));
    CHECK(next(7, 1) != next(7, 2));
    CHECK(next(7, 1) != next(8, 1));
    CHECK(next(7, 1) != next(7, 1, {"USDT", "ETH"}));
}

TEST_CASE("walk: a minute of steps moves the price by about the swing") {
    double squares = 0;
    constexpr int minutes = 400;
    for (std::uint64_t seed = 0; seed < minutes; ++seed) {
        auto price = start;
        for (std::uint64_t k = 1; k <= 60; ++k) price = next(seed, k, btc, price);
        const auto moved = price.value().approximate() / 10'000 - 1;
        squares += moved * moved;
    }
    const auto swing = std::sqrt(squares / minutes);
    CHECK(swing > 0.10);
    CHECK(swing < 0.14);
}

TEST_CASE("walk: prices stay on the price step and inside the market") {
    auto low = cent;
    auto high = highest;
    for (std::uint64_t k = 1; k < 500; ++k) {
        low = next(3, k, btc, low);
        high = next(3, k, btc, high);
        CHECK(low >= cent);
        CHECK(high <= highest);
        CHECK(high.value().is_multiple_of(cent.value()));
    }
}
