#pragma once

#include <array>
#include <compare>
#include <string_view>

#include "base/enum_names.hpp"
#include "reconcile/history.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::service {

enum class end_how { finished, stopped, closed, cancelled, failed };

/// Who ended a trade. `exchange`: its target or stop was filled there, or it failed; `elsewhere`: somebody in the app,
/// another key, or the exchange by itself, which look the same from here.
enum class end_by { exchange, plan, operators, elsewhere };

struct ending {
    end_how how{};
    end_by by{};
    friend auto operator<=>(const ending&, const ending&) = default;
};

/// Every ending there is.
inline constexpr std::array<ending, 9> all_endings{{{end_how::finished, end_by::exchange},
                                                    {end_how::stopped, end_by::exchange},
                                                    {end_how::closed, end_by::plan},
                                                    {end_how::closed, end_by::operators},
                                                    {end_how::closed, end_by::elsewhere},
                                                    {end_how::cancelled, end_by::plan},
                                                    {end_how::cancelled, end_by::operators},
                                                    {end_how::cancelled, end_by::elsewhere},
                                                    {end_how::failed, end_by::exchange}}};

/// How a trade that is final has ended, by its status and by what the journal says that we sent.
ending ending_of(const trade::smart_trade& entity, const reconcile::trade_history& past);

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::end_how> {
    static constexpr std::array<std::string_view, 5> names{"finished", "stopped", "closed", "cancelled", "failed"};
};
template <> struct enum_names<service::end_by> {
    static constexpr std::array<std::string_view, 4> names{"exchange", "plan", "operator", "elsewhere"};
};
} // namespace smarttrade::base
