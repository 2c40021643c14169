#include "sim/plan_sets.hpp"

#include <algorithm>
#include <array>
#include <utility>

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
    int stop_shift = 0;      ///< in thousandths of the price
    std::string was;         ///< its name before
    std::string state;       ///< empty: not said
    std::string lives_on;    ///< on_remove, on_drift, protect, expiry: whole lines
    std::string adjustments; ///< whole lines
    std::string step_state;  ///< of its first step
    int adopt = 0;           ///< which of the trades that somebody made before; 0: none
    int note = 0;            ///< 0: none
};

/// Every seventh trade is protected as long as there is a text of it.
bool is_protected(int number) { return number % 7 == 0; }

/// Stands for an id that nobody knows before the world begins.
constexpr std::string_view hand_trade = "hand-trade-";

constexpr int refused_shape = 8;

/// Limits of a pair that the exchange does not know cannot be read, so it is the exchange that refuses its create.
bool has_no_market(const entry& e) { return e.shape == refused_shape && e.number % 2 == 1; }

std::string pair_of(const entry& e) { return has_no_market(e) ? "USDT_NONE" : e.eth ? "USDT_ETH" : "USDT_BTC"; }

std::string shape_of(const entry& e) {
    const auto* units = e.eth ? "0.3" : "0.01"; // above the exchange's smallest total
    const int up = e.price * 104 / 100, far_up = e.price * 112 / 100;
    const int down = e.price * (960 + e.stop_shift) / 1000;
    const auto state = e.step_state.empty() ? std::string{} : ", state: " + e.step_state;
    switch (e.shape) {
    case 0: // rests well below the market
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}", units, e.price * 8 / 10);
    case 1:
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}\n"
                           "    take_profit:\n"
                           "      - {{order_type: limit, price: {} bid, volume: 50%{}}}\n"
                           "      - {{order_type: limit, price: {} bid, volume: 50%}}\n"
                           "    stop_loss: {{order_type: market, conditional: {} bid, breakeven: true}}",
                           units, e.price * 99 / 100, up, state, far_up, down);
    case 2: return fmt::format("position: {{type: buy, order_type: market, units: {}}}", units);
    case 3:
        return fmt::format("position: {{type: buy, order_type: market, units: {}}}\n"
                           "    stop_loss: {{order_type: market, conditional: {} bid, trailing: 2%}}",
                           units, e.price * 94 / 100);
    case 4:
        return fmt::format("position: {{type: buy, order_type: conditional, units: {}, "
                           "conditional: {{price: {}, order_type: market{}}}}}",
                           units, e.price * (e.number % 3 == 1 ? 90 : 101) / 100, // far below: missed already
                           e.number % 3 == 0 ? "" : ", when: above");
    case 5: // guards coins that are held already
        return fmt::format("skip_enter_step: true\n"
                           "    position: {{type: buy, order_type: market, units: {}, price: {}}}\n"
                           "    take_profit:\n      - {{order_type: limit, price: {} bid}}\n"
                           "    stop_loss: {} bid",
                           units, e.price, far_up, down);
    case 6: // exits hang on what the entry costs
        return fmt::format("position: {{type: buy, order_type: market, units: {}}}\n"
                           "    take_profit:\n"
                           "      - {{order_type: limit, price: {}% bid, volume: 40%{}}}\n"
                           "      - {{order_type: limit, price: 12% bid, volume: 60%}}\n"
                           "    stop_loss: {{order_type: market, conditional: 4.{}% bid}}",
                           units, 3, state, 9 - e.stop_shift % 9);
    case 7:
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}\n"
                           "    take_profit:\n      - {{order_type: market, price: 3% bid, trailing: 1%}}\n"
                           "    stop_loss: {{order_type: market, conditional: 4% bid}}",
                           units, e.price * 995 / 1000);
    default: // more than the market of BTC allows, or no market at all
        return fmt::format("position: {{type: buy, order_type: limit, units: {}, price: {}}}",
                           has_no_market(e) ? units : "5000", e.price);
    }
}

