#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("listing: pages of a hundred hold each trade once, for 0, 1, 100, 101 and 1000 trades") {
    for (const std::size_t count : {0U, 1U, 100U, 101U, 1000U}) {
        CAPTURE(count);
        auto how = manual_options();
        how.rate_limits = false;
        client api{how};
        for (std::size_t i = 0; i < count; ++i) api.create(limit_buy());
        std::set<std::int64_t> seen;
        std::size_t rows = 0;
        for (int page = 1;; ++page) {
            const auto reply = api.get(fmt::format("/v2/smart_trades?account_id=1&status=active&order_by=created_at"
                                                   "&order_direction=desc&per_page=100&page={}",
                                                   page));
            REQUIRE(reply.status == 200);
            for (const auto& each : reply.body.as_array()) seen.insert(each.at("id").as_int64());
            rows += reply.body.as_array().size();
            if (reply.body.as_array().size() < 100) break;
        }
        CHECK(rows == count);
        CHECK(seen.size() == count);
    }
}

TEST_CASE("listing: filters choose by status, type, pair and time of creation") {
    auto how = manual_options();
    how.rate_limits = false;
    client api{how};
    const auto first = api.create(limit_buy("9000"));
    api.tick(R"({"advance_ms":60000})");
    const auto second = api.create(limit_buy("9500"));
    api.tick();
    api.send("DELETE", fmt::format("/public/api/v2/smart_trades/{}", first));
    api.tick();
    const auto found = [&](const std::string& query) {
        const auto reply = api.get("/v2/smart_trades?" + query);
        REQUIRE(reply.status == 200);
        std::vector<std::int64_t> ids;
        for (const auto& each : reply.body.as_array()) ids.push_back(each.at("id").as_int64());
        return ids;
    };
    using ids = std::vector<std::int64_t>;
    CHECK(found("status=active") == ids{second});
    CHECK(found("status=cancelled") == ids{first});
    CHECK(found("status=all&order_by=created_at&order_direction=ASC") == ids{first, second});
    CHECK(found("order_by=created_at") == ids{second, first});
    CHECK(found("status=finished") == ids{});
    CHECK(found("status=failed") == ids{});
    CHECK(found("from=2026-03-02T09%3A00%3A30Z") == ids{second});
    CHECK(found("to=2026-03-02T09:00:30Z") == ids{first});
    CHECK(found("type=smart_trade&pair=USDT_BTC&base=BTC&quote=USDT&per_page=1&page=2").size() == 1);
    CHECK(found("type=simple_buy") == ids{});
    CHECK(found("pair=USDT_ETH") == ids{});
    CHECK(found("account_id=2") == ids{});
    CHECK(found("page=1000000000") == ids{});
    CHECK(found("limit=5&order=x").size() == 2); // unknown names are ignored
}

TEST_CASE("listing: a bad parameter is named") {
    client api;
    for (const std::string query :
         {"status=foo", "order_by=x", "order_direction=up", "page=0", "page=-1", "page=1e9", "per_page=0",
          "per_page=101", "to=x", "type=x", "account_id=abc", "page=99999999999999999999"}) {
        CAPTURE(query);
        const auto reply = api.get("/v2/smart_trades?" + query);
        CHECK(reply.status == 400);
        CHECK(reply.text("error") == "record_invalid");
        CHECK(reply.body.at("error_attributes").as_object().begin()->key() == query.substr(0, query.find('=')));
    }
}

TEST_CASE("listing: a time as a number breaks the exchange, as it does the real one") {
    client api;
    for (const std::string query : {"from=1700000000", "to=1700000000000"}) {
        const auto reply = api.get("/v2/smart_trades?" + query);
        CHECK(reply.status == 500);
        CHECK(reply.text("error") == "unknown_error");
        CHECK(reply.text("error_description") == "Unknown error occurred#ActiveRecord::StatementInvalid");
    }
    for (const std::string query : {"from=2026-03-02", "from=2026-03-02T09:00:00", "to=2026-03-02T10:00:00%2B01:00"})
        CHECK(api.get("/v2/smart_trades?" + query).status == 200);
}

TEST_CASE("listing: each order goes both ways, and pages cut it without a gap") {
    auto how = manual_options();
    how.rate_limits = false;
    client api{how};
    std::vector<std::int64_t> made;
    for (int i = 0; i < 7; ++i) {
        made.push_back(api.create(limit_buy(i % 2 == 0 ? "9000" : "9500")));
        api.tick(R"({"advance_ms":1000})");
    }
    api.price("9500"); // every second one is entered
    const auto ids = [&](const std::string& query) {
        std::vector<std::int64_t> found;
        const auto reply = api.get("/v2/smart_trades?account_id=1&" + query);
        REQUIRE(reply.status == 200);
        for (const auto& each : reply.body.as_array()) found.push_back(each.at("id").as_int64());
        return found;
    };
    for (const std::string order : {"created_at", "updated_at", "closed_at", "status", "profit", "profit_percentage"}) {
        CAPTURE(order);
        auto up = ids("order_direction=asc&order_by=" + order);
        const auto down = ids("order_by=" + order);
        REQUIRE(up.size() == 7);
        std::vector<std::int64_t> pages;
        for (int page = 1; page <= 4; ++page)
            for (const auto id : ids(fmt::format("order_by={}&per_page=2&page={}", order, page))) pages.push_back(id);
        CHECK(pages == down);
        std::ranges::reverse(up);
        CHECK(up == down);
    }
    CHECK(ids("order_by=created_at&order_direction=asc") == made);
    const auto statuses = api.get("/v2/smart_trades?account_id=1").body;
    CHECK(statuses.at(0).at("status").at("type") == "waiting_targets"); // by status, descending
    CHECK(statuses.at(6).at("status").at("type") == "waiting_position");
}
