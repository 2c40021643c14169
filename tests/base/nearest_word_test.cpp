#include "base/nearest_word.hpp"

#include <array>
#include <initializer_list>
#include <string>

#include <doctest/doctest.h>

using namespace smarttrade::base;

TEST_CASE("nearest_word: a slip of the fingers finds its word, anything further nothing") {
    constexpr std::array<std::string_view, 4> words{"take_profit", "stop_loss", "position", "pair"};
    struct row {
        const char* word;
        const char* near; ///< empty: nothing
    };
    for (const row& r : {row{"take_proft", "take_profit"}, row{"takeprofit", "take_profit"},
                         row{"psoition", "position"}, row{"stop_los", "stop_loss"}, row{"pari", "pair"},
                         row{"par", "pair"}, row{"leverage", ""}, row{"", ""}, row{"xyz", ""}}) {
        CAPTURE(r.word);
        CHECK(nearest_word(r.word, words).value_or("") == std::string_view{r.near});
    }
    CHECK_FALSE(nearest_word(std::string(1'000'000, 'x'), words));
    CHECK_FALSE(nearest_word("pair", {}));
}
