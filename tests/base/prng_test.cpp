#include "base/prng.hpp"

#include <initializer_list>

#include <doctest/doctest.h>

using namespace smarttrade::base;

TEST_CASE("prng: a seed gives the published sequence of SplitMix64, on every machine") {
    prng random{1234567};
    for (const std::uint64_t expected : {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                         4593380528125082431U, 16408922859458223821U})
        CHECK(random.next() == expected);
}

TEST_CASE("prng: a saved state goes on where it stopped") {
    prng first{7};
    first.next();
    prng second{first.state()};
    CHECK(first.next() == second.next());
}

TEST_CASE("prng: draws stay below their bound and in the unit interval") {
    prng random{1};
    for (int i = 0; i < 1000; ++i) {
        CHECK(random.below(7) < 7);
        const double u = random.unit();
        CHECK((u >= 0 && u < 1));
    }
}
