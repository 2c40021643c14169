#include "sim/plan_sets.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::sim {

namespace {

/// A trade as a trader keeps it: its shape and what can be edited.
struct entry {
    int number = 0;
    int account = 1;
    int shape = 0;
    int revision = 1;
    int price = 9'700; ///< about where the market starts
    bool eth = false;
};

std::string pair_of(const entry& e) { return e.eth ? "USDT_ETH" : "USDT_BTC"; }

std::string shape_of(const entry& e) {
    const auto* units = e.eth ? "0.3" : "0.01"; // above the exchange's smallest total
    const int up = e.price * 104 / 100, far_up = e.price * 112 / 100, down = e.price * 96 / 100;
    switch (e.shape) {
    case 0: // rests well below the market
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}", units, e.price * 8 / 10);
    case 1:
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}\n"
                           "    take_profit:\n"
                           "      - {{order_type: limit, price: {} bid, volume: 50%}}\n"
                           "      - {{order_type: limit, price: {} bid, volume: 50%}}\n"
                           "    stop_loss: {{order_type: market, conditional: {} bid, breakeven: true}}",
                           units, e.price * 99 / 100, up, far_up, down);
    case 2: return fmt::format("position: {{type: buy, order_type: market, units: {}}}", units);
    case 3:
        return fmt::format("position: {{type: buy, order_type: market, units: {}}}\n"
                           "    stop_loss: {{order_type: market, conditional: {} bid, trailing: 2%}}",
                           units, e.price * 94 / 100);
    case 4:
        return fmt::format("position: {{type: buy, order_type: conditional, units: {}, "
                           "conditional: {{price: {}, order_type: market}}}}",
                           units, e.price * 101 / 100);
    case 5: // guards coins that are held already
        return fmt::format("skip_enter_step: true\n"
                           "    position: {{type: buy, order_type: market, units: {}, price: {}}}\n"
                           "    take_profit:\n      - {{order_type: limit, price: {} bid}}\n"
                           "    stop_loss: {} bid",
                           units, e.price, far_up, down);
    default: // more than the account can pay: the exchange refuses it
        return fmt::format("position: {{type: buy, order_type: limit, units: 5000, price: {}}}", e.price);
    }
}

std::string text_of(const std::vector<entry>& entries) {
    if (entries.empty()) return "trades: {}\n";
    std::string text = "trades:\n";
    for (const auto& e : entries) {
        text += fmt::format("  t{}:\n    account: a{}\n    pair: {}\n", e.number, e.account, pair_of(e));
        if (e.revision > 1) text += fmt::format("    revision: {}\n", e.revision);
        text += fmt::format("    {}\n", shape_of(e));
    }
    return text;
}

class author {
public:
    author(base::prng& draw, int accounts) : draw_{draw}, accounts_{accounts} {}

    plan_set first() {
        const auto count = draw_.below(8) == 0 ? 12 + draw_.below(12) : 1 + draw_.below(6);
        for (std::uint64_t i = 0; i < count; ++i) add();
        return written();
    }

    plan_set next() {
        switch (draw_.below(10)) {
        case 0: return {{{"plans.yaml", "trades:\n  t1: {pair: USDT_BTC, positon: {}}\n"}}, false};
        case 1: return {{}, true};
        case 2:
        case 3:
            if (!entries_.empty()) entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(any()));
            break;
        case 4:
        case 5:
            if (!entries_.empty()) ++entries_[any()].revision;
            break;
        case 6:
            if (!entries_.empty()) entries_[any()].price += 10;
            break;
        default: add(); break;
        }
        return written();
    }

private:
    std::size_t any() { return draw_.below(entries_.size()); }

    void add() {
        entry made;
        made.number = ++last_;
        made.account = 1 + static_cast<int>(draw_.below(static_cast<std::uint64_t>(accounts_)));
        made.shape = draw_.below(40) == 0 ? 6 : static_cast<int>(draw_.below(6));
        made.eth = draw_.below(3) == 0;
        made.price = (made.eth ? 330 : 9'700) + static_cast<int>(draw_.below(made.eth ? 6 : 200));
        entries_.push_back(made);
    }

    plan_set written() const { return {{{"plans.yaml", text_of(entries_)}}, false}; }

    base::prng& draw_;
    int accounts_;
    int last_ = 0;
    std::vector<entry> entries_;
};

} // namespace

service::source_reading plan_set::read() const {
    service::source_reading reading;
    if (!is_missing) {
        reading.files = files;
        return reading;
    }
    base::diagnostic gone;
    gone.at = {"/plans", 1, 1};
    gone.message = "no such folder";
    reading.errors.push_back(std::move(gone));
    return reading;
}

std::vector<plan_set> draw_plan_sets(base::prng& draw, int accounts) {
    author somebody{draw, accounts};
    std::vector<plan_set> sets{somebody.first()};
    const auto edits = draw.below(5);
    for (std::uint64_t i = 0; i < edits; ++i) sets.push_back(somebody.next());
    return sets;
}

} // namespace smarttrade::sim
