#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "paper/invariants.hpp"
#include "paper/random_commands.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

constexpr std::size_t plans_in_all = 10'000;
constexpr std::size_t looks_per_file = 400; ///< at every trade; those that end are looked at when they do

/// The folder of recorded market data; the files are described beside it.
std::optional<std::filesystem::path> data_folder() {
    const auto* named = std::getenv("SMARTTRADED_MARKET_DATA");
    if (!named || !std::filesystem::is_directory(named)) return std::nullopt;
    return named;
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> all{""};
    for (const char each : line)
        if (each == ',')
            all.emplace_back();
        else
            all.back() += each;
    return all;
}

base::utc_time time_of(const std::string& milliseconds) {
    std::int64_t count = 0;
    std::from_chars(milliseconds.data(), milliseconds.data() + milliseconds.size(), count);
    return base::utc_time{std::chrono::milliseconds{count}};
}

price whole_cents(const std::string& text) { return at(text).rounded(2, money::rounding::down); }

/// A print lifts the ask or hits the bid; the other side is a cent away.
paper::tick tick_of_print(const std::vector<std::string>& row) {
    const auto now = whole_cents(row.at(2));
    const bool hits_bid = row.at(4) == "1";
    return {time_of(row.at(0)), btc_market, hits_bid ? now : now - at("0.01"), hits_bid ? now + at("0.01") : now, now};
}

/// A minute goes through all of its prices, the low first.
void add_candle(std::vector<paper::tick>& to, const std::vector<std::string>& row) {
    auto now = time_of(row.at(0));
    for (const std::size_t column : {1U, 3U, 2U, 4U}) {
        const auto bid = whole_cents(row.at(column));
        to.push_back({now, btc_market, bid, bid + at("0.01"), bid});
        now += std::chrono::seconds{15};
    }
}

std::vector<paper::tick> ticks_of(const std::filesystem::path& file) {
    std::vector<paper::tick> all;
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    const bool has_prints = fields_of(line).at(1) == "trade_id";
    while (std::getline(in, line)) {
        const auto row = fields_of(line);
        if (has_prints)
            all.push_back(tick_of_print(row));
        else
            add_candle(all, row);
    }
    return all;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> all;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".csv") all.push_back(entry.path());
    std::ranges::sort(all);
    return all;
}

