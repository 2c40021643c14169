#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "paper/random_commands.hpp"

namespace smarttrade::test {

/// A busy exchange: creates, edits, funds and closes while the price walks.
class busy_exchange {
public:
    explicit busy_exchange(std::uint64_t seed)
        : exchange_{"10000", "10000.01"}, draw_{seed}, requests_{seed * 1000}, commands_{seed * 77} {}

    void go_on(std::uint64_t rounds) {
        for (; rounds > 0; --rounds) {
            if (draw_.below(3) == 0) exchange_.run(paper::create{requests_.next()});
            const auto& trades = exchange_.state.trades;
            for (auto commands = draw_.below(3); commands > 0 && !trades.empty(); --commands) {
                const auto back = 1 + draw_.below(std::min<std::uint64_t>(trades.size(), 12));
                const auto& chosen = std::prev(trades.end(), static_cast<std::ptrdiff_t>(back))->second.record;
                exchange_.run(commands_.next(chosen, now_));
            }
            now_ = next_cents(draw_, now_);
            const money::price bid{cents(now_)};
            const auto then = exchange_.state.now + std::chrono::seconds{1};
            exchange_.run(paper::tick{then, btc_market, bid, bid + at("0.01"), bid});
        }
    }

    std::vector<trade::smart_trade> of_account(trade::account_id account) const {
        std::vector<trade::smart_trade> all;
        for (const auto& [id, live] : exchange_.state.trades)
            if (live.record.request.account == account) all.push_back(exchange_.see(id));
        return all;
    }

private:
    world exchange_;
    base::prng draw_;
    random_requests requests_;
    random_commands commands_;
    std::int64_t now_ = 1'000'000;
};

} // namespace smarttrade::test
