#include <doctest/doctest.h>

#include "service/readings.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using reconcile::fact;
using reconcile::fact_kind;
using reconcile::phase;
using reconcile::verdict;

namespace {

constexpr trade::account_id main_account{1};
constexpr async::mono_time now{std::chrono::hours{10}};

const std::vector<service::account_port> accounts{{main_account, "main", trade::account_mode::paper, nullptr}};

money::quantity units(const char* text) { return *money::quantity::parse(text); }
money::price price(const char* text) { return *money::price::parse(text); }

trade::smart_trade holding(std::int64_t id, const char* bought, const char* sold = "0") {
    trade::smart_trade entity;
    entity.id = trade::smart_trade_id{id};
    entity.account.id = main_account;
    entity.pair = {"USDT", "BTC"};
    entity.status = trade::trade_status::waiting_targets;
    entity.is_position_not_filled = false;
    entity.entered_amount = units(bought);
    entity.closed_amount = units(sold);
    entity.average_enter_price = price("50000");
    entity.current_price = trade::smart_trade::market_view{price("59999"), price("60001"), price("60000")};
    return entity;
}

/// A journal, and what the exchange shows.
struct scene {
    void tell(fact what) {
        what.at = base::utc_time{1s};
        past.apply(what, now - 1h);
    }
    void bind(const std::string& name, std::int64_t id) {
        fact bound;
        bound.kind = fact_kind::bound;
        bound.identity = {main_account, name, 1};
        bound.trade_id = trade::smart_trade_id{id};
        tell(std::move(bound));
    }
    void show(const trade::smart_trade& entity) { seen.trades[entity.id] = {entity, now - 5s}; }
    void own(const std::string& name, const trade::smart_trade& entity) {
        bind(name, entity.id.value);
        show(entity);
    }
    void stand(const std::string& name, verdict what, std::optional<std::int64_t> id = {}) {
        auto& at = standing.standings.emplace_back();
        at.identity = {main_account, name, 1};
        at.phase = phase::waiting;
        at.verdict = what;
        if (id) at.trade_id = trade::smart_trade_id{*id};
    }
    double exposure() const {
        const auto all = service::exposure_of(seen, past, accounts);
        double sum = 0;
        for (const auto& [of, value] : all) sum += value;
        return sum;
    }
    std::chrono::nanoseconds unknown() const { return service::unknown_oldest(standing, past, seen, now); }

    reconcile::history past;
    reconcile::observed seen;
    reconcile::decision standing;
};

service::service_readings ready() {
    service::service_readings made;
    auto& account = made.accounts.emplace_back();
    account.name = "main";
    account.api_up = true;
    account.passed_at = base::utc_time{1h};
    account.pass_age = 4s;
    account.pass_every = 5s;
    return made;
}

using reasons = std::vector<std::string>;

} // namespace

TEST_CASE("readings: trades are counted where they stand, those left by the plans and those not yet decided too") {
    reconcile::decision standing;
    const auto at = [](phase where, verdict what) { return reconcile::standing{{}, where, what, "", {}}; };
    standing.standings = {at(phase::entered, verdict::in_sync), at(phase::entered, verdict::in_sync),
                          at(phase::ended, verdict::unprotected)};
    standing.left = {at(phase::entered, verdict::in_sync)};
    const std::map<service::service_readings::place, std::size_t> expected{{{phase::entered, verdict::in_sync}, 3},
                                                                           {{phase::ended, verdict::unprotected}, 1},
                                                                           {{phase::planned, verdict::pending}, 2}};
    CHECK(service::count_trades(standing, 5) == expected);
    CHECK(service::count_trades({}, 0).empty());
}

TEST_CASE("readings: exposure is what live trades of ours hold, at the last price") {
    scene s;
    s.own("a", holding(1, "0.03", "0.01"));
    CHECK(s.exposure() == doctest::Approx(1200));
    s.own("b", holding(2, "0.01"));
    CHECK(s.exposure() == doctest::Approx(1800));
    const auto all = service::exposure_of(s.seen, s.past, accounts);
    REQUIRE(all.size() == 1);
    CHECK(all.begin()->first == std::pair<std::string, std::string>{"main", "USDT"});
}

