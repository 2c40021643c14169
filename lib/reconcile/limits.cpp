#include "reconcile/limits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reconcile/prices.hpp"
#include "trade/percent_exits.hpp"
#include "trade/rules_market.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

constexpr auto limits_age_max = 1h;
constexpr auto moment_age_max = 10min; ///< of a price that keeps something back: then it is read again

std::string words_of(const std::vector<trade::violation>& breaches, const base::text_position& at) {
    const auto& first = breaches.front();
    const auto more = breaches.size() > 1 ? fmt::format(", and {} more", breaches.size() - 1) : std::string{};
    return fmt::format("{} [{}] ({}:{}:{}){}; edit it, then: smarttraded reload", first.message, first.rule, at.file,
                       at.line, at.column, more);
}

/// Who needs rates before anything is sent, and who takes those that are there.
enum class rates_are { needed, welcome };

class limit_check {
public:
    limit_check(deciding& of, const trade::desired_trade& trade, rates_are how, mono_time not_before)
        : of_{of}, trade_{trade}, how_{how}, not_before_{not_before}, market_{of.market_of(trade.identity.account,
                                                                                           trade.request.pair)} {}

    template <class Judge> std::optional<refusal> run(Judge judge) {
        const bool holds = market_ && age() <= limits_age_max && market_->read_begun >= not_before_;
        if (!holds && how_ == rates_are::needed && !is_unreadable()) {
            ask();
            return refusal{verdict::pending, "the limits of its market are being read"};
        }
        if (!holds) return std::nullopt; // what is not known, or old, keeps nothing back
        auto told_by_market = judge(market_->rates);
        if (told_by_market.breaches.empty()) return std::nullopt;
        // It stays blocked while the price is read again, so that it is not told as news each time.
        if (told_by_market.of_the_moment && age() > moment_age_max && !is_unreadable()) ask();
        auto& told = of_.out_.breaches.emplace_back();
        told.identity = trade_.identity;
        told.violations = std::move(told_by_market.breaches);
        return refusal{verdict::blocked, words_of(told.violations, trade_.at)};
    }

private:
    mono_time::duration age() const { return of_.now_ - market_->read_begun; }
    bool is_unreadable() const { return of_.is_unreadable(trade_.identity.account, trade_.request.pair); }
    void ask() { of_.ask_market(trade_.identity, trade_.request.pair, {}, "its limits decide what can be sent"); }

    deciding& of_;
    const trade::desired_trade& trade_;
    rates_are how_;
    mono_time not_before_;
    const market_sighting* market_;
};

/// What was refused by the exchange, or is tried again at the operator's word, is held against limits read since.
mono_time limits_since(const trade_history* past) {
    auto since = mono_time::min();
    if (!past) return since;
    for (const auto& attempt : past->attempts)
        if (attempt.is == attempt_state::refused) since = std::max(since, attempt.since);
    if (past->retried_at) since = std::max(since, *past->retried_at);
    return since;
}

} // namespace

std::optional<refusal> check_limits(deciding& of, const wish& w, const trade_history* past) {
    limit_check check{of, w.trade, rates_are::needed, limits_since(past)};
    const auto& asked = w.trade.request;
    return check.run([&](const trade::market_rates& rates) {
        if (!trade::has_open_percents(asked)) return trade::judge_by_market(asked, rates);
        const auto known = entry_reference(asked);
        const auto reference = known ? known : price_met(rates, asked.position.type);
        return trade::judge_by_market(reference ? trade::with_prices(asked, *reference, rates.price_step) : asked,
                                      rates);
    });
}

std::optional<refusal> check_edit_limits(deciding& of, const wish& w, const trade::trade_request& asked) {
    limit_check check{of, w.trade, rates_are::welcome, mono_time::min()};
    return check.run(
        [&](const trade::market_rates& rates) { return trade::judge_by_market(asked, trade::without_prices(rates)); });
}

std::optional<refusal> check_funds_limits(deciding& of, const trade::desired_trade& trade, std::size_t place) {
    limit_check check{of, trade, rates_are::welcome, mono_time::min()};
    return check.run(
        [&](const trade::market_rates& rates) { return trade::judge_adjustment_by_market(trade, place, rates); });
}

} // namespace smarttrade::reconcile
