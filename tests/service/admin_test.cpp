#include <doctest/doctest.h>

#include "service/admin.hpp"

using namespace smarttrade;

namespace {

const service::admin_pages pages{.host = "127.0.0.2",
                                 .metrics = [] { return std::string{"smarttraded_up 1\n"}; },
                                 .unready = [] { return std::vector<std::string>{}; },
                                 .status = [] { return std::string{"{}"}; }};

http::request get(std::string target, http::header_list headers = {{"Host", "127.0.0.1:9464"}}) {
    http::request what;
    what.method = "GET";
    what.target = std::move(target);
    what.headers = std::move(headers);
    return what;
}

int status_of(const http::request& what) { return service::admin_answer(what, pages).status; }
int status_for_host(const std::string& host) { return status_of(get("/metrics", {{"Host", host}})); }

} // namespace

TEST_CASE("admin: the four pages, each with its content type and none to be kept") {
    struct row {
        const char* path;
        const char* body;
        const char* type;
    };
    for (const auto& each :
         {row{"/metrics", "smarttraded_up 1\n", "text/plain; version=0.0.4; charset=utf-8"},
          row{"/healthz", "ok\n", "text/plain; charset=utf-8"}, row{"/readyz", "ready\n", "text/plain; charset=utf-8"},
          row{"/status", "{}", "application/json"}}) {
        CAPTURE(each.path);
        const auto told = service::admin_answer(get(each.path), pages);
        CHECK(told.status == 200);
        CHECK(told.body == each.body);
        CHECK(http::find_header(told.headers, "Content-Type") == each.type);
        CHECK(http::find_header(told.headers, "Cache-Control") == "no-store");
    }
}

TEST_CASE("admin: readiness fails with one sentence for each reason") {
    auto bad = pages;
    bad.unready = [] { return std::vector<std::string>{"the key is refused", "the disk is full"}; };
    const auto told = service::admin_answer(get("/readyz"), bad);
    CHECK(told.status == 503);
    CHECK(told.body == "the key is refused\nthe disk is full\n");
}

TEST_CASE("admin: a host that means this machine is answered, every other is led here by a foreign name") {
    for (const auto* host : {"127.0.0.1", "127.0.0.1:9464", "localhost", "LocalHost:1", "[::1]", "[::1]:9464",
                             "127.0.0.2:9464", "localhost:"}) {
        CAPTURE(host);
        CHECK(status_for_host(host) == 200);
    }
    for (const auto* host : {"evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example",
                             "127.0.0.1:9464.evil.example", "", "::1", "[::1", "[::1]x", "[::1]:x", "127.0.0.3",
                             "0.0.0.0", "[]", ":9464", "localhost, evil.example", "127.0.0.1@evil.example"}) {
        CAPTURE(host);
        CHECK(status_for_host(host) == 403);
    }
    const auto told = service::admin_answer(get("/status", {{"Host", "evil.example"}}), pages);
    CHECK(told.body == "this is answered to requests for localhost, 127.0.0.1 or [::1] only\n");
}

TEST_CASE("admin: no Host, or two, is no request") {
    CHECK(status_of(get("/metrics", {})) == 400);
    CHECK(status_of(get("/metrics", {{"Host", "localhost"}, {"host", "localhost"}})) == 400);
    CHECK(service::admin_answer(get("/metrics", {}), pages).body == "expected one Host header, the request has 0\n");
}

TEST_CASE("admin: only what reads is allowed, and the answer says what that is") {
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"}) {
        CAPTURE(method);
        auto what = get("/status");
        what.method = method;
        const auto told = service::admin_answer(what, pages);
        CHECK(told.status == 405);
        CHECK(http::find_header(told.headers, "Allow") == "GET, HEAD");
    }
    auto foreign = get("/status", {{"Host", "evil.example"}});
    foreign.method = "POST";
    CHECK(status_of(foreign) == 403); // who may not ask learns nothing more
}

TEST_CASE("admin: a page that is not there names those that are") {
    for (const auto* path : {"/", "/metric", "/metrics/", "/Metrics", "/../metrics", "/metrics%00", "", "*"}) {
        CAPTURE(path);
        const auto told = service::admin_answer(get(path), pages);
        CHECK(told.status == 404);
        CHECK(told.body == "there is no such page here, only /metrics, /healthz, /readyz and /status\n");
    }
}

TEST_CASE("admin: a query changes nothing, and a target may be a whole address of this machine") {
    for (const auto* target : {"/metrics?name[]=x", "/metrics?", "http://127.0.0.1:9464/metrics",
                               "HTTP://localhost/metrics?x=/status", "http://[::1]:9464/metrics"}) {
        CAPTURE(target);
        CHECK(status_of(get(target)) == 200);
    }
    CHECK(status_of(get("http://evil.example/metrics")) == 403);
    CHECK(status_of(get("http://evil.example?/metrics")) == 403);
    CHECK(status_of(get("http://localhost@evil.example/metrics")) == 403);
    CHECK(status_of(get("http://localhost")) == 404);
    CHECK(status_of(get("https://localhost/metrics")) == 404);
}