TEST_CASE("readings: exposure leaves out what waits, has ended, is released or is somebody else's") {
    scene s;
    auto waiting = holding(1, "0");
    waiting.is_position_not_filled = true;
    s.own("waiting", waiting);
    auto over = holding(2, "0.01");
    over.status = trade::trade_status::cancelled;
    s.own("over", over);
    s.show(holding(3, "0.01"));
    s.own("released", holding(4, "0.01"));
    fact word;
    word.kind = fact_kind::ordered;
    word.identity = {main_account, "released", 1};
    word.text = "release";
    s.tell(word);
    auto foreign = holding(5, "0.01");
    foreign.account.id = trade::account_id{9};
    s.own("of an account that is configured no more", foreign);
    CHECK(s.exposure() == 0);
}

TEST_CASE("readings: without a price, exposure is what the entry paid") {
    scene s;
    auto entity = holding(1, "0.01");
    entity.current_price.reset();
    s.own("a", entity);
    CHECK(s.exposure() == doctest::Approx(500));
}

TEST_CASE("readings: the oldest unknown counts from the request without an answer") {
    scene s;
    s.stand("a", verdict::in_sync);
    CHECK(s.unknown() == 0s);
    fact intent;
    intent.kind = fact_kind::intent;
    intent.identity = {main_account, "b", 1};
    intent.nonce = "aaaaaaaa";
    s.tell(intent);
    fact outcome;
    outcome.kind = fact_kind::outcome;
    outcome.nonce = "aaaaaaaa";
    outcome.ended = trade::outcome::unknown;
    s.past.apply(outcome, now - 90s);
    CHECK(s.unknown() == 0s); // until the decision says so
    s.stand("b", verdict::unknown);
    CHECK(s.unknown() == 90s);
}

TEST_CASE("readings: the oldest unknown is a write without an answer, or the last sight of what is shown no more") {
    scene s;
    s.own("a", holding(1, "0.01"));
    s.stand("a", verdict::unknown, 1);
    CHECK(s.unknown() == 5s);
    fact write;
    write.kind = fact_kind::write;
    write.identity = {main_account, "a", 1};
    write.trade_id = trade::smart_trade_id{1};
    write.nonce = "bbbbbbbb";
    write.text = "update";
    s.tell(write);
    fact written;
    written.kind = fact_kind::written;
    written.identity = write.identity;
    written.nonce = write.nonce;
    written.ended = trade::outcome::unknown;
    s.past.apply(written, now - 40s);
    CHECK(s.unknown() == 40s);
}

TEST_CASE("readings: ready is an account read of late, a good key and a journal that takes what it is given") {
    CHECK(service::reasons_unready(ready()) == reasons{});
    auto late = ready();
    late.accounts[0].pass_age = 14999ms;
    CHECK(service::reasons_unready(late).empty());
    late.accounts[0].pass_age = 15s;
    CHECK(service::reasons_unready(late)
          == reasons{"account main was read to its end 15s ago for the last time, expected within 15s"});
    auto slow = late;
    slow.accounts[0].pass_every = 75s; // many pages: passes are as far apart as the budget wants
    CHECK(service::reasons_unready(slow).empty());
}

TEST_CASE("readings: each reason against being ready is told, once for each account") {
    auto bad = ready();
    bad.journal_writable = false;
    bad.accounts[0].key_refused = "the exchange refuses the key: signature_invalid";
    auto& other = bad.accounts.emplace_back();
    other.name = "other";
    CHECK(service::reasons_unready(bad)
          == reasons{"account main: the exchange refuses the key: signature_invalid",
                     "account other was not read to its end yet",
                     "the journal cannot be written, so nothing new is sent"});
}
