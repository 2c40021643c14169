#include "wire/error_table.hpp"

#include <doctest/doctest.h>

#include <span>
#include <string>

#include "wire/json.hpp"

using namespace smarttrade;
using trade::outcome;
using wire::classify;

namespace {

struct row {
    int status;
    const char* body;
    outcome kind;
    const char* message;
};

void check(std::span<const row> rows) {
    for (const auto& r : rows) {
        CAPTURE(r.status);
        CAPTURE(r.body);
        const auto read = classify(r.status, r.body, "");
        CHECK(read.kind == r.kind);
        CHECK(read.http_status == r.status);
        CHECK(read.message == r.message);
        CHECK_FALSE(read.retry_after);
    }
}

} // namespace

TEST_CASE("error_table: every documented status has one outcome (api.md C.2)") {
    const row rows[] = {
        {200, "{}", outcome::accepted, ""},
        {201, "{}", outcome::accepted, ""},
        {204, "", outcome::accepted, ""},
        {400, R"({"error":"x"})", outcome::refused, "x"},
        {401, R"({"error":"x"})", outcome::credential, "x"},
        {403, R"({"error":"x"})", outcome::credential, "x"},
        {404, R"({"error":"x"})", outcome::refused, "x"},
        {405, R"({"error":"x"})", outcome::refused, "x"},
        {418, R"({"error":"ip_banned"})", outcome::throttled, "ip_banned"},
        {422, R"({"error":"x"})", outcome::refused, "x"},
        {429, R"({"error":"too_many_requests"})", outcome::throttled, "too_many_requests"},
        {500, R"({"error":"unknown_error"})", outcome::unknown, "unknown_error"},
        {502, "<html><h1>502 Bad Gateway</h1></html>", outcome::unknown, "HTTP 502 without a reason"},
        {503, "", outcome::unknown, "HTTP 503 without a reason"},
        {504, "", outcome::unknown, "HTTP 504 without a reason"},
    };
    check(rows);
}

TEST_CASE("error_table: every documented error has one outcome, and its message tells all of it (api.md C.3)") {
    const row rows[] = {
        {401, R"({"error":"signature_invalid","error_description":"Provided signature is invalid"})",
         outcome::credential, "signature_invalid: Provided signature is invalid"},
        {401,
         R"({"error":"api_key_invalid_or_expired","error_description":"Unauthorized. Invalid or expired api key."})",
         outcome::credential, "api_key_invalid_or_expired: Unauthorized. Invalid or expired api key."},
        {401, R"({"error":"invalid_api_key"})", outcome::credential, "invalid_api_key"},
        {403, R"({"error":"Forbidden","error_description":"Account not owned by current user."})", outcome::refused,
         "Forbidden: Account not owned by current user."},
        {403, R"({"error":"Forbidden","error_description":"Api key not authorized for this action"})",
         outcome::credential, "Forbidden: Api key not authorized for this action"},
        {400, R"({"error":"Not found","error_description":"Smart Trade not found"})", outcome::refused,
         "Not found: Smart Trade not found"},
        {404, R"({"error":"Not found","error_description":"Smart Trade not found"})", outcome::refused,
         "Not found: Smart Trade not found"},
        {404, R"({"error":"not_found","error_description":"Not Found"})", outcome::refused, "not_found: Not Found"},
        {400, R"_({"error":"Wrong param(s)","error_description":"Reduce funds is not allowed in the current status"})_",
         outcome::refused, "Wrong param(s): Reduce funds is not allowed in the current status"},
        {400,
         R"_({"error":"Wrong param(s)","error_description":)_"
         R"_("TP percentage condition available only with TrailingBuy"})_",
         outcome::refused, "Wrong param(s): TP percentage condition available only with TrailingBuy"},
        {400, R"({"error":"Long position should be opened in order to use smart sell"})", outcome::refused,
         "Long position should be opened in order to use smart sell"},
        {500,
         R"({"error":"unknown_error","error_description":"Unknown error occurred#ActiveRecord::StatementInvalid"})",
         outcome::unknown, "unknown_error: Unknown error occurred#ActiveRecord::StatementInvalid"},
        {500, R"({"error":"unknown_error","error_description":"Unknown error occurred#JSON::ParserError"})",
         outcome::unknown, "unknown_error: Unknown error occurred#JSON::ParserError"},
        {500, R"({"error":"pair_not_supported","error_description":"The pair is not currently supported"})",
         outcome::unknown, "pair_not_supported: The pair is not currently supported"},
        {429,
         R"({"error":"The request type 'read' is not available with your current subscription plan. )"
         R"(Please upgrade your plan to use this type of request."})",
         outcome::credential,
         "The request type 'read' is not available with your current subscription plan. Please upgrade your plan to "
         "use this type of request."},
        {200, R"({"status":{"type":"failed","error":"You need to pass KYC on the exchange to trade on this pair"}})",
         outcome::accepted, ""},
    };
    check(rows);
}

