#pragma once

#include <string>
#include <string_view>

#include "paper/engine.hpp"

namespace smarttrade::paper {

/// The balances of one account, changed with a note of what was touched.
class purse {
public:
    purse(account& of, changes& touched) : of_{of}, touched_{touched} {}

    money::decimal available(const std::string& currency) const;
    void add(const std::string& currency, const money::decimal& amount);     ///< negative: takes
    void reserve(const std::string& currency, const money::decimal& amount); ///< negative: frees

private:
    balance& of(const std::string& currency);
    account& of_;
    changes& touched_;
};

/// Works on one trade during one step: entry in entry.cpp, exits in exits.cpp, money in settle.cpp. It looks at present
/// prices only, so looking twice at the same prices changes nothing the second time.
class desk {
public:
    desk(state& world, live_trade& on, stepped& told);

    void finish_pending(); ///< carries out what was accepted: the entry or the cancel
    void look();           ///< acts on present prices, until nothing more follows from them
    void index();          ///< puts the trade where the next tick finds it; call it last

private:
    // entry.cpp
    void begin();
    void place_entry_limit();
    void look_at_entry();
    void enter(const money::price& fill);
    void open_targets();
    void resolve_levels();

    // exits.cpp
    bool look_at_exits();
    bool look_at_stop();
    void follow_stop(const money::price& now);
    void fire_stop();
    void look_at_stop_order();
    bool look_at_step(std::size_t place);
    bool place_step_limit(std::size_t place);
    void fill_step(std::size_t place, const money::price& fill, bool by_trailing);
    void move_to_breakeven();
    void withdraw_steps();
    void end(trade::trade_status how);
    void fail(std::string error);

    // settle.cpp
    bool hold(order_record& order, const money::quantity& units, const money::price& at, trade::side what);
    void release(order_record& order);
    bool pay_entry(const money::price& fill);
    bool pay_exit(const money::quantity& units, const money::price& fill);
    void settle_contracts(const money::quantity& units, const money::price& fill);
    void free_margin(const money::decimal& amount);

    std::vector<watch> wanted_watches() const;
    bool wants_every_price() const;

    money::price market_price(trade::side what) const { return what == trade::side::buy ? prices_.ask : prices_.bid; }
    trade::side exit_side() const { return trade::opposite(trade_.request.position.type); }
    /// Whether `a` is better than `b` for the position once it is held.
    bool is_better(const money::price& a, const money::price& b) const { return trade_.is_long() ? a > b : a < b; }
    const std::string& currency_of(trade::side what) const;
    void tell(happened what, const std::optional<money::price>& price = {}, int step = 0, bool by_trailing = false);

    state& world_;
    live_trade& live_;
    trade_record& trade_;
    const market& market_;
    const quote& prices_;
    stepped& told_;
    purse purse_;
};

/// Which way a trailing order waits for the turn.
enum class turn { down, up }; ///< down: follows the top and fires below it; up: follows the bottom
/// Moves the extreme along and says whether the price came back from it by the percent (api.md H.5, H.6).
bool has_turned(money::price& extreme, const money::price& now, const money::percent& by, turn way);
/// The price `by` percent below (down) or above (up) the extreme, exact.
money::price turning_point(const money::price& extreme, const money::percent& by, turn way);

} // namespace smarttrade::paper
