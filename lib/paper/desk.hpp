#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paper/engine.hpp"
#include "paper/purse.hpp"
#include "paper/rulings.hpp"

namespace smarttrade::paper {

/// Works on one trade during one step: commands in commands.cpp and edits.cpp, the entry in entry.cpp, exits in
/// stop.cpp and targets.cpp, added and reduced funds in funds.cpp, money in settle.cpp, its end in ending.cpp. It looks
/// at present prices only, so looking twice at the same prices changes nothing the second time.
class desk {
public:
    desk(state& world, live_trade& on, effects& told);

    /// What a command changes at once; what it asks for follows with the next tick (api.md H.22).
    answer accept(const cancel&);
    answer accept(const update& what);
    answer accept(const add_funds& what);
    answer accept(const reduce_funds& what);
    answer accept(const close_by_market&);
    answer accept(const force_start&);
    answer accept(const force_process&);
    answer accept(const set_note& what);
    answer accept(const close_order& what);
    answer accept(const cancel_order& what);
    answer accept(const touch_entry&);

    void finish_pending(); ///< carries out what was accepted
    void give_up();        ///< ends a trade whose amounts cannot be computed with
    void look();           ///< acts on present prices, until nothing more follows from them
    void index();          ///< puts the trade where the next tick finds it; call it last

private:
    /// Whether an order opens the position or closes it.
    enum class role { entry, exit };

    // commands.cpp
    static answer wrong_status() { return refusal{refusal::reason::wrong_status, {}}; }
    answer accepted();
    std::optional<answer> refuse_funds(const trade::funds_order& wish, role what) const;
    order_record* find_order(trade::sub_trade_id id);
    bool is_addition(const order_record& order) const;
    void finish_orders();

    // edits.cpp
    void edit_leverage(const std::optional<trade::leverage>& wish);
    void edit_entry(const trade::trade_update::entry_change& change);
    bool edit_steps(const std::vector<trade::trade_update::step_change>& wishes);
    bool is_kept(std::size_t place, const trade::trade_update::step_change& wish) const;
    std::vector<field_error> share_errors(const std::vector<trade::trade_update::step_change>& wishes) const;
    step_record edited_step(const trade::trade_update::step_change& wish);
    void edit_stop(const std::optional<trade::stop_loss_order>& wish);

    // entry.cpp
    void begin();
    void place_entry_limit();
    void look_at_entry();
    void look_at_trailing_entry();
    void enter(const money::price& fill);
    void open_targets();
    void open_stop();
    void resolve_levels();

    // stop.cpp
    bool look_at_stop();
    void fire_stop();
    void look_at_stop_order();
    void fill_stop(const money::price& fill, bool by_trailing);
    void move_to_breakeven();

    // targets.cpp
    bool look_at_exits();
    bool look_at_step(std::size_t place);
    bool place_step_limit(std::size_t place);
    void fill_step(std::size_t place, const money::price& fill, bool by_trailing);
    void share_out();
    bool are_targets_done() const;
    void after_step();

    // funds.cpp
    bool look_at_addition(funds_record& of);
    bool look_at_reduction(funds_record& of);
    void fill_addition(funds_record& of, const money::price& fill);
    void fill_reduction(funds_record& of, const money::price& fill);
    void end_reduction();
    bool has_open_reduction() const;
    void sell_out();

    // ending.cpp
    void withdraw(order_record& order, role what); ///< frees what it holds
    void keep_extreme(order_record& order);
    void withdraw_exits();
    bool look_at_liquidation();
    void end(trade::trade_status how);
    void fail(std::string error);

    // settle.cpp
    std::optional<std::int64_t> contract_leverage() const;
    bool hold(order_record& order, const money::quantity& units, const money::price& at, role what);
    void release(order_record& order, role what);
    bool swap_coins(trade::side what, const money::quantity& units, const money::money& total);
    bool pay_entry(const money::quantity& units, const money::price& fill);
    bool pay_exit(const money::quantity& units, const money::price& fill);
    void settle_contracts(const money::quantity& units, const money::money& raw, const money::decimal& fee);
    void free_margin(const money::decimal& amount);

    // desk.cpp
    std::vector<watch> wanted_watches() const;
    void watch_steps(std::vector<watch>& wanted) const;
    void watch_stop(std::vector<watch>& wanted) const;
    void watch_funds(std::vector<watch>& wanted) const;
    /// An order that trails and what its book needs to know; `order.since` is set by begin_trailing.
    struct trailing_order {
        order_record* order;
        trail wish;
    };
    std::vector<trailing_order> wanted_trails();
    void keep_extremes_but(const std::vector<trailing_order>& wanted);
    void index_trails();
    bool is_pending() const;

    trade::side side_of(role what) const {
        const auto opens = trade_.request.position.type;
        return what == role::entry ? opens : trade::opposite(opens);
    }
    money::price market_price(role what) const { return side_of(what) == trade::side::buy ? prices_.ask : prices_.bid; }
    /// The price source on which an order of that role fills.
    trade::price_type source_of(role what) const {
        return side_of(what) == trade::side::buy ? trade::price_type::ask : trade::price_type::bid;
    }
    /// Whether `a` is better than `b` for the position once it is held.
    bool is_better(const money::price& a, const money::price& b) const { return trade_.is_long() ? a > b : a < b; }
    crossing better_way() const { return trade_.is_long() ? crossing::at_or_above : crossing::at_or_below; }
    crossing worse_way() const { return trade_.is_long() ? crossing::at_or_below : crossing::at_or_above; }
    void tell(happened what, const std::optional<money::price>& price = {}, int step = 0, bool by_trailing = false);
    void touch() { told_.touched.trades.push_back(trade_.id); }

    state& world_;
    live_trade& live_;
    trade_record& trade_;
    market& market_;
    const quote& prices_;
    effects& told_;
    purse purse_;
};

} // namespace smarttrade::paper
