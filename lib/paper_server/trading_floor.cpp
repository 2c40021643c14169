#include "paper_server/trading_floor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "paper_server/unfit.hpp"
#include "paper_server/walk.hpp"

namespace smarttrade::paper_server {

namespace {

/// Amounts of this size keep every product and sum of the engine inside 38 digits.
void require_sane(const money::decimal& amount, const money::decimal& largest) {
    if (amount.sign() < 0 || amount > largest || amount.scale() > 8)
        throw unfit{fmt::format("paper exchange: {}, expected at most {} with at most 8 decimals",
                                amount.to_short_string(), largest.to_short_string())};
}
/// A sum of fills has as many decimals as lots, prices and fees together.
void require_sane(const paper::market_limits& limits, const money::decimal& commission) {
    constexpr int decimals_max = 21;
    // A price may have 8 decimals whatever the step: the market's own are posted.
    const auto price_decimals = std::max(limits.price_step.value().scale(), paper::price_decimals);
    if (limits.lot_step.value().scale() + price_decimals + commission.scale() > decimals_max)
        throw unfit{fmt::format("paper exchange: lotStep {}, priceStep {} and commission {}, expected at "
                                "most {} decimals together (a price counts 8)",
                                limits.lot_step.to_short_string(), limits.price_step.to_short_string(),
                                commission.to_short_string(), decimals_max)};
}
/// Whether a price can walk: bid and ask, a step apart, stay inside the market.
bool can_walk(const money::price& from, const paper::market_limits& in) {
    return from >= in.price_step && from <= in.max_price - in.price_step;
}
const money::decimal balance_max{1'000'000'000'000'000};
const money::decimal price_max{1'000'000'000};

paper::account make_account(const options::account& from) {
    paper::account made;
    made.id = from.id;
    made.type = from.type;
    made.contracts = from.type == "binance_futures";
    made.leverage = from.leverage || made.contracts;
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
    : how_{std::move(how)}, time_{time}, started_{time.now()},
      started_utc_{how_.start == base::utc_time{} ? time.utc_now() : how_.start}, draw_{how_.seed} {
    fill();
    if (!how_.state_file.empty()) load();
    start_replay();
    save();
}

/// A recording goes on where it was; another one starts from its beginning.
void trading_floor::start_replay() {
    const auto* recorded = std::get_if<options::replay>(&how_.market);
    if (!recorded) return;
    if (all_.recording != recorded->file) all_.played = 0;
    all_.recording = recorded->file;
    replay_.emplace(*recorded, now(), all_.played);
    play_until(now());
}

/// A file that is new gets what the options say.
void trading_floor::load() {
    kept_.emplace(how_.state_file);
    if (!kept_->is_new()) {
        kept_->load(all_, how_.limits);
        const bool is_told = how_.start != base::utc_time{}; // the file wins over what is told, not over the machine
        set_clock(is_told ? all_.market.now : std::max(all_.market.now, started_utc_));
        // Requests of this life get other ids than those of the lives before.
        const auto life = base::prng{static_cast<std::uint64_t>(all_.starts)}.next();
        draw_ = base::prng{base::prng{how_.seed}.next() ^ life};
    }
    ++all_.starts;
    for (const auto& [id, live] : all_.market.trades) former_.begin(live.record);
    for (const auto& [id, account] : all_.market.accounts) {
        unsaved_.accounts.insert(id);
        for (const auto& [currency, amount] : account.balances) unsaved_.balances.emplace(id, currency);
    }
    for (const auto& market : all_.market.markets) unsaved_.markets.insert(market.pair);
}

/// What the options say; a file that exists wins over it.
void trading_floor::fill() {
    auto& market = all_.market;
    market.now = started_utc_;
    market.commission = how_.commission;
    market.next_trade_id = 30'000'000 + static_cast<std::int64_t>(draw_.below(40'000'000)); // api.md K.7
    market.next_sub_trade_id = 1'300'000'000 + static_cast<std::int64_t>(draw_.below(600'000'000));
    for (const auto& [pair, limits] : how_.limits) require_sane(limits, how_.commission);
    for (const auto& account : how_.accounts) market.accounts[account.id] = make_account(account);
    for (const auto& [pair, price] : how_.prices) {
        for (const auto& side : {price.bid, price.ask, price.last}) require_sane(side.value(), price_max);
        auto& made = introduce(pair);
        made.move_to(price.bid, price.ask, price.last);
        if (std::holds_alternative<options::walk>(how_.market) && !can_walk(price.bid, made.limits))
            throw unfit{fmt::format("paper exchange: {} cannot walk from {}, expected a price from its "
                                    "priceStep {} to a step below its maxPrice {}",
                                    pair.text(), price.bid.to_short_string(), made.limits.price_step.to_short_string(),
                                    made.limits.max_price.to_short_string())};
    }
}

base::utc_time trading_floor::now() const {
    if (how_.manual_clock) return all_.market.now;
    const auto real = started_utc_ + std::chrono::floor<std::chrono::milliseconds>(time_.now() - started_);
    return std::max(all_.market.now, real);
}

void trading_floor::set_clock(base::utc_time at) {
    started_utc_ = at - std::chrono::floor<std::chrono::milliseconds>(time_.now() - started_);
}

void trading_floor::change_mode(const std::string& key, trade::account_mode to) {
    all_.modes.set(key, to);
    unsaved_.modes = true;
}

paper::effects trading_floor::apply(const paper::event& what) {
    paper::effects told;
    paper::advance(all_.market, what, told);
    auto& trades = told.touched.trades;
    std::ranges::sort(trades);
    trades.erase(std::unique(trades.begin(), trades.end()), trades.end());
    for (const auto& id : trades) former_.note(all_.market.trades.at(id).record, all_.market.now);
    unsaved_.trades.insert(trades.begin(), trades.end());
    unsaved_.balances.insert(told.touched.balances.begin(), told.touched.balances.end());
    for (const auto& id : told.touched.markets) unsaved_.markets.insert(all_.market.markets.at(id).pair);
    if (const auto* tick = std::get_if<paper::tick>(&what); tick && tick->on)
        unsaved_.markets.insert(all_.market.markets.at(*tick->on).pair);
    return told;
}

/// A pair that nobody has named before.
paper::market& trading_floor::introduce(const trade::pair& pair) {
    auto& made = all_.market.markets[pair];
    if (const auto limits = how_.limits.find(pair); limits != how_.limits.end()) made.limits = limits->second;
    return made;
}

void trading_floor::post(const posted_tick& what, base::utc_time at) {
    if (what.advance.count() > 0) set_clock(at);
    const auto& markets = all_.market.markets;
    const auto any = what.bid ? what.bid : what.last ? what.last : what.ask;
    // The first prices of a pair are those of every side.
    if (what.on && any && !markets.contains(*what.on)) introduce(*what.on).move_to(any, any, any);
    apply(paper::tick{at, what.on ? markets.id_of(*what.on) : std::nullopt, what.bid, what.ask, what.last});
}

void trading_floor::play_until(base::utc_time at) {
    for (; replay_ && replay_->due() && *replay_->due() <= at; ++all_.played) {
        const auto due = *replay_->due();
        const auto prices = replay_->take();
        post({{}, replay_->on(), prices.bid, prices.ask, prices.last}, due);
    }
}

std::chrono::milliseconds trading_floor::pause() const {
    constexpr std::chrono::milliseconds second{1000}, shortest{20}; // a fast recording is played in batches
    if (!replay_ || !replay_->due()) return second;
    return std::clamp(*replay_->due() - now(), shortest, second);
}

void trading_floor::walk_on() {
    play_until(now());
    std::vector<paper::tick> ticks;
    if (const auto* walk = std::get_if<options::walk>(&how_.market)) ticks = next_of(*walk);
    if (ticks.empty()) ticks.push_back({now(), {}, {}, {}, {}}); // what was accepted is carried out all the same
    for (const auto& tick : ticks) apply(tick);
}

std::vector<paper::tick> trading_floor::next_of(const options::walk& walk) {
    const auto k = ++all_.walked;
    std::vector<paper::tick> ticks;
    for (const auto& market : all_.market.markets) {
        if (!can_walk(market.now().bid, market.limits)) continue; // a tick has put it where it cannot go on
        const auto& step = market.limits.price_step;
        const auto price =
            walk_price(walk.seed, market.pair, k, market.now().bid, walk.swing, step, market.limits.max_price - step);
        ticks.push_back({now(), all_.market.markets.id_of(market.pair), price, price + step, price});
    }
    return ticks;
}

std::int64_t trading_floor::log(logged_request line) {
    line.n = ++all_.requests;
    if (kept_) unsaved_lines_.push_back(line);
    all_.log.push_back(std::move(line));
    if (all_.log.size() > logged_requests_max) all_.log.pop_front();
    return all_.requests;
}

void trading_floor::amend(std::int64_t n, std::optional<int> status, std::optional<std::int64_t> trade) {
    const auto found = std::ranges::lower_bound(all_.log, n, {}, &logged_request::n);
    if (found == all_.log.end() || found->n != n) return;
    found->status = status;
    found->trade = trade;
    if (kept_) unsaved_lines_.push_back(*found);
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
