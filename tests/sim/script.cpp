#include "sim/world.hpp"

namespace smarttrade::sim {

namespace {

using namespace std::chrono_literals;

/// Limits far below what the daemon would like to send, so that every window is full and each slot is waited for.
void tighten(config::settings& of, base::prng& draw) {
    of.reconcile.interval = 1s;
    const std::size_t requests = 5 + draw.below(8);
    of.rate_limits = {{"", requests, draw.below(2) == 0 ? 10s : 20s, 300s, 1 + draw.below(2)},
                      {"GET /v2/smart_trades", requests - 2, 5s, 10s, 0}};
}

config::settings draw_settings(base::prng& draw, bool outside_model) {
    config::settings made;
    made.instance = venue::instance;
    const auto accounts = 1 + static_cast<int>(draw.below(2));
    for (int i = 1; i <= accounts; ++i) {
        config::account account;
        account.name = "a" + std::to_string(i);
        account.id = {i};
        account.mode = trade::account_mode::paper;
        account.credentials = "main";
        made.accounts.push_back(std::move(account));
    }
    constexpr std::array<milliseconds, 8> intervals{1s, 1s, 2s, 5s, 5s, 10s, 20s, 30s};
    made.reconcile.interval = intervals.at(draw.below(intervals.size()));
    made.reconcile.settle = outside_model ? 5s : 30s;
    if (draw.below(12) == 0) made.reconcile.resend = config::resend_policy::never;
    made.guardrails.create_max = draw.below(10) == 0 ? 3 : 24;
    if (draw.below(12) == 0) made.guardrails.max_active_trades = 3;
    made.rate_limits = {{"", 100, 60s, 300s, 5}, {"GET /v2/smart_trades", 40, 10s, 10s, 2}};
    return made;
}

paper_server::options draw_exchange(base::prng& draw, std::size_t accounts) {
    paper_server::options made;
    made.seed = draw.next();
    made.keys = {{std::string{venue::key}, std::string{venue::secret}}, {"hand", "hand"}, {"crowd", "crowd"}};
    for (std::size_t i = 1; i <= accounts; ++i)
        made.accounts.push_back(
            {{static_cast<std::int64_t>(i)},
             "paper_trading",
             true,
             {{"USDT", money::decimal{1'000'000}}, {"BTC", money::decimal{100}}, {"ETH", money::decimal{100}}}});
    const money::price btc{money::decimal{9'700}}, eth{money::decimal{333}};
    made.prices[{"USDT", "BTC"}] = {btc, btc, btc};
    made.prices[{"USDT", "ETH"}] = {eth, eth, eth};
    made.market = paper_server::options::walk{
        draw.next(), money::percent{money::decimal{static_cast<std::int64_t>(1 + draw.below(12)), 1}}};
    return made;
}

} // namespace

script::script(std::uint64_t of_seed) : seed{of_seed} {
    base::prng mix{seed}; // neighbouring seeds of a SplitMix64 may be one stream, shifted
    base::prng draw{mix.next()};
    outside_model = draw.below(25) == 0;
    settings = draw_settings(draw, outside_model);
    base::prng apart{mix.next()};
    if (apart.below(4) == 0) tighten(settings, apart);
    exchange = draw_exchange(draw, settings.accounts.size());
    plans = draw_plan_sets(draw, static_cast<int>(settings.accounts.size()));
    if (draw.below(15) == 0) {
        crowd = 97 + static_cast<int>(draw.below(10));
        settings.reconcile.interval = std::max<milliseconds>(settings.reconcile.interval, 10s);
    }
    for (const auto& name : names_protected(plans)) protected_names.insert(name);
    operator_confirms = apart.below(3) != 0;
    if (apart.below(3) == 0) settings.guardrails.max_stop_move = money::percent{money::decimal{2}};
    story = draw_story(draw, static_cast<int>(plans.size()), outside_model);
    if (draw.below(25) == 0) { // somebody took the id of a real account for that of a paper one (api.md A.7)
        exchange.accounts.back().type = "binance";
        exchange.accounts.back().leverage = false;
    }
    if (crowd == 0) // no listing has a second page
        std::erase_if(story, [](const happening& each) { return each.what == incident::page_shift; });
}

} // namespace smarttrade::sim
