#include <algorithm>

#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// The ids of one page, joined by blanks.
std::string ids(const answer& page) {
    if (!page.body.is_array()) return "no list: " + page.brief();
    std::string joined;
    for (const auto& each : page.body.as_array()) joined += (joined.empty() ? "" : " ") + id_of(each);
    return joined;
}

std::string list_of(desk& on, const std::string& more) {
    return ids(on.at().get("/v2/smart_trades?pair=" + on.pair() + more));
}

std::string joined(const std::vector<json::value>& trades) {
    std::string all;
    for (const auto& each : trades) all += (all.empty() ? "" : " ") + id_of(each);
    return all;
}

std::vector<json::value> created(desk& on, int count) {
    std::vector<json::value> made;
    for (int i = 0; i < count; ++i) {
        on.wait(1000);
        made.push_back(on.create());
    }
    return made;
}

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("D.1 account_id, pair: only what is asked for") {
    desk on, other, far{market::contracts};
    const auto trade = on.create();
    other.create();
    far.create();
    const auto of_account = [&](std::int64_t id) {
        return "/v2/smart_trades?per_page=100&account_id=" + std::to_string(id);
    };
    const auto found = on.at().get(of_account(on.account()));
    REQUIRE(found.body.is_array());
    for (const auto& each : found.body.as_array()) CHECK(at(each, "/account/id") == std::to_string(on.account()));
    CHECK(list_of(on, "") == id_of(trade));
    CHECK(list_of(on, "&account_id=" + std::to_string(on.account())) == id_of(trade));
    CHECK(list_of(on, "&account_id=" + std::to_string(far.account())) == "");
}

TEST_CASE("D.1 type: maps to data.type") {
    desk on;
    const auto simple = on.create({{"/instant", true}});
    const auto smart = on.create();
    CHECK(list_of(on, "&type=simple_buy") == id_of(simple));
    CHECK(list_of(on, "&type=smart_trade") == id_of(smart));
    CHECK(list_of(on, "&type=smart_sell") == "");
}

TEST_CASE("D.1 page, per_page: ten by default, one to a hundred, pages count from one") {
    desk on;
    const auto made = created(on, 12);
    const std::string order = "&order_by=created_at&order_direction=asc";
    CHECK(list_of(on, order) == joined({made.begin(), made.begin() + 10}));
    CHECK(list_of(on, order + "&page=2") == joined({made.begin() + 10, made.end()}));
    CHECK(list_of(on, order + "&page=3") == "");
    CHECK(list_of(on, order + "&per_page=5&page=2") == joined({made.begin() + 5, made.begin() + 10}));
    CHECK(list_of(on, order + "&per_page=100") == joined(made));
    const auto refused = on.at().get("/v2/smart_trades?per_page=101");
    CHECK(refused.status == 400);
    CHECK(refused.error() == "record_invalid");
    CHECK(refused.blames("per_page") != "absent");
}

TEST_CASE("D.1 order_by created_at, order_direction: either way, in either case") {
    desk on;
    auto made = created(on, 3);
    CHECK(list_of(on, "&order_by=created_at&order_direction=asc") == joined(made));
    CHECK(list_of(on, "&order_by=created_at&order_direction=ASC") == joined(made));
    std::ranges::reverse(made);
    CHECK(list_of(on, "&order_by=created_at&order_direction=DESC") == joined(made));
    CHECK(list_of(on, "&order_by=created_at") == joined(made));
}

TEST_CASE("D.1 order_by updated_at, closed_at, profit, profit_percentage: sorted by that") {
    desk on;
    const auto first = on.opened();
    on.price("62000");
    const auto second = on.opened();
    on.price("63000");
    const auto asc = joined({second, first}), desc = joined({first, second});
    CHECK(list_of(on, "&order_by=profit&order_direction=asc") == asc);
    CHECK(list_of(on, "&order_by=profit&order_direction=desc") == desc);
    CHECK(list_of(on, "&order_by=profit_percentage&order_direction=asc") == asc);
    on.wait(1000);
    on.act("POST", second, "/set_note", R"({"note":"n"})");
    CHECK(list_of(on, "&order_by=updated_at&order_direction=asc") == desc);
    on.act("POST", second, "/close_by_market");
    on.settle();
    on.wait(1000);
    on.act("POST", first, "/close_by_market");
    on.settle();
    CHECK(list_of(on, "&order_by=closed_at&order_direction=asc") == asc);
    CHECK(list_of(on, "&order_by=closed_at&order_direction=desc") == desc);
}

