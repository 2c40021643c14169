#include <fmt/format.h>

#include "fuzz/check.hpp"
#include "fuzz/check_diagnostics.hpp"
#include "plan/plan.hpp"
#include "plan/print_plans.hpp"

namespace smarttrade::fuzz {

namespace {

plan::surroundings configured() {
    plan::surroundings around;
    around.accounts = {{"main", {7}}, {"second", {8}}};
    around.max_leverage = 100;
    around.max_order_total["USDT"] = money::money{money::decimal{10'000'000}};
    return around;
}

plan::plan_set plans_of(std::string_view text, const plan::surroundings& around) {
    return plan::merge({plan::read(text, file_name)}, around);
}

bool are_same(const trade::desired_trade& a, const trade::desired_trade& b) {
    return a.identity == b.identity && a.account_name == b.account_name && a.request == b.request && a.life == b.life;
}

/// What is printed of accepted trades must be read back to the same trades.
std::string fault_of_round(const std::vector<trade::desired_trade>& trades, const plan::surroundings& around) {
    const auto printed = plan::print_plans(trades);
    const auto again = plans_of(printed, around);
    if (base::has_errors(again.diagnostics))
        return fmt::format("printed with an error: {}\n{}", base::headline(again.diagnostics[0]), printed);
    if (again.trades.size() != trades.size())
        return fmt::format("{} trades of {} read back\n{}", again.trades.size(), trades.size(), printed);
    for (std::size_t i = 0; i < trades.size(); ++i)
        if (!are_same(trades[i], again.trades[i]))
            return fmt::format("trade {} is another one when read back\n{}", trades[i].identity.name, printed);
    const auto twice = plan::print_plans(again.trades);
    return twice == printed ? "" : fmt::format("printed again as\n{}\nand before as\n{}", twice, printed);
}

std::string fault_of_set(const plan::plan_set& set, std::string_view text, const plan::surroundings& around) {
    if (auto fault = fault_of(set.diagnostics, text); !fault.empty()) return fault;
    if (base::has_errors(set.diagnostics)) return {};
    for (const auto& each : set.trades)
        if (!is_utf8(each.request.note)) return fmt::format("a note that is no UTF-8: {}", each.request.note);
    return fault_of_round(set.trades, around);
}

} // namespace

std::string check_plan(std::string_view text) {
    const std::vector files{plan::read(text, file_name)};
    for (const auto& around : {configured(), plan::surroundings{}}) // `check` may have no configuration
        if (auto fault = fault_of_set(plan::merge(files, around), text, around); !fault.empty()) return fault;
    return {};
}

} // namespace smarttrade::fuzz
