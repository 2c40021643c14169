#include <set>

#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("state: an exchange opened again from its file goes on where it was") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    std::int64_t id = 0;
    std::string balances;
    std::string before;
    {
        client api{how};
        id = api.create(limit_buy());
        api.price("9000");
        api.create(limit_buy("8000"));
        before = json::serialize(api.see(id));
        balances = json::serialize(api.raw("GET", "/paper/balances").body);
    }
    how.prices[{"USDT", "BTC"}] = {money::price{money::decimal{5}}, money::price{money::decimal{5}},
                                   money::price{money::decimal{5}}};
    how.accounts[0].balance.clear();
    how.start = {};
    client api{how};
    CHECK(json::serialize(api.see(id)) == before);
    CHECK(json::serialize(api.raw("GET", "/paper/balances").body) == balances);
    CHECK(api.tick().text("now") == "2026-03-02T09:00:01.000Z");
    CHECK(api.create(limit_buy()) > id); // ids are not given twice
    CHECK(api.raw("GET", "/paper/requests").body.at("requests").as_array().at(0).at("smart_trade_id") == id);
    api.price("11000");
    CHECK(api.status(id) == "finished");
}

TEST_CASE("state: what is pending when the exchange stops is finished by the first tick of the next") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    const auto id = client{how}.create(limit_buy());
    client api{how};
    CHECK(api.status(id) == "created");
    api.tick();
    CHECK(api.status(id) == "waiting_position");
}

TEST_CASE("state: a file that does not fit is refused at the start") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    client{how}.create(limit_buy());
    how.accounts.erase(how.accounts.begin());
    CHECK_THROWS_AS(client{how}, std::runtime_error);
    how.state_file = folder.write("text.db", "this is no database, and it is long enough to be seen as none");
    CHECK_THROWS_AS(client{how}, std::runtime_error);
    how.state_file = folder.file("missing/paper.db");
    CHECK_THROWS_AS(client{how}, std::runtime_error);
}

TEST_CASE("state: a second exchange on the file of a running one is refused, and the first goes on") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    std::int64_t id = 0;
    {
        client first{how};
        id = first.create(limit_buy());
        const auto expected = how.state_file + ": another process uses this state of a paper exchange";
        CHECK_THROWS_WITH_AS(client{how}, expected.c_str(), std::runtime_error);
        CHECK(first.create(limit_buy()) > id);
    }
    client next{how}; // the file is free again
    CHECK(next.status(id) == "created");
    CHECK_THROWS_AS(client{how}, std::runtime_error); // and taken by whoever opened it, though it was there before
}

TEST_CASE("state: an account that has become one of another type is refused at the start") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    client{how}.create(limit_buy());
    for (const auto* type : {"binance", "binance_futures"}) {
        auto other = how;
        other.accounts[0].type = type;
        const auto expected =
            fmt::format("{}: account 1 is paper_trading there, expected that and not {}", how.state_file, type);
        CHECK_THROWS_WITH_AS(client{other}, expected.c_str(), paper_server::state_unfit);
    }
    auto other = how;
    other.accounts[0].leverage = true;
    CHECK_THROWS_AS(client{other}, std::runtime_error);
    other = how;
    other.accounts[0].id = trade::account_id{2};
    const auto expected = how.state_file + ": has trades of account 1, which is not given";
    CHECK_THROWS_WITH_AS(client{other}, expected.c_str(), paper_server::state_unfit);
    client same{how};
    CHECK(same.tick().status == 200);
}

TEST_CASE("state: the mode a key was changed to stays over a restart, and ids of requests are not given twice") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    const auto mode = [](client& api) { return api.get("/ver1/users/current_mode").text("mode"); };
    std::set<std::string> ids;
    for (int life = 0; life < 4; ++life) {
        CAPTURE(life);
        client api{how};
        CHECK(mode(api) == (life == 0 ? "paper" : "real"));
        if (life == 0)
            CHECK(api.send("POST", "/public/api/ver1/users/change_mode", R"({"mode":"real"})").status == 201);
        for (int i = 0; i < 3; ++i)
            CHECK(ids.insert(std::string{http::find_header(api.tick().headers, "X-Request-Id")}).second);
    }
}

TEST_CASE("clock: the real one goes on at once from what the file says, whatever --time and the machine say") {
    struct row {
        const char *told, *before, *after;
    };
    for (const row& r : {
             row{"2026-03-02T08:00:00Z", "2026-03-02T08:00:05.000Z", "2026-03-02T08:00:07.000Z"}, // not 08:00:02
             row{"2030-01-01T00:00:00Z", "2030-01-01T00:00:05.000Z", "2030-01-01T00:00:07.000Z"},
             row{"", "2026-03-02T09:00:05.000Z", "2026-03-02T09:00:07.000Z"},
         }) {
        CAPTURE(r.told);
        const temp_folder folder;
        auto how = manual_options();
        how.manual_clock = false;
        how.start = *r.told ? base::parse_utc(r.told).value() : base::utc_time{};
        how.state_file = folder.file("paper.db");
        {
            client api{how};
            let_pass(api.clock, std::chrono::seconds{5});
            CHECK(api.tick().text("now") == r.before);
        }
        client api{how};
        let_pass(api.clock, std::chrono::seconds{2});
        CHECK(api.tick().text("now") == r.after);
    }
}

TEST_CASE("clock: without --time, a machine that is ahead of the file wins: the exchange was off meanwhile") {
    const temp_folder folder;
    auto how = manual_options();
    how.manual_clock = false;
    how.state_file = folder.file("paper.db");
    how.start = base::parse_utc("2026-03-02T08:00:00Z").value();
    client{how}.tick();
    how.start = {};
    CHECK(client{how}.tick().text("now") == "2026-03-02T09:00:00.000Z");
}

TEST_CASE("clock: a posted advance moves the real clock, which then goes on from there") {
    auto how = manual_options();
    how.manual_clock = false;
    client api{how};
    CHECK(api.tick(R"({"advance_ms":3600000})").text("now") == "2026-03-02T10:00:00.000Z");
    let_pass(api.clock, std::chrono::seconds{2});
    CHECK(api.tick().text("now") == "2026-03-02T10:00:02.000Z");
    CHECK(api.tick(R"({"advance_ms":1000},{"advance_ms":1000})").text("now") == "2026-03-02T10:00:04.000Z");
}

TEST_CASE("state: balances and prices of absurd size are refused at the start, not computed with") {
    auto how = manual_options();
    how.accounts[0].balance["USDT"] = money::decimal::parse(std::string(38, '9')).value();
    CHECK_THROWS_AS(client{how}, std::runtime_error);
    how = manual_options();
    how.prices.begin()->second.bid = money::price::parse("0.123456789").value();
    CHECK_THROWS_AS(client{how}, std::runtime_error);
}
