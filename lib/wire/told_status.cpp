#include "wire/told_status.hpp"

#include <array>

namespace smarttrade::wire {

namespace {

/// Titles of api.md F.1 and F.2, in the order of the enumerators. The last stands for a word we do not know.
constexpr std::array<std::string_view, 16> trade_titles{"Pending",
                                                        "Pending Position Opened",
                                                        "Waiting Targets",
                                                        "Pending reduce funds",
                                                        "Reducing funds",
                                                        "Stop Loss In Progress",
                                                        "Stop Loss Finished",
                                                        "Closing at Market Price",
                                                        "Closing at Market Price",
                                                        "Closed at Market Price",
                                                        "Cancelling",
                                                        "Cancelling",
                                                        "Cancelled",
                                                        "Finished",
                                                        "Failed",
                                                        ""};
constexpr std::array<std::string_view, 17> order_titles{"Pending",
                                                        "Pending",
                                                        "Placed",
                                                        "Trailing Activated",
                                                        "Panic closing",
                                                        "Panic closing",
                                                        "Panic sold",
                                                        "Cancelling",
                                                        "Cancelled",
                                                        "Finished",
                                                        "Failed",
                                                        "Own funds",
                                                        "Inactive",
                                                        "Need reset",
                                                        "Placing",
                                                        "Suspended",
                                                        ""};
static_assert(trade_titles.size() == base::names_of<trade::trade_status>().size());
static_assert(order_titles.size() == base::names_of<trade::order_status>().size());

} // namespace

std::string_view title_of(trade::trade_status status) { return trade_titles.at(static_cast<std::size_t>(status)); }
std::string_view title_of(trade::order_status status) { return order_titles.at(static_cast<std::size_t>(status)); }

} // namespace smarttrade::wire
