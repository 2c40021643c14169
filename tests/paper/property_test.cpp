#include <algorithm>
#include <set>

#include "paper/invariants.hpp"
#include "paper/random_commands.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

constexpr std::uint64_t seeds = 60;
constexpr int ticks = 120;

/// Little money, so that some orders find none; the second account trades contracts, also without leverage.
world poor_world() {
    world exchange{"10000", "10000.01"};
    exchange.state.accounts[spot].balances = {{"USDT", {dec("300"), {}}}, {"BTC", {dec("0.03"), {}}}};
    exchange.state.accounts[contracts].balances = {{"USDT", {dec("30"), {}}}, {"BTC", {}}};
    exchange.state.accounts[contracts].contracts = true;
    return exchange;
}

/// An exchange that lives through random requests, commands and prices.
class walk {
public:
    explicit walk(std::uint64_t seed) : draw_{seed}, requests_{seed * 1000}, commands_{seed * 77} {}

    paper::event next_create() { return paper::create{requests_.next()}; }
    std::optional<paper::event> next_command(const paper::state& to) {
        if (to.trades.empty()) return std::nullopt;
        // The younger ones, of which most have not ended.
        const auto back = 1 + draw_.below(std::min<std::uint64_t>(to.trades.size(), 12));
        const auto& chosen = std::prev(to.trades.end(), static_cast<std::ptrdiff_t>(back))->second.record;
        return commands_.next(chosen, now_);
    }
    paper::event next_tick(const paper::state& to) {
        now_ = next_cents(draw_, now_);
        const auto seconds = std::chrono::seconds{1 + draw_.below(3)};
        const auto bid = price{cents(now_)};
        if (draw_.below(10) == 0) return paper::clock{to.now + seconds};
        if (draw_.below(10) == 0) return paper::tick{to.now + seconds, btc_market, {}, {}, bid};
        return paper::tick{to.now + seconds, btc_market, bid, bid + at("0.01"), bid};
    }
    /// What happens between two ticks, and the tick.
    std::vector<paper::event> next(const paper::state& to) {
        std::vector<paper::event> all;
        if (draw_.below(3) == 0) all.push_back(next_create());
        for (auto commands = draw_.below(3); commands > 0; --commands)
            if (auto command = next_command(to)) all.push_back(*command);
        all.push_back(next_tick(to));
        return all;
    }

private:
    base::prng draw_;
    random_requests requests_;
    random_commands commands_;
    std::int64_t now_ = 1'000'000;
};

/// Whoever keeps the state keeps what is named.
void check_touched(const paper::state& in, const seen_trades& before, const funds& funds_before,
                   const paper::changes& touched) {
    const std::set<trade::smart_trade_id> trades{touched.trades.begin(), touched.trades.end()};
    for (const auto& [id, live] : in.trades) {
        const auto was = before.find(id);
        if (was == before.end() || was->second.record != live.record) CHECK(trades.contains(id));
    }
    const std::set<std::pair<trade::account_id, std::string>> balances{touched.balances.begin(),
                                                                       touched.balances.end()};
    for (const auto& [key, amount] : funds_of(in)) {
        const auto was = funds_before.find(key);
        if (was == funds_before.end() || was->second != amount) CHECK(balances.contains(key));
    }
}

/// What an event may not do to a trade: everything but what it asks for.
void check_command(const world& exchange, const paper::event& what, const paper::stepped& told,
                   const seen_trades& before, const std::string& bytes) {
    if (std::holds_alternative<paper::refusal>(told.reply)) {
        CHECK(bytes_of(exchange.state) == bytes);
        return;
    }
    std::optional<trade::smart_trade_id> but;
    if (const auto* edit = std::get_if<paper::update>(&what)) {
        but = edit->id;
        const auto& was = before.at(edit->id).record;
        const auto& live = exchange.state.trades.at(edit->id);
        if (was.stop && edit->change.stop_loss == unchanged(was).stop_loss)
            CHECK(paper::stop_level(live.record, exchange.state.markets.at(live.at)) == before.at(edit->id).stop_level);
        if (edit->change != unchanged(was)) return;
        auto now = live.record;
        now.is_edited = was.is_edited;
        now.updated_at = was.updated_at;
        now.request = was.request; // percents that became prices
        CHECK(now.steps.size() <= was.steps.size());
        std::erase_if(now.steps, [](const paper::step_record& step) {
            return step.order.status == trade::order_status::cancelled;
        });
        auto kept = was;
        if (!edit->change.stop_loss) kept.stop.reset(); // it was about to leave
        std::erase_if(kept.steps, [](const paper::step_record& step) {
            return step.order.status == trade::order_status::cancelled;
        });
        std::stable_partition(kept.steps.begin(), kept.steps.end(), [](const paper::step_record& step) {
            return trade::is_final(step.order.status); // those that are done come first
        });
        CAPTURE(in_a_line(was));
        CAPTURE(in_a_line(now));
        CHECK(now == kept);
    }
    if (std::holds_alternative<paper::set_note>(what)) but = std::get<paper::set_note>(what).id;
    check_changes(exchange.state, before, but);
}

