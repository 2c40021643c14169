#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/keeper.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;
using http::delivery;

namespace {

const std::string trades = "/v2/smart_trades";
const std::string by_creation = trades + "?order_by=created_at&order_direction=desc&per_page=2&page=";

void arm(client& api, const std::string& faults) {
    REQUIRE(api.raw("POST", "/paper/faults", fmt::format(R"({{"faults":[{}]}})", faults)).status == 200);
}

std::size_t trade_count(const client& api) { return api.exchange.truth().market.trades.size(); }
const paper_server::logged_request& last_line(const client& api) { return api.exchange.truth().log.back(); }

std::vector<std::int64_t> ids_of(const reply& list) {
    REQUIRE(list.status == 200);
    std::vector<std::int64_t> ids;
    for (const auto& each : list.body.as_array()) ids.push_back(each.at("id").as_int64());
    return ids;
}

paper_server::options unlimited() {
    auto how = manual_options();
    how.rate_limits = false;
    return how;
}

} // namespace

TEST_CASE("faults: how often a create that goes wrong is executed, what the client hears, and what the log says") {
    struct row {
        const char* fault;
        std::size_t executed;
        delivery ends;
        int heard;
        std::optional<int> logged;
    };
    for (const row& r : {row{R"({"kind":"lost_reply"})", 1, delivery::close, 0, 201},
                         row{R"({"kind":"http_500"})", 1, delivery::whole, 500, 201},
                         row{R"({"kind":"http_502"})", 1, delivery::whole, 502, 201},
                         row{R"({"kind":"http_504"})", 1, delivery::whole, 504, 201},
                         row{R"({"kind":"late_commit","ms":500})", 0, delivery::close, 0, std::nullopt},
                         row{R"({"kind":"drop"})", 0, delivery::close, 0, std::nullopt},
                         row{R"({"kind":"delay","ms":500})", 1, delivery::whole, 201, 201},
                         row{R"({"kind":"reset","after":0})", 0, delivery::reset, 0, std::nullopt},
                         row{R"({"kind":"reset","after":1})", 1, delivery::reset, 0, 201},
                         row{R"({"kind":"duplicate"})", 2, delivery::whole, 201, 201},
                         row{R"({"kind":"refuse"})", 0, delivery::reset, 0, std::nullopt},
                         row{R"({"kind":"trickle"})", 1, delivery::trickle, 201, 201},
                         row{R"({"kind":"plan_429"})", 0, delivery::whole, 429, 429},
                         row{R"({"kind":"429"})", 0, delivery::whole, 429, 429},
                         row{R"({"kind":"418"})", 0, delivery::whole, 418, 418},
                         row{R"({"kind":"garbled"})", 1, delivery::whole, 201, 201}}) {
        CAPTURE(std::string{r.fault});
        client api;
        arm(api, r.fault);
        const auto told = api.post(limit_buy());
        CHECK(trade_count(api) == r.executed);
        CHECK(told.ends == r.ends);
        CHECK(told.status == r.heard);
        const auto& line = last_line(api);
        CHECK(line.status == r.logged);
        REQUIRE(line.fault.has_value());
        CHECK(std::string{r.fault}.find('"' + std::string{base::name_of(*line.fault)} + '"') != std::string::npos);
        CHECK(line.trade.has_value() == (r.executed > 0));
        if (r.executed > 0) CHECK(*line.trade == api.exchange.truth().market.trades.rbegin()->first.value);
    }
}

TEST_CASE("faults: a page that needs no signature is hit as well, and the log says so") {
    struct row {
        const char* fault;
        delivery ends;
        int heard;
        std::optional<int> logged;
    };
    for (const row& r :
         {row{R"({"kind":"lost_reply"})", delivery::close, 0, 200},
          row{R"({"kind":"http_502"})", delivery::whole, 502, 200},
          row{R"({"kind":"late_commit","ms":500})", delivery::close, 0, std::nullopt},
          row{R"({"kind":"drop"})", delivery::close, 0, std::nullopt},
          row{R"({"kind":"delay","ms":500})", delivery::whole, 200, 200},
          row{R"({"kind":"reset","after":0})", delivery::reset, 0, std::nullopt},
          row{R"({"kind":"reset","after":1})", delivery::reset, 0, 200},
          row{R"({"kind":"duplicate"})", delivery::whole, 200, 200},
          row{R"({"kind":"refuse"})", delivery::reset, 0, std::nullopt},
          row{R"({"kind":"trickle"})", delivery::trickle, 200, 200},
          row{R"({"kind":"plan_429"})", delivery::whole, 429, 429}, row{R"({"kind":"429"})", delivery::whole, 429, 429},
          row{R"({"kind":"418"})", delivery::whole, 418, 418}}) {
        CAPTURE(std::string{r.fault});
        client api;
        arm(api, r.fault);
        const auto told = api.raw("GET", "/public/api/ver1/time");
        CHECK(told.ends == r.ends);
        CHECK(told.status == r.heard);
        CHECK(last_line(api).status == r.logged);
        CHECK(last_line(api).fault.has_value());
        arm(api, "");
        const bool is_banned = std::string{r.fault}.find("418") != std::string::npos;
        CHECK(api.get("/ver1/validate").status == (is_banned ? 418 : 200));
    }
}

