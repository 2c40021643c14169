#include "plan/default_use.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/expand_values.hpp"

namespace smarttrade::plan {

using yaml::node;

default_use::default_use(node defaults) : defaults_{std::move(defaults)} { collect(defaults_); }

void default_use::collect(const node& of) {
    if (of.is_scalar() && !is_none(of)) unused_.push_back(of.at);
    for (const auto& item : of.items) collect(item);
    for (const auto& member : of.members) collect(member.value);
}

void default_use::see(const node& trade) {
    has_trades_ = true;
    if (unused_.empty()) return;
    if (trade.is_scalar()) std::erase(unused_, trade.at);
    for (const auto& item : trade.items) see(item);
    for (const auto& member : trade.members) see(member.value);
}

bool default_use::is_used(const node& of) const {
    if (of.is_scalar()) return is_none(of) || std::ranges::find(unused_, of.at) == unused_.end();
    const auto in_item = [this](const node& item) { return is_used(item); };
    const auto in_member = [this](const yaml::member& m) { return is_used(m.value); };
    return (of.items.empty() && of.members.empty()) || std::ranges::any_of(of.items, in_item)
           || std::ranges::any_of(of.members, in_member);
}

void default_use::tell(problems& told) const {
    if (has_trades_ && !unused_.empty()) tell(defaults_, {}, told);
}

void default_use::tell(const node& of, const std::string& path, problems& told) const {
    for (const auto& item : of.items) tell(item, path, told);
    for (const auto& member : of.members) {
        const auto name = path.empty() ? member.key : fmt::format("{}.{}", path, member.key);
        if (is_used(member.value)) {
            tell(member.value, name, told);
            continue;
        }
        told.add({yaml::position(member.key_at, told.file),
                  base::severity::warning,
                  {},
                  fmt::format("{} in defaults is of no use: every trade says its own", name),
                  {}});
    }
}

} // namespace smarttrade::plan