std::string text_of(const std::vector<entry>& entries) {
    if (entries.empty()) return "trades: {}\n";
    std::string text = "trades:\n";
    for (const auto& e : entries) {
        text += fmt::format("  t{}:\n    account: a{}\n    pair: {}\n", e.number, e.account, pair_of(e));
        if (e.revision > 1) text += fmt::format("    revision: {}\n", e.revision);
        if (e.adopt != 0) text += fmt::format("    adopt: {}{}\n", hand_trade, e.adopt);
        if (!e.was.empty()) text += fmt::format("    was: {}\n", e.was);
        if (!e.state.empty()) text += fmt::format("    state: {}\n", e.state);
        if (e.note != 0) text += fmt::format("    note: swing {}\n", e.note);
        if (is_protected(e.number)) text += "    protect: true\n";
        text += e.lives_on;
        text += fmt::format("    {}\n", shape_of(e));
        text += e.adjustments;
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
        switch (draw_.below(17)) {
        case 10: return edit([&](entry& e) { e.stop_shift += static_cast<int>(draw_.below(21)) - 10; });
        case 11: return edit([&](entry& e) { e.note = 1 + static_cast<int>(draw_.below(9)); });
        case 12:
            return edit([&](entry& e) {
                constexpr std::array<std::string_view, 5> states{"closed", "cancelled", "entered", "released", ""};
                const auto state = states.at(draw_.below(states.size()));
                const bool ends = state == "closed" || state == "cancelled";
                if (!(ends && is_protected(e.number))) e.state = state;
            });
        case 13:
            return edit([&](entry& e) { // a rename
                e.was = fmt::format("t{}", e.number);
                e.adopt = 0; // each names the trade
                const bool was_protected = is_protected(e.number);
                do e.number = ++last_ + 100;
                while (is_protected(e.number) != was_protected);
            });
        case 14: return edit([&](entry& e) { e.step_state = draw_.below(2) == 0 ? "closed" : "cancelled"; });
        case 15: return edit([&](entry& e) { add_adjustment(e); });
        case 16: return edit([&](entry& e) { e.price += 40; });
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
            return edit([&](entry& e) { draw_.below(4) == 0 && e.adopt == 0 ? change_pair(e) : void(e.price += 10); });
        default: add(); break;
        }
        return written();
    }

private:
    template <class Change> plan_set edit(Change change) {
        if (!entries_.empty()) change(entries_[any()]);
        return written();
    }

    /// Another trade under an old name: no edit can make it of one that lives.
    static void change_pair(entry& e) {
        e.eth = !e.eth;
        e.price = e.eth ? 332 : 9'750;
        e.adjustments.clear(); // their units were of the other pair
    }

    /// Each of a trade has a size of its own, so that a doubled one can be told.
    void add_adjustment(entry& e) {
        if (e.adjustments.empty()) e.adjustments = "    adjustments:\n";
        const auto count = std::ranges::count(e.adjustments, '\n');
        const auto units = e.eth ? fmt::format("0.1{}", count) : fmt::format("0.002{}", count);
        if (draw_.below(2) == 0)
            e.adjustments +=
                fmt::format("      - {{id: a{}, add_funds: {{order_type: market, units: {}}}}}\n", count, units);
        else
            e.adjustments +=
                fmt::format("      - {{id: a{}, reduce_funds: {{order_type: market, units: {}}}}}\n", count, units);
    }

    std::size_t any() { return draw_.below(entries_.size()); }

    void add() {
        entry made;
        made.number = ++last_;
        made.account = 1 + static_cast<int>(draw_.below(static_cast<std::uint64_t>(accounts_)));
        made.shape = draw_.below(40) == 0 ? refused_shape : static_cast<int>(draw_.below(8));
        made.eth = draw_.below(3) == 0;
        made.price = (made.eth ? 330 : 9'700) + static_cast<int>(draw_.below(made.eth ? 6 : 200));
        if (draw_.below(4) == 0) made.note = 1;
        constexpr std::array<std::string_view, 3> removals{"leave", "cancel", "close"};
        if (!is_protected(made.number))
            made.lives_on += fmt::format("    on_remove: {}\n", removals.at(draw_.below(removals.size())));
        if (draw_.below(5) == 0) made.lives_on += "    on_drift: report\n";
        if (draw_.below(8) == 0 && !is_protected(made.number))
            made.lives_on += fmt::format("    expires_after: {}m\n", 1 + draw_.below(10));
        if (made.shape == 2 || made.shape == 3)
            if (draw_.below(3) == 0) made.lives_on += fmt::format("    submit_within: {}s\n", 20 + draw_.below(200));
        if (draw_.below(4) == 0) add_adjustment(made);
        if (adoptable_ < hand_trades_max && draw_.below(10) == 0) adopt(made);
        entries_.push_back(made);
    }

    /// With the terms of its trade but for the price and the exits, which are edited with that.
    void adopt(entry& made) {
        made.adopt = ++adoptable_;
        made.account = 1;
        made.eth = false;
        made.shape = std::array{0, 1, 7}.at(draw_.below(3));
        made.price = 9'700;
    }

    plan_set written() const { return {{{"plans.yaml", text_of(entries_)}}, false}; }

    base::prng& draw_;
    int accounts_;
    int last_ = 0;
    int adoptable_ = 0;
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

std::vector<std::string> names_protected(const std::vector<plan_set>& sets) {
    std::vector<std::string> names;
    for (const auto& set : sets)
        for (int number = 7; number < 300; number += 7)
            if (!set.files.empty() && set.files.front().text.find(fmt::format("  t{}:\n", number)) != std::string::npos)
                names.push_back(fmt::format("t{}", number));
    return names;
}

void name_hand_trades(std::vector<plan_set>& sets, std::int64_t first) {
    for (auto& set : sets)
        for (auto& file : set.files)
            for (int n = 1; n <= hand_trades_max; ++n) {
                const auto name = fmt::format("{}{}", hand_trade, n);
                if (const auto at = file.text.find(name); at != std::string::npos)
                    file.text.replace(at, name.size(), fmt::format("{}", first + n - 1));
            }
}

std::vector<plan_set> draw_plan_sets(base::prng& draw, int accounts) {
    author somebody{draw, accounts};
    std::vector<plan_set> sets{somebody.first()};
    const auto edits = draw.below(7);
    for (std::uint64_t i = 0; i < edits; ++i) sets.push_back(somebody.next());
    return sets;
}

} // namespace smarttrade::sim