/// An exchange on which random plans live through recorded prices.
class replay {
public:
    /// Minutes of prints move prices by parts of a percent, a month of candles by tens of percents.
    /// `plans`: at least so many, fewer than the ticks.
    replay(const std::vector<paper::tick>& ticks, std::size_t plans, std::uint64_t seed)
        : ticks_{ticks}, every_{ticks.size() / plans}, draw_{seed}, reach_{ticks.size() > 100'000 ? 1000 : 40},
          requests_{seed * 31, reach_}, commands_{seed * 37, reach_} {
        exchange_.state.now = ticks.front().now;
        auto& accounts = exchange_.state.accounts;
        accounts[spot].balances = {{"USDT", {dec("100000"), {}}}, {"BTC", {dec("40"), {}}}};
        accounts[contracts].balances = {{"USDT", {dec("10000"), {}}}, {"BTC", {}}};
        accounts[contracts].contracts = true;
        at_start_ = funds_of(exchange_.state);
    }

    void run() {
        const auto look = ticks_.size() / looks_per_file;
        for (std::size_t i = 0; i < ticks_.size(); ++i) {
            move(ticks_[i]);
            if (i % every_ == 0) create();
            if (i % every_ == every_ - 1) command();
            if (i % look == 0) look_at_everything();
        }
        move({exchange_.state.now, {}, {}, {}, {}});
        std::vector<trade::smart_trade_id> open;
        for (const auto& [id, live] : exchange_.state.trades) open.push_back(id);
        for (const auto id : open) exchange_.run(paper::cancel{id});
        move({exchange_.state.now, {}, {}, {}, {}});
        look_at_everything();
        check_all_free(exchange_.state);
    }

    std::size_t plans() const { return exchange_.state.trades.size(); }
    std::size_t ended() const { return ended_.size(); }
    const std::map<trade::trade_status, int>& ends() const { return ends_; }

private:
    std::int64_t center() const { // in cents
        return std::max<std::int64_t>(
            1, exchange_.state.markets.at(btc_market).now().last.value().scaled(2, money::rounding::down));
    }

    void move(const paper::tick& to) {
        paper::effects told;
        paper::advance(exchange_.state, to, told);
        note_ends(told.events);
    }
    void note_ends(const std::vector<paper::happening>& events) {
        for (const auto& event : events) {
            const auto& live = exchange_.state.trades.at(event.id);
            if (trade::is_final(live.record.status) && ended_.insert(event.id).second) judge_end(live);
        }
    }
    void judge_end(const paper::live_trade& live) {
        CAPTURE(live.record.id.value);
        ++ends_[live.record.status];
        check_limits(live.record, forced_.contains(live.record.id));
        check_sums(exchange_.state, live.record);
        const auto seen = seen_.find(live.record.id);
        if (seen != seen_.end()) check_change(exchange_.state, live, seen->second);
        seen_[live.record.id] = look_at(exchange_.state, live);
    }

    void create() {
        requests_.center_on(center());
        const auto before = exchange_.state.trades.size();
        while (exchange_.state.trades.size() == before) exchange_.run(paper::create{requests_.next()});
    }

    /// To one of the younger trades, of which most have not ended.
    void command() {
        if (exchange_.state.trades.empty()) return;
        const auto back = 1 + draw_.below(std::min<std::uint64_t>(exchange_.state.trades.size(), 200));
        const auto chosen = std::prev(exchange_.state.trades.end(), static_cast<std::ptrdiff_t>(back));
        const auto id = chosen->first;
        const auto what = commands_.next(chosen->second.record, center());
        const auto told = exchange_.run(what);
        if (std::holds_alternative<paper::refusal>(told.reply)) return;
        if (std::holds_alternative<paper::force_start>(what)) forced_.insert(id);
        note_ends(told.events); // a look that is asked for may find the end
        // Its exits may be others now, and also an ended trade has another note.
        seen_[id] = look_at(exchange_.state, chosen->second);
    }

    void look_at_everything() {
        check_conserved(exchange_.state, at_start_);
        for (const auto& [id, live] : exchange_.state.trades) {
            const auto seen = seen_.find(id);
            if (seen != seen_.end()) check_change(exchange_.state, live, seen->second);
            if (!trade::is_final(live.record.status)) seen_[id] = look_at(exchange_.state, live);
        }
    }

    const std::vector<paper::tick>& ticks_;
    std::size_t every_; ///< ticks from one plan to the next
    base::prng draw_;
    std::int64_t reach_;
    random_requests requests_;
    random_commands commands_;
    world exchange_;
    funds at_start_;
    seen_trades seen_;
    std::set<trade::smart_trade_id> forced_, ended_;
    std::map<trade::trade_status, int> ends_;
};

} // namespace

TEST_CASE("real prices: ten thousand plans live through recorded markets and keep every invariant") {
    const auto folder = data_folder();
    if (!folder) {
        MESSAGE("not run: SMARTTRADED_MARKET_DATA names no folder of recorded prices");
        return;
    }
    std::map<trade::trade_status, int> ends;
    std::size_t plans = 0;
    std::uint64_t seed = 0;
    const auto files = files_in(*folder);
    REQUIRE(!files.empty());
    const auto plans_per_file =
        (plans_in_all + files.size() - 1) / files.size(); // as many in all with one file as with ten
    for (const auto& file : files) {
        CAPTURE(file.filename().string());
        const auto ticks = ticks_of(file);
        REQUIRE(ticks.size() > plans_per_file);
        replay market{ticks, plans_per_file, ++seed};
        market.run();
        CHECK(market.ended() == market.plans());
        plans += market.plans();
        for (const auto& [end, count] : market.ends()) ends[end] += count;
    }
    CHECK(plans >= plans_in_all);
    using enum trade::trade_status;
    for (const auto end : {finished, stop_loss_finished, panic_sold, cancelled}) CHECK(ends[end] > 50);
    MESSAGE(plans << " plans, of which finished " << ends[finished] << ", stopped " << ends[stop_loss_finished]
                  << ", sold by command " << ends[panic_sold] << ", cancelled " << ends[cancelled] << ", failed "
                  << ends[failed]);
}
