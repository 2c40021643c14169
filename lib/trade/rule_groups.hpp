#pragma once

#include <optional>
#include <vector>

#include "trade/body_reader.hpp"
#include "trade/rules_update.hpp"

namespace smarttrade::trade {

/// What the rules of the exits need to know of the entry.
struct entry_reading {
    std::optional<entry_order> order; ///< absent: wrong and told, so the exits cannot be judged against it

    bool is_long() const { return order && order->type == side::buy; }
    bool is_short() const { return order && order->type == side::sell; }
    /// The entry price, where the body tells it (V22, V28).
    std::optional<money::price> reference() const { return order ? order->price : std::nullopt; }
};

/// `position`, V5 and V7..V11.
entry_reading read_entry(body_reader& reader, const body_field& body, bool skip_enter_step);

/// The members of `position` that may change before the entry is filled (V33), and the entry as it then stands.
entry_reading read_entry_change(body_reader& reader, const body_field& body, const update_context& before,
                                std::optional<trade_update::entry_change>& change);

/// `leverage`, V13. Absent: off, or wrong and told.
std::optional<leverage> read_leverage(body_reader& reader, const body_field& group);

/// `note`, V32. Empty: absent, or wrong and told.
std::string read_note(body_reader& reader, const body_field& at);

/// `take_profit`, V14..V22. Empty: off, or wrong and told. `before`: the steps of the trade that is changed; null for a
/// new trade, whose steps have no ids.
std::vector<trade_update::step_change> read_take_profit(body_reader& reader, const body_field& body,
                                                        const entry_reading& entry,
                                                        const std::vector<standing_step>* before = nullptr);

/// The take-profit steps as written, right or wrong: V26 must not be told on top of what is wrong with them.
std::size_t count_steps(const body_field& body);

/// `stop_loss`, V23..V28. Absent: off, or wrong and told. `steps` is the number of take-profit steps (V26).
std::optional<stop_loss_order> read_stop_loss(body_reader& reader, const body_field& body, const entry_reading& entry,
                                              std::size_t steps);

/// The level of an exit: a price or a percent (V17). The exchange takes percents while a trailing entry is unfinished
/// only (V18), an author may write them for any entry (design.md 4).
std::optional<exit_level> read_exit_level(body_reader& reader, std::string_view pair_rule, const body_field& price,
                                          const entry_reading& entry);

/// A percent of 100 or more below the entry would be a price of zero or less.
void refuse_percent_to_zero(body_reader& reader, std::string_view rule, const body_field& price,
                            const exit_level& level, bool is_below_entry);

/// The members an order price may not have: an author's `type` or `percent` there would be silently ignored.
void refuse_trigger_members(body_reader& reader, std::string_view rule, const body_field& price);

} // namespace smarttrade::trade