TEST_CASE("faults: how often a client asks for the time changes nothing of what befalls its trades") {
    const auto heard = [](int times_asked) {
        client api{unlimited()};
        arm(api, R"({"kind":"plan_429","probability":0.5})");
        std::string all;
        for (int i = 0; i < 60; ++i) {
            for (int k = 0; k < times_asked; ++k) api.raw("GET", "/public/api/ver1/time");
            all += api.get("/ver1/validate").status == 200 ? '+' : '-';
        }
        return all;
    };
    CHECK(heard(0) == heard(3));
}

TEST_CASE("faults: a lost reply is executed once and logged with its status, and the log is as good after a restart") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    how.faults = {std::get<paper_server::fault>(paper_server::read_fault_flag("lost_reply,count=1"))};
    std::string log;
    {
        client api{how};
        CHECK(api.post(limit_buy()).ends == delivery::close);
        CHECK(api.post(limit_buy()).status == 201);
        arm(api, R"({"kind":"drop","count":1},{"kind":"late_commit","ms":1000,"count":2})");
        for (int i = 0; i < 3; ++i) api.post(limit_buy());
        api.tick(R"({"advance_ms":1000})");
        arm(api, R"({"kind":"late_commit","ms":1000})");
        api.post(limit_buy());
        log = json::serialize(api.raw("GET", "/paper/requests").body);
    }
    how.faults.clear();
    client api{how};
    CHECK(json::serialize(api.raw("GET", "/paper/requests").body) == log);
    const auto lines = api.raw("GET", "/paper/requests").body.at("requests").as_array();
    REQUIRE(lines.size() == 6);
    CHECK(lines.at(0).at("fault") == "lost_reply");
    CHECK(lines.at(0).at("status") == 201);
    CHECK(lines.at(0).at("smart_trade_id").is_int64());
    CHECK(lines.at(1).at("fault").is_null());
    CHECK(lines.at(2).at("fault") == "drop");
    CHECK(lines.at(2).at("status").is_null());
    CHECK(lines.at(2).at("smart_trade_id").is_null());
    CHECK(lines.at(4).at("fault") == "late_commit");
    CHECK(lines.at(4).at("status") == 201);
    CHECK(lines.at(5).at("status").is_null());
    api.tick(R"({"advance_ms":60000})");
    CHECK(trade_count(api) == 4); // what was not yet committed died with the exchange
}

TEST_CASE("faults: a late commit is executed at its own moment, before any later request and before later prices") {
    client api;
    arm(api, R"({"kind":"late_commit","ms":700,"count":1})");
    CHECK(api.post(limit_buy()).ends == delivery::close);
    api.tick(R"({"advance_ms":699})");
    CHECK(ids_of(api.get(trades)).empty());
    // Bought at 9000 by the prices of its own tick: the order stood before they came.
    api.tick(R"({"advance_ms":1000,"pair":"USDT_BTC","bid":"8900","ask":"8900","last":"8900"})");
    const auto ids = ids_of(api.get(trades));
    REQUIRE(ids.size() == 1);
    const auto made = api.see(ids.at(0));
    CHECK(made.at("data").at("created_at") == "2026-03-02T09:00:00.700Z");
    CHECK(made.at("status").at("type") != "created");
    const auto& line = api.exchange.truth().log.front();
    CHECK(line.status == 201);
    CHECK(line.trade == ids.at(0));
    CHECK(base::format_utc(line.time) == "2026-03-02T09:00:00.000Z");
}

TEST_CASE("faults: late commits are executed in the order in which they fall due") {
    client api;
    arm(api, R"({"kind":"late_commit","ms":900,"request":1},{"kind":"late_commit","ms":300,"request":1})");
    api.post(limit_buy("9000", "late"));
    api.post(limit_buy("9000", "early"));
    api.tick(R"({"advance_ms":1000})");
    std::vector<std::string> notes;
    for (const auto& [id, live] : api.exchange.truth().market.trades) notes.push_back(live.record.request.note);
    CHECK(notes == std::vector<std::string>{"early", "late"});
}

