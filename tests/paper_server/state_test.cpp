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

TEST_CASE("state: balances and prices of absurd size are refused at the start, not computed with") {
    auto how = manual_options();
    how.accounts[0].balance["USDT"] = money::decimal::parse(std::string(38, '9')).value();
    CHECK_THROWS_AS(client{how}, std::runtime_error);
    how = manual_options();
    how.prices.begin()->second.bid = money::price::parse("0.123456789").value();
    CHECK_THROWS_AS(client{how}, std::runtime_error);
}