TEST_CASE("error_table: what is wrong with the fields is refused, and each of them is named (api.md C.3)") {
    const row rows[] = {
        {400,
         R"({"error":"record_invalid","error_description":"Invalid parameters","error_attributes":{"order_type":)"
         R"(["is missing","does not have a valid value"],"units":["is missing"],"units[value]":["is missing"]}})",
         outcome::refused,
         "record_invalid: Invalid parameters (order_type is missing, does not have a valid value; units is missing; "
         "units[value] is missing)"},
        {400,
         R"({"error":"record_invalid","error_attributes":{"take_profit[steps]":["is invalid"],)"
         R"("take_profit[steps][0][price][value],take_profit[steps][0][price][percent]":)"
         R"(["are missing, exactly one parameter must be provided"]}})",
         outcome::refused,
         "record_invalid (take_profit[steps] is invalid; take_profit[steps][0][price][value],"
         "take_profit[steps][0][price][percent] are missing, exactly one parameter must be provided)"},
        {400, R"({"error":"record_invalid","error_attributes":{"note":["too long. Max is 300 symbols"]}})",
         outcome::refused, "record_invalid (note too long. Max is 300 symbols)"},
        {400, R"({"error":"record_invalid","error_attributes":{"scope":["does not have a valid value"]}})",
         outcome::refused, "record_invalid (scope does not have a valid value)"},
        {422,
         R"({"error":"record_invalid","error_description":"Invalid parameters","error_attributes":{"position":)"
         R"(["is invalid"],"position.total":["must be less than or equal to 9000000.0"],)"
         R"("units_to_buy":["must be less than or equal to 9000.0"]}})",
         outcome::refused,
         "record_invalid: Invalid parameters (position is invalid; position.total must be less than or equal to "
         "9000000.0; units_to_buy must be less than or equal to 9000.0)"},
        {422, R"({"error":"record_invalid","error_attributes":{"total":["must be greater than or equal to 1.125"]}})",
         outcome::refused, "record_invalid (total must be greater than or equal to 1.125)"},
        {422, R"({"error":"record_invalid","error_attributes":{"entered_amount":["Too small"]}})", outcome::refused,
         "record_invalid (entered_amount Too small)"},
        {422, R"({"error":"record_invalid","error_attributes":{"units_to_buy":["Should change with step 0.01"]}})",
         outcome::refused, "record_invalid (units_to_buy Should change with step 0.01)"},
    };
    check(rows);
}

TEST_CASE("error_table: a wrong verb is refused by its text, so that the other verb can be tried") {
    for (const int status : {400, 404, 405, 406, 409, 410, 415})
        CHECK(classify(status, R"({"error":"invalid_request_method","error_description":"[OPTIONS, GET, HEAD]"})", "")
                  .kind
              == outcome::refused);
    CHECK(classify(500, R"({"error":"invalid_request_method"})", "").kind == outcome::unknown);
    CHECK(classify(401, R"({"error":"invalid_request_method"})", "").kind == outcome::credential);
    CHECK(classify(429, R"({"error":"invalid_request_method"})", "").kind == outcome::throttled);
    CHECK(classify(418, R"({"error":"invalid_request_method"})", "").kind == outcome::throttled);
    CHECK(classify(408, R"({"error":"invalid_request_method"})", "").kind == outcome::unknown);
    // A limit that depends on the plan passes; a plan without the API does not.
    CHECK(classify(429, R"({"error":"Too many requests for your subscription plan"})", "").kind == outcome::throttled);
}

