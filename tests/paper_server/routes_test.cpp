#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

struct call_row {
    const char* method;
    const char* path; ///< `{}`: a trade
    const char* permission;
};
constexpr call_row calls[]{
    {"GET", "/v2/smart_trades", "SMART_TRADES_READ"},
    {"POST", "/v2/smart_trades", "SMART_TRADES_WRITE"},
    {"GET", "/v2/smart_trades/{}", "SMART_TRADES_READ"},
    {"PATCH", "/v2/smart_trades/{}", "SMART_TRADES_WRITE"},
    {"DELETE", "/v2/smart_trades/{}", "SMART_TRADES_WRITE"},
    {"GET", "/v2/smart_trades/{}/reduce_funds_info", "SMART_TRADES_READ"},
    {"POST", "/v2/smart_trades/{}/reduce_funds_info", "SMART_TRADES_READ"},
    {"POST", "/v2/smart_trades/{}/reduce_funds", "SMART_TRADES_WRITE"},
    {"POST", "/v2/smart_trades/{}/add_funds", "SMART_TRADES_WRITE"},
    {"POST", "/v2/smart_trades/{}/close_by_market", "SMART_TRADES_WRITE"},
    {"POST", "/v2/smart_trades/{}/force_start", "SMART_TRADES_WRITE"},
    {"POST", "/v2/smart_trades/{}/force_process", "SMART_TRADES_WRITE"},
    {"POST", "/v2/smart_trades/{}/set_note", "SMART_TRADES_WRITE"},
    {"GET", "/v2/smart_trades/{}/trades", "SMART_TRADES_READ"},
    {"POST", "/v2/smart_trades/{}/trades/7/close_by_market", "SMART_TRADES_WRITE"},
    {"DELETE", "/v2/smart_trades/{}/trades/7", "SMART_TRADES_WRITE"},
    {"GET", "/ver1/users/current_mode", "ACCOUNTS_READ"},
    {"POST", "/ver1/users/change_mode", "ACCOUNTS_WRITE"},
    {"GET", "/ver1/accounts", "ACCOUNTS_READ"},
    {"GET", "/ver1/accounts/1", "ACCOUNTS_READ"},
    {"POST", "/ver1/accounts/1/load_balances", "ACCOUNTS_READ"},
    {"POST", "/ver1/accounts/1/account_table_data", "ACCOUNTS_READ"},
    {"GET", "/ver1/accounts/1/active_trading_entities", "ACCOUNTS_READ"},
    {"GET", "/ver1/accounts/1/leverage_data", "ACCOUNTS_READ"},
    {"POST", "/ver1/accounts/1/leverage_data", "ACCOUNTS_READ"},
};

std::string path_of(const call_row& row, std::int64_t trade) {
    return "/public/api" + fmt::format(fmt::runtime(row.path), trade);
}

} // namespace

TEST_CASE("routes: each call needs its own permission and no other, but for the one that the sources disagree on") {
    for (const std::string given :
         {"SMART_TRADES_READ", "SMART_TRADES_WRITE", "ACCOUNTS_READ", "ACCOUNTS_WRITE", "BOTS_WRITE"}) {
        auto how = manual_options();
        how.keys[0].permissions = {given};
        how.rate_limits = false;
        client api{how};
        for (const auto& each : calls) {
            CAPTURE(given);
            CAPTURE(each.method);
            CAPTURE(each.path);
            const auto reply = api.send(each.method, path_of(each, 5));
            const bool is_either = std::string{each.path}.ends_with("reduce_funds_info") && given.starts_with("SMART_");
            CHECK((reply.status == 403) == (given != each.permission && !is_either));
        }
        CHECK(api.get("/ver1/validate").status == 200);
        CHECK(api.get("/ver1/users/permissions_info").body.at("permissions").at(0) == json::value(given));
    }
    auto how = manual_options();
    how.keys[0].permissions = {"SMART_TRADE_READ"}; // the seed's spelling
    client api{how};
    CHECK(api.get("/v2/smart_trades").status == 200);
    CHECK(api.post(limit_buy()).status == 403);
}

