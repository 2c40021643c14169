#include <doctest/doctest.h>

#include "paper/random_world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

constexpr std::uint64_t seeds = 60;
constexpr int ticks = 120;

/// What must hold after every step, given how things were before it.
void check_step(const world& exchange, const std::map<trade::smart_trade_id, paper::trade_record>& before) {
    for (const auto& [id, live] : exchange.state.trades) {
        const auto& now = live.record;
        CHECK(now.closed_amount <= now.entered_amount);
        const auto old = before.find(id);
        if (old == before.end()) continue;
        const auto& was = old->second;
        const auto not_worse = [&](const money::price& next, const money::price& last) {
            return now.is_long() ? next >= last : next <= last;
        };
        if (was.stop && was.is_entered()) { // a stop never loosens by itself
            CHECK(not_worse(now.stop->level(), was.stop->level()));
            if (was.stop->order.extreme) CHECK(not_worse(*now.stop->order.extreme, *was.stop->order.extreme));
        }
        for (std::size_t i = 0; i < now.steps.size(); ++i)
            if (was.steps[i].order.extreme) CHECK(not_worse(*now.steps[i].order.extreme, *was.steps[i].order.extreme));
        if (was.entry.extreme) CHECK(not_worse(*was.entry.extreme, *now.entry.extreme)); // falls for a buy
        if (trade::is_final(was.status)) CHECK(now == was);                              // an end is an end
    }
}

void check_fills(const paper::trade_record& trade) {
    const auto& entry = trade.request.position;
    const bool is_buy = trade.is_long();
    if (trade.entry.fill && entry.price)
        CHECK((is_buy ? *trade.entry.fill <= *entry.price : *trade.entry.fill >= *entry.price));
    quantity shares;
    for (std::size_t i = 0; i < trade.steps.size(); ++i) {
        const auto& step = trade.steps[i];
        shares = shares + step.units;
        if (step.order.fill && trade.request.take_profit[i].order == trade::order_type::limit)
            CHECK((is_buy ? *step.order.fill >= *step.price : *step.order.fill <= *step.price));
    }
    CHECK(shares <= trade.entered_amount);
    if (!trade.stop || !trade.stop->order.fill || !trade.request.stop_loss->limit_price) return;
    const auto& limit = *trade.request.stop_loss->limit_price;
    CHECK((is_buy ? *trade.stop->order.fill >= limit : *trade.stop->order.fill <= limit));
}

/// Balances recomputed from the trades alone.
void check_conserved(const world& exchange) {
    std::map<trade::account_id, std::pair<decimal, decimal>> moved; // USDT, BTC
    for (const auto& [id, live] : exchange.state.trades) {
        const auto& trade = live.record;
        auto& [usdt, btc] = moved[trade.request.account];
        const auto sign = decimal{trade.is_long() ? 1 : -1};
        if (trade.request.leverage) {
            const auto& fee = exchange.state.commission;
            usdt = usdt - (trade.entered_raw + trade.closed_raw).value() * fee;
            if (trade.entry.fill)
                usdt = usdt + (trade.closed_raw - trade.closed_amount * *trade.entry.fill).value() * sign;
        } else {
            usdt = usdt + (trade.closed_total - trade.entered_total).value() * sign;
            btc = btc + (trade.entered_amount - trade.closed_amount).value() * sign;
        }
    }
    const auto& accounts = exchange.state.accounts;
    CHECK(accounts.at(spot).balances.at("USDT").total == dec("300") + moved[spot].first);
    CHECK(accounts.at(spot).balances.at("BTC").total == dec("0.03") + moved[spot].second);
    CHECK(accounts.at(contracts).balances.at("USDT").total == dec("30") + moved[contracts].first);
}

void check_reserved(const world& exchange) {
    for (const auto& [id, account] : exchange.state.accounts)
        for (const auto& [currency, amount] : account.balances) {
            CHECK(amount.reserved.sign() >= 0);
            if (!account.leverage) CHECK(amount.reserved <= amount.total);
        }
}

std::map<trade::smart_trade_id, paper::trade_record> records(const world& exchange) {
    std::map<trade::smart_trade_id, paper::trade_record> all;
    for (const auto& [id, live] : exchange.state.trades) all.emplace(id, live.record);
    return all;
}

/// Little money, so that some orders find none.
world poor_world() {
    world exchange{"10000", "10000.01"};
    exchange.state.accounts[spot].balances = {{"USDT", {dec("300"), {}}}, {"BTC", {dec("0.03"), {}}}};
    exchange.state.accounts[contracts].balances = {{"USDT", {dec("30"), {}}}};
    return exchange;
}

void cancel_everything(world& exchange) {
    exchange.tick();
    for (const auto& [id, record] : records(exchange)) exchange.run(paper::cancel{id});
    exchange.tick();
}

} // namespace

TEST_CASE("properties: money is conserved, stops never loosen, fills keep their limits, every end frees everything") {
    std::map<trade::trade_status, int> seen;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        base::prng draw{seed};
        random_requests requests{seed * 1000};
        auto exchange = poor_world();
        std::int64_t now = 1'000'000;
        for (int i = 0; i < ticks; ++i) {
            const auto before = records(exchange);
            if (draw.below(3) == 0) exchange.run(paper::create{requests.next()});
            if (draw.below(30) == 0 && !before.empty())
                exchange.run(paper::cancel{
                    std::next(before.begin(), static_cast<std::ptrdiff_t>(draw.below(before.size())))->first});
            now = next_cents(draw, now);
            exchange.tick(cents(now).to_short_string());
            check_step(exchange, before);
            check_reserved(exchange);
        }
        for (const auto& [id, live] : exchange.state.trades) check_fills(live.record);
        check_conserved(exchange);
        cancel_everything(exchange);
        for (const auto& [id, live] : exchange.state.trades) ++seen[live.record.status];
        for (const auto& [id, account] : exchange.state.accounts)
            for (const auto& [currency, amount] : account.balances) CHECK(amount.reserved.is_zero());
        check_conserved(exchange);
    }
    using enum trade::trade_status; // the draw reaches every end
    for (const auto end : {finished, stop_loss_finished, cancelled, failed}) CHECK(seen[end] > 10);
}

TEST_CASE("properties: every price between two ticks belongs to nobody: the same input gives the same exchange") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        const auto run = [seed] {
            base::prng draw{seed};
            random_requests requests{seed};
            world exchange{"10000", "10000.01"};
            std::int64_t now = 1'000'000;
            for (int i = 0; i < ticks; ++i) {
                exchange.run(paper::create{requests.next()});
                now = next_cents(draw, now);
                exchange.tick(cents(now).to_short_string());
            }
            return records(exchange);
        };
        CHECK(run() == run());
    }
}

TEST_CASE("properties: ten thousand resting orders far from the price are not looked at") {
    world exchange{"10000", "10000.01"};
    exchange.state.accounts[spot].balances["USDT"].total = dec("100000000");
    for (int i = 0; i < 10'000; ++i) exchange.create(limit_entry(trade::side::buy, "1000"));
    exchange.tick();
    std::set<trade::smart_trade_id> woken;
    const auto& market = exchange.state.markets.at(usdt_btc);
    market.book.collect(market.now, woken);
    CHECK(woken.empty());
}
