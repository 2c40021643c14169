#include "paper_server/trading_floor.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "paper_server/walk.hpp"

namespace smarttrade::paper_server {

namespace {

/// Amounts of this size keep every product and sum of the engine inside 38 digits.
void require_sane(const money::decimal& amount, const money::decimal& largest) {
    if (amount.sign() < 0 || amount > largest || amount.scale() > 8)
        throw std::runtime_error{fmt::format("paper exchange: {}, expected at most {} with at most 8 decimals",
                                             amount.to_short_string(), largest.to_short_string())};
}
const money::decimal balance_max{1'000'000'000'000'000};
const money::decimal price_max{1'000'000'000};

paper::account make_account(const options::account& from) {
    paper::account made;
    made.id = from.id;
    made.type = from.type;
    made.leverage = from.leverage || from.type == "binance_futures";
    for (const auto& [currency, amount] : from.balance) {
        require_sane(amount, balance_max);
        made.balances[currency].total = amount;
    }
    if (from.type == "paper_trading") return made;
    made.name = "Account";
    made.market = made.leverage ? "Binance Futures USDT-M" : "Binance Spot";
    return made;
}

} // namespace

trading_floor::trading_floor(options how, async::time_source& time)
    : how_{std::move(how)}, time_{time}, started_{time.now()}, started_utc_{time.utc_now()}, draw_{how_.seed} {
    fill();
    if (how_.state_file.empty()) return;
    kept_.emplace(how_.state_file);
    if (!kept_->is_new()) kept_->load(all_);
    for (const auto& [id, live] : all_.market.trades) former_.begin(live.record);
    for (const auto& [id, account] : all_.market.accounts)
        for (const auto& [currency, amount] : account.balances) unsaved_.balances.emplace(id, currency);
    for (const auto& [pair, market] : all_.market.markets) unsaved_.markets.insert(pair);
    save();
}

/// What the options say; a file that exists wins over it.
void trading_floor::fill() {
    auto& market = all_.market;
    market.now = how_.manual_clock ? how_.start : started_utc_;
    market.commission = how_.commission;
    market.next_trade_id = 30'000'000 + static_cast<std::int64_t>(draw_.below(40'000'000)); // api.md K.7
    market.next_sub_trade_id = 1'300'000'000 + static_cast<std::int64_t>(draw_.below(600'000'000));
    for (const auto& account : how_.accounts) market.accounts[account.id] = make_account(account);
    for (const auto& [pair, price] : how_.prices) {
        for (const auto& side : {price.bid, price.ask, price.last}) require_sane(side.value(), price_max);
        market.markets[pair].now = {price.bid, price.ask, price.last};
    }
}

base::utc_time trading_floor::now() const {
    if (how_.manual_clock) return all_.market.now;
    const auto real = started_utc_ + std::chrono::floor<std::chrono::milliseconds>(time_.now() - started_);
    return std::max(all_.market.now, real);
}

paper::stepped trading_floor::apply(const paper::event& what) {
    auto told = paper::step(std::move(all_.market), what);
    all_.market = std::move(told.after);
    for (const auto& id : told.touched.trades) former_.note(all_.market.trades.at(id).record, all_.market.now);
    unsaved_.trades.merge(told.touched.trades);
    unsaved_.balances.merge(told.touched.balances);
    unsaved_.markets.merge(told.touched.markets);
    return told;
}

void trading_floor::post(const paper::tick& prices, base::utc_time at) {
    auto tick = prices;
    tick.now = at;
    if (tick.on && !all_.market.markets.contains(*tick.on)) introduce(tick);
    apply(tick);
}

/// The first prices of a pair that nobody has named before.
void trading_floor::introduce(const paper::tick& prices) {
    const auto any = prices.bid ? prices.bid : prices.last ? prices.last : prices.ask;
    if (any) all_.market.markets[*prices.on].now = {*any, *any, *any};
}

void trading_floor::walk_on() {
    if (!how_.market || all_.market.markets.empty()) {
        apply(paper::tick{now(), {}, {}, {}, {}});
        return;
    }
    const auto k = ++all_.walked;
    std::vector<paper::tick> ticks;
    for (const auto& [pair, market] : all_.market.markets) {
        const auto& step = market.limits.price_step;
        const auto price = walk_price(how_.market->seed, pair, k, market.now.bid, how_.market->swing, step,
                                      market.limits.max_price - step);
        ticks.push_back({now(), pair, price, price + step, price});
    }
    for (const auto& tick : ticks) apply(tick);
}

std::int64_t trading_floor::log(logged_request line) {
    line.n = ++all_.requests;
    unsaved_lines_.push_back(line);
    all_.log.push_back(std::move(line));
    if (all_.log.size() > logged_requests_max) all_.log.pop_front();
    return all_.requests;
}

void trading_floor::amend(std::int64_t n, std::optional<int> status, std::optional<std::int64_t> trade) {
    const auto found = std::ranges::lower_bound(all_.log, n, {}, &logged_request::n);
    if (found == all_.log.end() || found->n != n) return;
    found->status = status;
    found->trade = trade;
    unsaved_lines_.push_back(*found);
}

paper::state trading_floor::as_it_was(std::chrono::milliseconds ago) const {
    auto shown = all_.market;
    former_.turn_back(shown, now() - ago);
    return shown;
}

void trading_floor::save() {
    if (kept_) kept_->save(all_, unsaved_, unsaved_lines_);
    unsaved_ = {};
    unsaved_lines_.clear();
}

std::string trading_floor::next_request_id() { return fmt::format("{:016x}{:016x}", draw_.next(), draw_.next()); }

} // namespace smarttrade::paper_server
