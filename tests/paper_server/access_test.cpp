#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("access: an unknown key and a wrong signature are refused in the API's words") {
    client api;
    const auto nobody = api.raw("GET", "/public/api/v2/smart_trades");
    CHECK(nobody.status == 401);
    CHECK(nobody.text("error") == "api_key_invalid_or_expired");
    const auto stranger = api.raw("GET", "/public/api/v2/smart_trades", "", {{"Apikey", "other"}});
    CHECK(stranger.status == 401);
    const auto forged = api.raw("GET", "/public/api/v2/smart_trades", "", {{"Apikey", "key"}, {"Signature", "00"}});
    CHECK(forged.status == 401);
    CHECK(forged.text("error") == "signature_invalid");
    CHECK(forged.text("error_description") == "Provided signature is invalid");
}

TEST_CASE("access: a signature is for one body, and a changed body is refused") {
    client api;
    const auto path = std::string{"/public/api/v2/smart_trades"};
    const auto signature = wire::sign_hmac("secret", path + '?' + limit_buy("9000"));
    const http::header_list headers{{"Apikey", "key"}, {"Signature", signature}};
    CHECK(api.raw("POST", path, limit_buy("9000"), headers).status == 201);
    CHECK(api.raw("POST", path, limit_buy("9001"), headers).status == 401);
}

TEST_CASE("access: a key does only what it is permitted") {
    auto how = manual_options();
    how.keys[0].permissions = {"SMART_TRADES_READ"};
    client api{how};
    CHECK(api.get("/v2/smart_trades").status == 200);
    CHECK(api.get("/ver1/validate").status == 200);
    const auto refused = api.post(limit_buy());
    CHECK(refused.status == 403);
    CHECK(refused.text("error_description") == "Api key not authorized for this action");
    CHECK(api.get("/ver1/accounts").status == 403);
}

TEST_CASE("access: the wrong mode answers an empty list, and an account id is answered in any mode") {
    client api;
    api.create(limit_buy());
    const http::header_list real{{"Forced-Mode", "real"}};
    const auto list = std::string{"/public/api/v2/smart_trades"};
    CHECK(api.send("GET", list, "", real).body.as_array().empty());
    CHECK(api.send("GET", list, "", {}).body.as_array().size() == 1);
    CHECK(api.send("GET", list + "?account_id=1", "", real).body.as_array().size() == 1);
    CHECK(api.send("GET", "/public/api/ver1/accounts", "", real).body.as_array().at(0).at("id") == 2);
    CHECK(api.get("/ver1/accounts").body.as_array().at(0).at("id") == 1);
}

TEST_CASE("access: every answer carries its id and the exchange's date; what is unknown is told so") {
    client api;
    const auto unknown = api.get("/ver1/bots");
    CHECK(unknown.status == 404);
    CHECK(unknown.text("error") == "not_found");
    CHECK(http::find_header(unknown.headers, "X-Request-Id").size() == 32);
    CHECK(http::find_header(unknown.headers, "Date") == "Mon, 02 Mar 2026 09:00:00 GMT");
    CHECK(api.get("/v2/smart_trades/abc").status == 404);
    CHECK(api.raw("GET", "/").status == 404);
    CHECK(api.raw("GET", "").status == 404);
    CHECK(api.raw("GET", "/public/api/v2/smart_trades?a=%zz").status == 404);
}

TEST_CASE("access: ping, time and rates need no signature") {
    client api;
    CHECK(api.raw("GET", "/public/api/ver1/ping").text("pong") == "pong");
    CHECK(api.raw("GET", "/public/api/ver1/time").body.at("server_time") == 1'772'442'000);
    const auto rates = api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC");
    CHECK(rates.text("bid") == "10000.0");
    CHECK(rates.text("priceStep") == "0.01");
    CHECK(rates.text("minTotal") == "5.0");
    CHECK(api.raw("GET", "/public/api/ver1/accounts/currency_rates?pair=USDT_BTC").status == 400);
    CHECK(api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=x&pair=NOPE").status == 400);
}