class judge {
public:
    explicit judge(world& exchange) : exchange_{exchange}, at_start_{funds_of(exchange.state)} {}

    void run(const paper::event& what) {
        const auto before = look_at_all(exchange_.state);
        const auto funds_before = funds_of(exchange_.state);
        const auto bytes = bytes_of(exchange_.state);
        const auto told = exchange_.run(what);
        if (const auto* forced = std::get_if<paper::force_start>(&what))
            if (std::holds_alternative<trade::smart_trade_id>(told.reply)) forced_.insert(forced->id);
        check_touched(exchange_.state, before, funds_before, told.touched);
        check_command(exchange_, what, told, before, bytes);
        check_conserved(exchange_.state, at_start_);
        check_story(told.events);
    }
    void finish() const {
        for (const auto& each : exchange_.state.trades) {
            const auto& record = each.second.record;
            CAPTURE(record.id.value);
            check_limits(record, forced_.contains(record.id));
            check_sums(exchange_.state, record);
            CHECK(trade::is_final(record.status) == ended_.contains(record.id));
        }
    }

private:
    /// An end is told once, and after it nothing but what was asked for.
    void check_story(const std::vector<paper::happening>& events) {
        using enum paper::happened;
        for (const auto& event : events) {
            if (event.what != command_accepted) CHECK_FALSE(ended_.contains(event.id));
            for (const auto end : {stop_filled, panic_sold, cancelled, finished, failed})
                if (event.what == end) ended_.insert(event.id);
        }
    }

    world& exchange_;
    funds at_start_;
    std::set<trade::smart_trade_id> forced_, ended_;
};

void end_everything(world& exchange, judge& judged) {
    judged.run(paper::tick{exchange.state.now, {}, {}, {}, {}});
    std::vector<trade::smart_trade_id> all;
    for (const auto& [id, live] : exchange.state.trades) all.push_back(id);
    for (const auto id : all) judged.run(paper::cancel{id});
    judged.run(paper::tick{exchange.state.now, {}, {}, {}, {}});
}

} // namespace

TEST_CASE("properties: whatever is asked and wherever prices go, money is conserved to the last digit, stops never "
          "loosen, limits are kept, nothing is sold twice, every end frees everything, and refusals change nothing") {
    std::map<trade::trade_status, int> ends;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        auto exchange = poor_world();
        walk life{seed};
        judge judged{exchange};
        for (int i = 0; i < ticks; ++i) {
            CAPTURE(i);
            for (const auto& what : life.next(exchange.state)) {
                CAPTURE(what.index());
                judged.run(what);
                if (seed <= 12 || i % 10 == 0) check_indexes(exchange.state);
            }
        }
        judged.finish();
        end_everything(exchange, judged);
        judged.finish();
        check_all_free(exchange.state);
        for (const auto& [id, live] : exchange.state.trades) ++ends[live.record.status];
    }
    using enum trade::trade_status; // the draw reaches every end
    for (const auto end : {finished, stop_loss_finished, panic_sold, cancelled, failed}) CHECK(ends[end] > 10);
}

TEST_CASE("properties: the same seed gives the same exchange, byte for byte") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        const auto run = [seed] {
            auto exchange = poor_world();
            walk life{seed};
            for (int i = 0; i < ticks; ++i)
                for (const auto& what : life.next(exchange.state)) exchange.run(what);
            return bytes_of(exchange.state);
        };
        CHECK(run() == run());
    }
}

TEST_CASE("properties: an exchange read back from its parts in the middle of everything goes on exactly as the one "
          "that never stopped") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        auto lasting = poor_world();
        auto restarted = lasting;
        walk life{seed + 500};
        for (int i = 0; i < ticks; ++i) {
            CAPTURE(i);
            for (const auto& what : life.next(lasting.state)) {
                lasting.run(what);
                restarted.run(what);
                if (i % 5 == 3) restarted.state = rebuilt(restarted.state);
            }
            REQUIRE(bytes_of(lasting.state) == bytes_of(restarted.state));
        }
    }
}

TEST_CASE("properties: ten thousand resting orders far from the price are not looked at") {
    world exchange{"10000", "10000.01"};
    exchange.state.accounts[spot].balances["USDT"].total = dec("100000000");
    for (int i = 0; i < 10'000; ++i) exchange.create(limit_entry(trade::side::buy, "5000"));
    exchange.tick();
    std::vector<trade::smart_trade_id> woken;
    exchange.state.markets.at(usdt_btc).collect(woken);
    CHECK(woken.empty());
}