TEST_CASE("routes: an unknown trade is 400 on its own page by GET and DELETE, and 404 everywhere else") {
    client api;
    for (const auto& each : calls) {
        const std::string path = each.path;
        if (path.find("{}") == std::string::npos) continue;
        CAPTURE(each.method);
        CAPTURE(path);
        const bool is_own_page = path.ends_with("{}") && std::string{each.method} != "PATCH";
        const auto reply = api.send(each.method, path_of(each, 5));
        CHECK(reply.status == (is_own_page ? 400 : 404));
        CHECK(reply.text("error") == "Not found");
        CHECK(reply.text("error_description") == "Smart Trade not found");
    }
}

TEST_CASE("routes: a wrong verb is told which ones there are") {
    struct row {
        const char* method;
        const char* path;
        const char* allowed;
    };
    client api;
    for (const row& r : {row{"PUT", "/v2/smart_trades", "[OPTIONS, GET, HEAD, POST]"},
                         row{"POST", "/v2/smart_trades/5", "[OPTIONS, GET, HEAD, PATCH, DELETE]"},
                         row{"GET", "/v2/smart_trades/5/add_funds", "[OPTIONS, POST]"},
                         row{"GET", "/v2/smart_trades/5/trades/6", "[OPTIONS, DELETE]"},
                         row{"DELETE", "/ver1/accounts/1", "[OPTIONS, GET, HEAD]"},
                         row{"POST", "/ver1/ping", "[OPTIONS, GET, HEAD]"}}) {
        CAPTURE(r.path);
        const auto reply = api.send(r.method, std::string{"/public/api"} + r.path);
        CHECK(reply.status == 405);
        CHECK(reply.text("error") == "invalid_request_method");
        CHECK(reply.text("error_description").find(r.allowed) != std::string::npos);
    }
}

TEST_CASE("routes: a browser that asks first is told what it may send, without a signature") {
    struct row {
        const char *path, *allowed;
    };
    client api;
    for (const row& r :
         {row{"/v2/smart_trades/5", "OPTIONS, GET, HEAD, PATCH, DELETE"},
          row{"/v2/smart_trades/5/add_funds", "OPTIONS, POST"}, row{"/ver1/ping", "OPTIONS, GET, HEAD"}}) {
        CAPTURE(r.path);
        const auto reply = api.raw("OPTIONS", std::string{"/public/api"} + r.path);
        CHECK(reply.status == 204);
        CHECK(http::find_header(reply.headers, "Allow") == r.allowed);
        CHECK(
            http::find_header(reply.headers, "Access-Control-Allow-Headers").ends_with("Signature,Apikey,Forced-Mode"));
    }
    CHECK(api.raw("OPTIONS", "/public/api/ver1/nothing").status == 401);
    CHECK(api.send("OPTIONS", "/public/api/ver1/nothing").status == 404);
}

TEST_CASE("routes: a path that is none is not found, near as it may be") {
    client api;
    for (const std::string path :
         {"/v2/smart_trades/", "/v2/smart_trades/5/", "/v2/smart_trades/5/trades/", "/v2/smart_trades/-5",
          "/v2/smart_trades/5x", "/v2/smart_trades/99999999999999999999", "/v2/smart_trades/5/close",
          "/v2/smart_trades/5/trades/6/7", "/v2", "/", "", "//", "/ver1/accounts/1/pie", "/v1/accounts",
          "/ver1/smart_trades"}) {
        CAPTURE(path);
        for (const char* method : {"GET", "POST"}) {
            const auto reply = api.send(method, "/public/api" + path);
            CHECK(reply.status == 404);
            CHECK(reply.text("error") == "not_found");
        }
    }
}