TEST_CASE(
    "D.1 order_by status: sorted by its word, from the last to the first by default, which the list's default is") {
    desk on;
    const auto waits = on.created_and_settled();
    const auto open = on.opened();
    const auto cancelled = on.created_and_settled();
    on.act("DELETE", cancelled);
    on.settle();
    const auto sold = on.opened();
    on.act("POST", sold, "/close_by_market");
    on.settle();
    REQUIRE(on.status(cancelled) == "cancelled");
    REQUIRE(on.status(sold) == "panic_sold");
    REQUIRE(on.status(waits) == "waiting_position");
    // In neither the order in which they were created nor its reverse, so that no other order is taken for it.
    const auto asc = joined({cancelled, sold, waits, open}), desc = joined({open, waits, sold, cancelled});
    CHECK(list_of(on, "&order_by=status&order_direction=asc") == asc);
    CHECK(list_of(on, "&order_by=status&order_direction=desc") == desc);
    CHECK(list_of(on, "&order_by=status") == desc);
    CHECK(list_of(on, "&order_direction=asc") == asc);
    CHECK(list_of(on, "") == desc);
    CHECK(list_of(on, "&per_page=2&page=2") == joined({sold, cancelled}));
}

TEST_CASE("D.1 status: all, active, finished, successfully_finished, cancelled, failed") {
    desk on;
    const auto active = on.created_and_settled();
    const auto cancelled = on.created_and_settled();
    on.act("DELETE", cancelled);
    const auto sold = on.opened();
    on.act("POST", sold, "/close_by_market");
    const auto done = on.created_and_settled({{"/instant", true}, {"/position/order_type", "market"}});
    on.settle();
    REQUIRE(on.status(done) == "finished");
    const std::string order = "&order_by=created_at&order_direction=asc&status=";
    CHECK(list_of(on, order + "all") == joined({active, cancelled, sold, done}));
    CHECK(list_of(on, order + "active") == id_of(active));
    CHECK(list_of(on, order + "cancelled") == id_of(cancelled));
    CHECK(list_of(on, order + "failed") == "");
    CHECK(list_of(on, order + "finished") == joined({sold, done}));
    CHECK(list_of(on, order + "successfully_finished").find(id_of(done)) != std::string::npos);
    CHECK(list_of(on, order + "successfully_finish") == list_of(on, order + "successfully_finished"));
    CHECK(list_of(on, order + "successfully_finished").find(id_of(cancelled)) == std::string::npos);
}

TEST_CASE("D.1 from, to: bounds of created_at, with raw and encoded colons") {
    desk on;
    const auto made = created(on, 2);
    const auto time = at(made[1], "/data/created_at");
    auto encoded = time.substr(0, 19) + "Z";
    for (auto colon = encoded.find(':'); colon != std::string::npos; colon = encoded.find(':'))
        encoded.replace(colon, 1, "%3A");
    CHECK(list_of(on, "&from=" + time) == id_of(made[1]));
    CHECK(list_of(on, "&from=" + encoded) == id_of(made[1]));
    CHECK(list_of(on, "&to=" + at(made[0], "/data/created_at")) == id_of(made[0]));
}

TEST_CASE("D.1 base, quote: by currency") {
    desk on;
    const auto trade = on.create();
    const auto base = on.pair().substr(on.pair().find('_') + 1);
    CHECK(ids(on.at().get("/v2/smart_trades?base=" + base)) == id_of(trade));
    CHECK(list_of(on, "&quote=USDT&base=" + base) == id_of(trade));
    CHECK(list_of(on, "&quote=BTC") == "");
}

TEST_CASE("D.1 unknown names: ignored") {
    desk on;
    const auto trade = on.create();
    CHECK(list_of(on, "&limit=5&order=x") == id_of(trade));
}

TEST_CASE("D.1 status filter holds what is not yet known to be over") {
    desk on;
    const auto trade = on.opened();
    on.act("POST", trade, "/close_by_market");
    CHECK(list_of(on, "&status=active") == id_of(trade));
    on.settle();
    CHECK(list_of(on, "&status=active") == "");
}

TEST_SUITE_END();
