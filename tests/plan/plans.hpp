#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "plan/plan.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::test {

inline plan::surroundings one_account() {
    plan::surroundings around;
    around.accounts = {{"main", {7}}};
    return around;
}

inline plan::plan_set plans_of(std::string_view text, const plan::surroundings& around = one_account()) {
    return plan::merge({plan::read(text, "p.yaml")}, around);
}

/// The trades of a text without errors.
inline std::vector<trade::desired_trade> trades_of(std::string_view text) {
    auto set = plans_of(text);
    for (const auto& d : set.diagnostics)
        if (d.level == base::severity::error) FAIL_CHECK(base::headline(d));
    return std::move(set.trades);
}

/// How many trades a text names that is read without an error.
inline std::size_t count_of_trades(std::string_view text) {
    const auto document = yaml::parse(text, "p.yaml");
    return document.root->find("trades")->value.members.size();
}

/// Every headline with its notes, as a person sees them.
inline std::string told(std::string_view text, const plan::surroundings& around = one_account()) {
    std::string all;
    for (const auto& d : plans_of(text, around).diagnostics) {
        all += base::headline(d) + '\n';
        for (const auto& note : d.notes) all += base::headline(note) + '\n';
    }
    return all;
}

} // namespace smarttrade::test
