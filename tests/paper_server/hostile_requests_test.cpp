#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "paper_server/client.hpp"
#include "paper_server/form_body.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

constexpr std::array fragments{"[",
                               "]",
                               "[]",
                               "[0]",
                               "&",
                               "=",
                               "%",
                               "%00",
                               "%ff",
                               "{",
                               "}",
                               "\"",
                               ",",
                               ":",
                               "null",
                               "-1",
                               "1e999",
                               "99999999999999999999999999",
                               "0.00000000000000000001",
                               "position",
                               "take_profit[steps][]",
                               "\xf0\x9f",
                               "\n",
                               "true",
                               "?",
                               "/",
                               "//"};

std::string mangled(std::string text, base::prng& dice) {
    for (auto left = dice.below(4); left > 0; --left) {
        const auto at = static_cast<std::size_t>(dice.below(text.size() + 1));
        switch (dice.below(3)) {
        case 0: text.insert(at, fragments.at(dice.below(fragments.size()))); break;
        case 1: text.erase(at, dice.below(8)); break;
        default:
            if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
        }
    }
    return text;
}

} // namespace

TEST_CASE("requests: whatever bytes come, the answer is one of the API's and is JSON") {
    auto how = manual_options();
    how.rate_limits = false;
    client api{how};
    const auto id = api.create(limit_buy());
    api.tick();
    const std::string bodies[]{limit_buy(),
                               form_of(limit_buy()),
                               seed_body("smart-trade-trailing-buy.json"),
                               R"({"order_type":"limit","units":{"value":"1"},"price":{"value":"1"}})",
                               R"({"note":"a note"})",
                               "mode=paper"};
    const std::string targets[]{
        "/v2/smart_trades",
        fmt::format("/v2/smart_trades/{}", id),
        fmt::format("/v2/smart_trades/{}/add_funds", id),
        fmt::format("/v2/smart_trades/{}/set_note", id),
        fmt::format("/v2/smart_trades/{}/trades/5", id),
        "/v2/smart_trades?page=1&per_page=10&status=all&from=2026-03-02T09:00:00Z&pair=USDT_BTC",
        "/ver1/users/change_mode",
        "/ver1/accounts/1/leverage_data?pair=USDT_BTC",
        "/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC"};
    const std::array methods{"GET", "POST", "PATCH", "DELETE"};
    const std::array types{"application/json", form_type, "text/plain"};
    constexpr std::array known{200, 201, 400, 403, 404, 405, 422, 500};
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        base::prng dice{seed};
        const auto target = mangled(targets[dice.below(std::size(targets))], dice);
        const auto body = mangled(bodies[dice.below(std::size(bodies))], dice);
        CAPTURE(target);
        CAPTURE(body);
        const auto reply = api.send(methods.at(dice.below(methods.size())), "/public/api" + target, body,
                                    {{"Content-Type", types.at(dice.below(types.size()))}});
        REQUIRE(std::ranges::find(known, reply.status) != known.end());
        REQUIRE((reply.body.is_object() || reply.body.is_array()));
        if (reply.status == 500) REQUIRE(reply.text("error") == "unknown_error");
    }
}
