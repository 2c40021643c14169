#include <doctest/doctest.h>

#include "paper/codec.hpp"
#include "paper/random_world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// The same exchange, built anew from the texts of its parts.
paper::state rebuilt(const paper::state& from) {
    paper::state made;
    made.now = from.now;
    made.commission = from.commission;
    made.next_trade_id = from.next_trade_id;
    made.next_sub_trade_id = from.next_sub_trade_id;
    for (const auto& [id, account] : from.accounts) {
        made.accounts[id] = account;
        for (auto& [currency, amount] : made.accounts[id].balances)
            amount = paper::decode_balance(paper::encode(amount));
    }
    for (const auto& [pair, market] : from.markets)
        made.markets[pair].now = paper::decode_quote(paper::encode(market.now));
    for (const auto& [id, live] : from.trades) {
        const auto text = paper::encode(live.record);
        CHECK(paper::decode_trade(text) == live.record);
        paper::restore(made, paper::decode_trade(text));
    }
    return made;
}

} // namespace

TEST_CASE("codec: an exchange read back from its parts goes on exactly as the one that never stopped") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        base::prng draw{seed};
        random_requests requests{seed};
        world lasting{"10000", "10000.01"};
        world restarted = lasting;
        std::int64_t now = 1'000'000;
        for (int i = 0; i < 60; ++i) {
            if (i % 7 == 3) restarted.state = rebuilt(restarted.state);
            const auto wish = requests.next();
            lasting.run(paper::create{wish});
            restarted.run(paper::create{wish});
            now = next_cents(draw, now);
            lasting.tick(cents(now).to_short_string());
            restarted.tick(cents(now).to_short_string());
        }
        REQUIRE(lasting.state.trades.size() == restarted.state.trades.size());
        for (const auto& [id, live] : lasting.state.trades) CHECK(live.record == restarted.state.trades.at(id).record);
        for (const auto& [id, account] : lasting.state.accounts)
            CHECK(account.balances == restarted.state.accounts.at(id).balances);
    }
}

TEST_CASE("codec: damaged text is told, never guessed at") {
    world exchange;
    const auto id = exchange.create(market_buy());
    const auto text = paper::encode(exchange.state.trades.at(id).record);
    CHECK_NOTHROW(paper::decode_trade(text));
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_THROWS_AS(paper::decode_trade(text.substr(0, size)), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_trade(text + "1:x"), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_balance("6:paper99:xxxxxxxxx"), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_quote("99999999999999999999:"), std::runtime_error);
}
