#include <doctest/doctest.h>

#include "http/request_text.hpp"

using namespace smarttrade;

namespace {

http::request get(http::header_list headers = {}) { return {"GET", "/a?b=c", "", std::move(headers)}; }

} // namespace

TEST_CASE("request: the bytes that were signed are the bytes that leave") {
    const http::endpoint api{true, "api.3commas.io", "443", "/public/api"};
    const http::request create{
        "POST", "/public/api/v2/smart_trades?a=%20b", R"({"a":"b"})", {{"Apikey", "K"}, {"X", "y"}}};
    CHECK(http::request_text(api, create)
          == "POST /public/api/v2/smart_trades?a=%20b HTTP/1.1\r\nHost: api.3commas.io\r\nUser-Agent: smarttraded\r\n"
             "Apikey: K\r\nX: y\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}");
    CHECK(http::request_text(api, get())
          == "GET /a?b=c HTTP/1.1\r\nHost: api.3commas.io\r\nUser-Agent: smarttraded\r\n\r\n");
    const http::request empty_post{"POST", "/x", "", {}};
    CHECK(http::request_text(api, empty_post).ends_with("\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("request: Host names the server as its URL does") {
    struct row {
        http::endpoint where;
        const char* host;
    };
    for (const row& r :
         {row{{true, "api.3commas.io", "443", ""}, "api.3commas.io"},
          row{{true, "api.3commas.io", "8443", ""}, "api.3commas.io:8443"},
          row{{false, "localhost", "80", ""}, "localhost"}, row{{false, "127.0.0.1", "443", ""}, "127.0.0.1:443"},
          row{{true, "::1", "443", ""}, "[::1]"}, row{{false, "::1", "8080", ""}, "[::1]:8080"}})
        CHECK(http::host_header(r.where) == r.host);
}

TEST_CASE("request: no value can smuggle a header or another request, and none is printed") {
    struct row {
        http::request what;
        const char* fault;
    };
    const std::string held = "header Apikey holds a control character";
    for (const auto* value : {"K\r\nX: y", "K\n", "K\r", "\x7f", "K\x01"}) {
        CHECK(http::fault_of(get({{"Apikey", value}})) == held);
    }
    CHECK(http::fault_of(get({{"Apikey", std::string{"K\0", 2}}})) == held);
    for (const row& r :
         {row{get({{"Api key", "K"}}), "the name of a header is no word"},
          row{get({{"", "K"}}), "the name of a header is no word"},
          row{get({{"A\r\nB", "K"}}), "the name of a header is no word"},
          row{get({{"content-length", "5"}}), "header content-length is the client's own"},
          row{get({{"Transfer-Encoding", "chunked"}}), "header Transfer-Encoding is the client's own"},
          row{get({{"Host", "x"}}), "header Host is the client's own"},
          row{{"GET /x", "/", "", {}}, "the method is no word"}, row{{"", "/", "", {}}, "the method is no word"},
          row{{"GET", "", "", {}}, "the target is no path, or holds a space or a control character"},
          row{{"GET", "/a b", "", {}}, "the target is no path, or holds a space or a control character"},
          row{{"GET", "/a\r\nX: y", "", {}}, "the target is no path, or holds a space or a control character"},
          row{{"GET", "/\xc3\xa4", "", {}}, "the target is no path, or holds a space or a control character"},
          row{{"GET", "x", "", {}}, "the target is no path, or holds a space or a control character"}})
        CHECK(http::fault_of(r.what) == r.fault);
    CHECK(http::fault_of(get({{"Apikey", "K"}, {"X-Note", "tab\tand \xc3\xa4"}, {"X-Empty", ""}})).empty());
}
