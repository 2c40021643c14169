#include <doctest/doctest.h>

#include "http/endpoint.hpp"
#include "http/transport.hpp"

using namespace smarttrade;

TEST_CASE("endpoint: a base URL names host, port and path") {
    const auto api = http::parse_base_url("https://api.3commas.io/public/api");
    REQUIRE(api);
    CHECK(api->tls);
    CHECK(api->host == "api.3commas.io");
    CHECK(api->port == "443");
    CHECK(api->base_path == "/public/api");
    const auto local = http::parse_base_url("http://[::1]:8080/");
    REQUIRE(local);
    CHECK_FALSE(local->tls);
    CHECK(local->host == "::1");
    CHECK(local->port == "8080");
    CHECK(local->base_path.empty());
}

TEST_CASE("endpoint: what is no plain http URL is refused") {
    for (const auto* wrong :
         {"", "api.3commas.io", "ftp://x/", "https://user:pw@x/", "https://x/?a=b", "https://x/#y", "https:///path",
          "https://x:port/", "https://x:/", "https://x:0/", "https://x:65536/", "https://x%0d%0ay/",
          "http://localhost%2eevil.com@x/", "https://127.0.0.1.evil.com:8/x"}) {
        CAPTURE(std::string{wrong});
        CHECK_FALSE(http::parse_base_url(wrong).has_value());
    }
}

TEST_CASE("endpoint: only this machine is loopback") {
    for (const auto* here : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) CHECK(http::is_loopback(here));
    for (const auto* there : {"api.3commas.io", "10.0.0.1", "localhost.evil.com", "localhost.", "127.evil.com", "127.1",
                              "0.0.0.0", "::2", ""})
        CHECK_FALSE(http::is_loopback(there));
}

TEST_CASE("headers: names are compared without case") {
    const http::header_list headers{{"X-Request-Id", "abc"}, {"date", "now"}};
    CHECK(http::find_header(headers, "x-request-id") == "abc");
    CHECK(http::find_header(headers, "Date") == "now");
    CHECK(http::find_header(headers, "none").empty());
}