TEST_CASE("error_table: what proves nothing is unknown, with or without a body") {
    for (const int status : {0,   100, 101, 103, 199, 300, 301, 302, 303, 304, 307, 308, 399, 402, 406, 408, 409, 410,
                             413, 425, 431, 451, 499, 500, 501, 502, 503, 504, 520, 522, 524, 530, 599, 600, 999, -1})
        for (const char* body :
             {"", "{}", "[]", "null", "<html>", R"({"error":null})", R"({"error":{"a":1}})", "\xff"}) {
            CAPTURE(status);
            CAPTURE(std::string{body});
            const auto read = classify(status, body, "");
            CHECK(read.kind == outcome::unknown);
            CHECK_FALSE(read.message.empty());
        }
    CHECK(classify(302, "<html>", "").message == "HTTP 302, a redirect, which is never followed");
    CHECK(classify(451, "", "").message == "HTTP 451 without a reason");
}

TEST_CASE("error_table: an empty or foreign body leaves the outcome to the status") {
    for (const char* body : {"", "<html>blocked</html>", "null", "7"}) {
        CHECK(classify(400, body, "").kind == outcome::refused);
        CHECK(classify(401, body, "").kind == outcome::credential);
        CHECK(classify(403, body, "").kind == outcome::credential);
        CHECK(classify(404, body, "").kind == outcome::refused);
        CHECK(classify(418, body, "").kind == outcome::throttled);
        CHECK(classify(422, body, "").kind == outcome::refused);
        CHECK(classify(429, body, "").kind == outcome::throttled);
        CHECK(classify(200, body, "").kind == outcome::accepted);
    }
}

TEST_CASE("error_table: the message is one line that names the fields") {
    CHECK(classify(422,
                   R"({"error":"record_invalid","error_description":"Invalid parameters","error_attributes":)"
                   R"({"position":["is invalid"],"units_to_buy":["must be less","is odd"]}})",
                   "")
              .message
          == "record_invalid: Invalid parameters (position is invalid; units_to_buy must be less, is odd)");
    CHECK(classify(400, R"({"error":"a\nb\u0007c"})", "").message == "a b c");
    CHECK(classify(502, "<html>", "").message == "HTTP 502 without a reason");
    CHECK(classify(400, R"({"error":["x"],"error_attributes":7})", "").message
          == "HTTP 400 without a reason");
}

TEST_CASE("error_table: a hostile message is cut at a whole character") {
    std::string umlauts;
    for (int i = 0; i < 5'000; ++i) umlauts += "\xc3\xa4";
    const auto message = classify(400, R"({"error":"x)" + umlauts + "\"}", "").message;
    CHECK(message.size() < 600);
    CHECK(wire::parse_json("\"" + message + "\"").has_value());
}

TEST_CASE("error_table: Retry-After counts in whole seconds up to the longest ban") {
    using namespace std::chrono_literals;
    CHECK(classify(429, "", "7").retry_after == 7s);
    CHECK(classify(429, "", "999999999").retry_after == 72h);
    CHECK(classify(429, "", "99999999999999999999").retry_after == 72h);
    for (const char* text : {"", "-1", "soon", "7s", "1e3", "-99999999999999999999", "Mon, 02 Mar 2026 09:00:00 GMT"}) {
        CAPTURE(text);
        CHECK_FALSE(classify(429, "", text).retry_after);
    }
}

TEST_CASE("error_table: Retry-After as a date counts from the reply's own Date") {
    using namespace std::chrono_literals;
    const char* nine = "Mon, 02 Mar 2026 09:00:00 GMT";
    CHECK(classify(429, "", "Mon, 02 Mar 2026 09:05:00 GMT", nine).retry_after == 300s);
    CHECK(classify(418, "", "Mon, 02 Mar 2026 08:00:00 GMT", nine).retry_after == 0s);
    CHECK(classify(418, "", "Fri, 01 Jan 2100 00:00:00 GMT", nine).retry_after == 72h);
    CHECK(classify(429, "", "7", nine).retry_after == 7s);
    CHECK_FALSE(classify(429, "", nine, "").retry_after);
    CHECK_FALSE(classify(429, "", nine, "today").retry_after);
    CHECK_FALSE(classify(429, "", "Mon, 32 Mar 2026 09:05:00 GMT", nine).retry_after);
}

TEST_CASE("error_table: a written error reads back as what it says") {
    CHECK(wire::write_error("Not found", "Smart \"Trade\" not found")
          == R"({"error":"Not found","error_description":"Smart \"Trade\" not found"})");
    CHECK(wire::write_error("ip_banned", "") == R"({"error":"ip_banned"})");
    CHECK(classify(404, wire::write_error("a", "b"), "").message == "a: b");
}
