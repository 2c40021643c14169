#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trade/trade_shape.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::reconcile {

/// Whether two values of a trade are the same to the exchange: prices may be off by less than a price step (F28).
class sameness {
public:
    explicit sameness(std::optional<money::price> step) : step_{std::move(step)} {}

    bool prices(const money::price& a, const money::price& b) const;
    bool prices(const std::optional<money::price>& a, const std::optional<money::price>& b) const;
    bool levels(const trade::exit_level& a, const trade::exit_level& b) const;
    bool conditions(const base::rare<trade::conditional_entry>& a, const base::rare<trade::conditional_entry>& b,
                    trade::side side) const;
    bool entries(const trade::entry_order& a, const trade::smart_trade::position_view& now) const;
    /// All of a step but its volume.
    bool steps(const trade::take_profit_step& a, const trade::take_profit_step& b) const;
    /// All of a stop but its trigger.
    bool stop_terms(const trade::stop_loss_order& a, const trade::stop_loss_order& b) const;

private:
    std::optional<money::price> step_;
};

/// Whether a stop at `a` gives less away than one at the other price; never for percents.
bool is_tighter(const trade::exit_level& a, const trade::exit_level& than, trade::side side);

/// PATCH takes units, prices and exits (api.md D.3): with another pair, side or kind of entry it would be another
/// trade.
/// `pair USDT_BTC->USDT_ETH`; empty: it is the same one. `applied`: what was sent last, if it was another wish.
std::string what_no_edit_changes(const trade::trade_request& wanted, const trade::smart_trade& now,
                                 const std::optional<trade::trade_request>& applied);

/// Volumes sum to 100 in a change (V16), also after a step was taken off and the others stayed as they were: those
/// behind the first `ended` share what these have left.
void fill_to_hundred(std::vector<trade::trade_update::step_change>& steps, std::size_t ended);

std::string text_of(const trade::exit_level& level); ///< `61000`, `5%`
std::string text_of(const std::optional<money::price>& price);
/// `tp1 61000->61500`, `tp1 50%->30%`
std::string text_of_change(const std::string& name, const trade::take_profit_step& before,
                           const trade::take_profit_step& after);

} // namespace smarttrade::reconcile
