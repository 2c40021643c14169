#include "wire/error_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "wire/json.hpp"

using namespace smarttrade;
using trade::outcome;
using wire::classify;

TEST_CASE("error_table: every documented answer has one outcome (api.md C.2, C.3)") {
    struct row {
        int status;
        const char* body;
        outcome kind;
    };
    const row rows[] = {
        {200, "{}", outcome::accepted},
        {201, "{}", outcome::accepted},
        {204, "", outcome::accepted},
        {400, R"_({"error":"Wrong param(s)","error_description":"Reduce funds is not allowed in the current status"})_",
         outcome::refused},
        {400, R"({"error":"Not found","error_description":"Smart Trade not found"})", outcome::refused},
        {404, R"({"error":"Not found","error_description":"Smart Trade not found"})", outcome::refused},
        {404, R"({"error":"not_found","error_description":"Not Found"})", outcome::refused},
        {405, R"({"error":"invalid_request_method"})", outcome::refused},
        {422, R"({"error":"record_invalid","error_attributes":{"entered_amount":["Too small"]}})", outcome::refused},
        {401, R"({"error":"signature_invalid","error_description":"Provided signature is invalid"})",
         outcome::credential},
        {401, R"({"error":"api_key_invalid_or_expired"})", outcome::credential},
        {403, R"({"error":"Forbidden","error_description":"Account not owned by current user."})", outcome::refused},
        {403, R"({"error":"Forbidden","error_description":"Api key not authorized for this action"})",
         outcome::credential},
        {403, "<html>blocked</html>", outcome::credential},
        {429, R"({"error":"too_many_requests"})", outcome::throttled},
        {429,
         R"({"error":"The request type 'read' is not available with your current subscription plan. )"
         R"(Please upgrade your plan to use this type of request."})",
         outcome::credential},
        {418, R"({"error":"ip_banned"})", outcome::throttled},
        {408, "", outcome::unknown},
        {409, "{}", outcome::unknown},
        {500, R"({"error":"unknown_error"})", outcome::unknown},
        {500, R"({"error":"pair_not_supported"})", outcome::unknown},
        {502, "<html>", outcome::unknown},
        {503, "", outcome::unknown},
        {504, "", outcome::unknown},
        {302, "", outcome::unknown},
        {100, "", outcome::unknown},
        {0, "", outcome::unknown},
    };
    for (const auto& r : rows) {
        CAPTURE(r.status);
        CAPTURE(r.body);
        const auto read = classify(r.status, r.body, "");
        CHECK(read.kind == r.kind);
        CHECK(read.http_status == r.status);
        CHECK(read.message.empty() == (r.kind == outcome::accepted));
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
    CHECK(classify(502, "<html>", "").message == "HTTP 502 without an error text that we read");
    CHECK(classify(400, R"({"error":["x"],"error_attributes":7})", "").message
          == "HTTP 400 without an error text that we read");
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
    for (const char* text : {"", "-1", "soon", "7s", "1e3", "99999999999999999999", "Mon, 02 Mar 2026 09:00:00 GMT"}) {
        CAPTURE(text);
        CHECK_FALSE(classify(429, "", text).retry_after);
    }
}

TEST_CASE("error_table: a written error reads back as what it says") {
    CHECK(wire::write_error("Not found", "Smart \"Trade\" not found")
          == R"({"error":"Not found","error_description":"Smart \"Trade\" not found"})");
    CHECK(wire::write_error("ip_banned", "") == R"({"error":"ip_banned"})");
    CHECK(classify(404, wire::write_error("a", "b"), "").message == "a: b");
}
