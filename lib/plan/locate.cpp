#include "plan/locate.hpp"

#include "plan/expand.hpp"
#include "plan/merge_defaults.hpp"
#include "plan/told_fields.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::plan {

std::vector<base::diagnostic> locate(std::string_view text, const std::string& file, const std::vector<finding>& all) {
    const auto document = yaml::parse(text, file);
    const auto root = document.root ? *document.root : yaml::node{};
    problems known{file, {}}; // what expanding tells was told when the text was accepted
    const auto* common = root.find("defaults");
    const auto defaults = common ? expand_trade(common->value, written_in::defaults, known) : yaml::node{};
    const auto* trades = root.find("trades");
    problems told{file, {}};
    for (const auto& each : all) {
        const auto* member = trades ? trades->value.find(each.trade) : nullptr;
        const auto trade =
            member ? merge_defaults(defaults, expand_trade(member->value, written_in::trade, known)) : yaml::node{};
        tell(each.violations, trade, member ? member->key_at : yaml::place{}, told);
    }
    return std::move(told.all);
}

} // namespace smarttrade::plan