TEST_CASE("faults: with the real clock a late commit happens when its time has passed, without a tick") {
    auto how = manual_options();
    how.manual_clock = false;
    client api{how};
    arm(api, R"({"kind":"late_commit","ms":700})");
    api.post(limit_buy());
    arm(api, "");
    CHECK(ids_of(api.get(trades)).empty());
    asio::io_context ctx;
    asio::co_spawn(ctx, api.exchange.run(), [](std::exception_ptr) {});
    run_simulated(ctx, api.clock, api.clock.now() + 1s);
    CHECK(trade_count(api) == 1);
    CHECK(ids_of(api.get(trades)).size() == 1);
}

TEST_CASE("faults: an answer of a proxy is no JSON, and a garbled one stops in its middle") {
    client api;
    const auto id = api.create(limit_buy());
    const auto path = fmt::format("/public/api/v2/smart_trades/{}", id);
    const auto signature = wire::sign_hmac("secret", wire::hmac_payload(path, "", ""));
    const http::request get{"GET", path, "", {{"Apikey", "key"}, {"Signature", signature}}};
    const auto whole = api.exchange.answer(get).body;
    arm(api, R"({"kind":"http_502","count":1},{"kind":"garbled"})");
    const auto page = api.exchange.answer(get);
    CHECK(http::find_header(page.headers, "Content-Type") == "text/html");
    CHECK(page.body.find("<h1>502 Bad Gateway</h1>") != std::string::npos);
    const auto garbled = api.exchange.answer(get);
    CHECK(garbled.status == 200);
    CHECK(garbled.body == whole.substr(0, whole.size() / 2));
}

TEST_CASE("faults: a delayed answer says how long it is held back, and the trade is there at once") {
    client api;
    arm(api, R"({"kind":"delay","ms":12000})");
    CHECK(api.post(limit_buy()).delay == 12s);
    CHECK(trade_count(api) == 1);
}

TEST_CASE("faults: 429 begins the documented block of each limit that counts the request, limits on or off") {
    for (const auto& how : {manual_options(), unlimited()}) {
        client api{how};
        arm(api, R"({"kind":"429","match":"GET /v2/smart_trades","count":1})");
        CHECK(api.get(trades).status == 429);
        CHECK(api.get("/ver1/validate").status == 429);
        api.tick(R"({"advance_ms":299999})");
        CHECK(api.get(trades).status == 429);
        api.tick(R"({"advance_ms":1})");
        CHECK(api.get(trades).status == 200);
    }
}

TEST_CASE("faults: 429 answers count towards the ban, the one that a fault gave too") {
    auto how = unlimited();
    how.ban_after = 2;
    client api{how};
    arm(api, R"({"kind":"429","count":1})");
    CHECK(api.get(trades).status == 429);
    CHECK(api.get(trades).status == 429);
    CHECK(api.get(trades).status == 418);
}

TEST_CASE("faults: 418 bans everything signed for two minutes and says so") {
    client api{unlimited()};
    arm(api, R"({"kind":"418","count":1})");
    const auto banned = api.post(limit_buy());
    CHECK(banned.status == 418);
    CHECK(http::find_header(banned.headers, "Retry-After") == "120");
    api.tick(R"({"advance_ms":119999})");
    CHECK(api.get("/ver1/validate").status == 418);
    CHECK_FALSE(last_line(api).fault.has_value());
    api.tick(R"({"advance_ms":1})");
    CHECK(api.get("/ver1/validate").status == 200);
}

TEST_CASE("faults: requests that are not executed count for the limits all the same") {
    for (const std::string fault : {R"({"kind":"drop"})", R"({"kind":"late_commit","ms":600000})"}) {
        CAPTURE(fault);
        client api;
        arm(api, fault);
        for (int i = 0; i < 100; ++i) CHECK(api.get("/ver1/validate").ends == delivery::close);
        CHECK(api.get("/ver1/validate").status == 429);
    }
}

TEST_CASE("faults: an empty list hides every trade, and a request that is no list is left alone") {
    client api;
    const auto id = api.create(limit_buy());
    arm(api, R"({"kind":"empty_list","count":1})");
    CHECK(api.status(id) == "created");
    CHECK(ids_of(api.get(trades)).empty());
    CHECK(ids_of(api.get(trades)).size() == 1);
}

TEST_CASE("faults: a stale list lacks what was created since, and shows what changed since as it was") {
    client api{unlimited()};
    const auto old = api.create(limit_buy());
    api.tick(R"({"advance_ms":1000})"); // at 1 s it rests
    api.tick(R"({"advance_ms":1000})");
    api.send("DELETE", fmt::format("/public/api{}/{}", trades, old));
    api.tick(R"({"advance_ms":1000})"); // at 3 s it is cancelled
    const auto young = api.create(limit_buy());
    api.tick(R"({"advance_ms":1000})");
    const auto seen = [&](int ms) {
        arm(api, fmt::format(R"({{"kind":"stale_list","ms":{}}})", ms));
        std::string line;
        const auto list = api.get(trades + "?order_by=created_at&order_direction=asc");
        for (const auto& each : list.body.as_array())
            line += fmt::format("{} {};", each.at("id").as_int64() == old ? "old" : "young",
                                std::string{each.at("status").at("type").as_string()});
        return line;
    };
    CHECK(seen(1) == "old cancelled;young created;");
    CHECK(seen(999) == "old cancelled;young created;");
    CHECK(seen(1001) == "old cancellation_pending;");
    CHECK(seen(2001) == "old waiting_position;");
    CHECK(seen(3001) == "old created;");
    CHECK(seen(4001) == "");
    CHECK(api.status(young) == "waiting_position"); // a GET by id is never stale
    api.tick(R"({"advance_ms":56000})");
    CHECK(seen(56'000) == "old cancelled;young waiting_position;");
    CHECK(seen(60'000) == "old created;");
}

TEST_CASE("faults: a stale list knows the former state of a trade from before a restart, and of an ended one") {
    const temp_folder folder;
    auto how = unlimited();
    how.state_file = folder.file("paper.db");
    const auto id = client{how}.create(limit_buy());
    client api{how};
    api.tick(R"({"advance_ms":1000})");
    arm(api, R"({"kind":"stale_list","ms":1})");
    CHECK(api.get(trades).body.at(0).at("status").at("type") == "created");
    arm(api, "");
    api.price("9000");
    api.price("11000");
    REQUIRE(api.status(id) == "finished");
    arm(api, R"({"kind":"stale_list","ms":500})");
    CHECK(ids_of(api.get(trades + "?status=active")) == std::vector{id});
    api.tick(R"({"advance_ms":120000})");
    CHECK(ids_of(api.get(trades + "?status=active")).empty());
}

TEST_CASE("faults: a page shift skips the row between two pages, and leaves the first page alone") {
    client api{unlimited()};
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), api.create(limit_buy()));
    arm(api, R"({"kind":"page_shift","count":1})");
    CHECK(ids_of(api.get(by_creation + "1")) == std::vector{ids.at(0), ids.at(1)});
    CHECK(ids_of(api.get(by_creation + "2")) == std::vector{ids.at(3), ids.at(4)});
    CHECK(ids_of(api.get(by_creation + "2")) == std::vector{ids.at(2), ids.at(3)});
}

TEST_CASE("faults: a refused connection counts for no limit and is in the log as not executed") {
    client api;
    arm(api, R"({"kind":"refuse","count":150})");
    for (int i = 0; i < 150; ++i) CHECK(api.get("/ver1/validate").ends == delivery::reset);
    CHECK_FALSE(last_line(api).status.has_value());
    for (int i = 0; i < 100; ++i) CHECK(api.get("/ver1/validate").status == 200);
    CHECK(api.get("/ver1/validate").status == 429);
}

TEST_CASE("faults: a plan's 429 has the plan's text and no other key, and blocks nothing") {
    client api;
    arm(api, R"({"kind":"plan_429","count":20})");
    for (int i = 0; i < 20; ++i) {
        const auto told = api.post(limit_buy());
        CHECK(told.status == 429);
        CHECK(json::serialize(told.body)
              == R"({"error":"The request type 'read' is not available with your current subscription plan. Please )"
                 R"(upgrade your plan to use this type of request."})");
        CHECK(http::find_header(told.headers, "Retry-After").empty());
    }
    CHECK(api.post(limit_buy()).status == 201);
}

TEST_CASE(
    "faults: in the wrong mode lists are those of the other mode, and an account's trades are told all the same") {
    client api;
    api.create(limit_buy());
    arm(api, R"({"kind":"wrong_mode"})");
    CHECK(ids_of(api.get(trades)).empty());
    CHECK(ids_of(api.get(trades + "?account_id=1")).size() == 1); // api.md A.7
    CHECK(api.get("/ver1/accounts").body.at(0).at("id") == 2);
    CHECK(api.send("GET", "/public/api" + trades, "", {{"Forced-Mode", "real"}}).body.as_array().size() == 1);
    CHECK_FALSE(api.exchange.truth().log.front().fault.has_value());
    CHECK(last_line(api).fault == paper_server::fault_kind::wrong_mode);
}

TEST_CASE("faults: an entry that fills right before its DELETE leaves a cancelled trade with coins held") {
    client api;
    const auto id = api.create(limit_buy());
    api.tick(); // it rests
    arm(api, R"({"kind":"fill_before_delete"})");
    CHECK(api.status(id) == "waiting_position"); // a GET is left alone
    CHECK(api.send("DELETE", fmt::format("/public/api{}/{}", trades, id)).status == 200);
    CHECK(last_line(api).fault == paper_server::fault_kind::fill_before_delete);
    api.tick();
    CHECK(api.status(id) == "cancelled");
    CHECK(api.see(id).at("data").at("entered_amount") == "0.01");
}
