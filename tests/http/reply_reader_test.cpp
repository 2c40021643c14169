// What the bytes of a server mean, whatever pieces they arrive in. Without sockets.
#include <algorithm>
#include <cstring>
#include <utility>

#include <doctest/doctest.h>

#include "http/reply_reader.hpp"

using namespace smarttrade;
using state = http::reply_reader::state;

namespace {

/// Puts `bytes` in, at most `piece` at a time, until the reader has made up its mind.
state feed(http::reply_reader& reader, std::string_view bytes, std::size_t piece) {
    auto now = state::needs_more;
    while (now == state::needs_more && !bytes.empty()) {
        const auto space = reader.space();
        REQUIRE(space.size() > 0);
        const auto count = std::min({piece, space.size(), bytes.size()});
        std::memcpy(space.data(), bytes.data(), count);
        bytes.remove_prefix(count);
        now = reader.received(count);
    }
    return now;
}

std::string header_lines(std::size_t bytes) {
    std::string lines;
    while (lines.size() < bytes) lines += "X-Filler: " + std::string(100, 'x') + "\r\n";
    return lines;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string two = ok + "Content-Length: 2\r\n\r\nok";

} // namespace

TEST_CASE("reply: a whole reply is read the same in whatever pieces it arrives") {
    struct row {
        const char* name;
        std::string bytes;
        int status;
        std::string body;
        bool keeps_alive;
    };
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    for (const row& r : {
             row{"length", two, 200, "ok", true},
             row{"said to close", ok + "Connection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
             row{"created", "HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n{\"a\":1}", 201, "{\"a\":1}", true},
             row{"empty 200", ok + "Content-Length: 0\r\n\r\n", 200, "", true},
             row{"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
             row{"204 that announces a body", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", 204, "", true},
             row{"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", true},
             row{"redirect", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, "", true},
             row{"no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
             row{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
             row{"chunks", chunked + "2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", 200, "ok!", true},
             row{"no chunk but the last", chunked + "0\r\n\r\n", 200, "", true},
             row{"chunk extension", chunked + "2;name=value\r\nok\r\n0;a=b\r\n\r\n", 200, "ok", true},
             row{"trailers", chunked + "2\r\nok\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", 200, "ok", true},
             row{"100 first", "HTTP/1.1 100 Continue\r\n\r\n" + two, 200, "ok", true},
             row{"102 and 103 first",
                 "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + two, 200, "ok",
                 true},
             row{"length told twice alike", ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
             row{"HTML", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 13\r\n\r\n<html></html>", 502, "<html></html>",
                 true},
         }) {
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, r.bytes.size()}) {
            CAPTURE(std::string{r.name});
            CAPTURE(piece);
            http::reply_reader reader;
            reader.begin();
            CHECK(feed(reader, r.bytes.substr(0, r.bytes.size() - 1), piece) == state::needs_more);
            REQUIRE(feed(reader, r.bytes.substr(r.bytes.size() - 1), 1) == state::complete);
            CHECK(reader.keeps_alive() == r.keeps_alive);
            const auto reply = reader.take();
            CHECK(reply.status == r.status);
            CHECK(reply.body == r.body);
        }
    }
}

TEST_CASE("F3: what is no HTTP, or not to be told from two replies, is never taken for an answer") {
    struct row {
        const char* name;
        std::string bytes;
    };
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    for (const row& r : {
             row{"another protocol", "220 smtp ready\r\n\r\n"},
             row{"no status", "HTTP/1.1 OK\r\n\r\n"},
             row{"status of two digits", "HTTP/1.1 20 OK\r\n\r\n"},
             row{"HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n"},
             row{"TLS alert", std::string{"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n", 11}},
             row{"a header without colon", ok + "Content-Length 2\r\n\r\nok"},
             row{"space before the colon", ok + "Content-Length : 2\r\n\r\nok"},
             row{"negative length", ok + "Content-Length: -1\r\n\r\n"},
             row{"length beyond 64 bits", ok + "Content-Length: 99999999999999999999999\r\n\r\n"},
             row{"length that is no number", ok + "Content-Length: 2x\r\n\r\nok"},
             row{"two lengths", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"},
             row{"two lengths in a list", ok + "Content-Length: 2, 3\r\n\r\nok"},
             row{"length, then chunks",
                 ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"},
             row{"chunks, then length",
                 ok + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n"},
             row{"a coding that was not asked for", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
             row{"only such a coding", ok + "Transfer-Encoding: gzip\r\n\r\nxx"},
             row{"chunk size that is no number", chunked + "x\r\nok\r\n0\r\n\r\n"},
             row{"negative chunk size", chunked + "-2\r\nok\r\n0\r\n\r\n"},
             row{"chunk size beyond 64 bits", chunked + "fffffffffffffffff\r\nok\r\n0\r\n\r\n"},
             row{"chunk larger than it said", chunked + "2\r\nokk\r\n0\r\n\r\n"},
             row{"another protocol from now on", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
         }) {
        for (const std::size_t piece : {std::size_t{1}, r.bytes.size()}) {
            CAPTURE(std::string{r.name});
            CAPTURE(piece);
            http::reply_reader reader;
            reader.begin();
            CHECK(feed(reader, r.bytes, piece) == state::broken);
            CHECK(reader.why_broken().starts_with("the reply is not HTTP as it should be: "));
        }
    }
}

TEST_CASE("F3: a reply that the server cuts short is no answer, wherever it is cut") {
    for (const auto& whole :
         {two, ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n" + two}) {
        for (std::size_t cut = 0; cut < whole.size(); ++cut) {
            CAPTURE(whole.substr(0, cut));
            http::reply_reader reader;
            reader.begin();
            REQUIRE(feed(reader, std::string_view{whole}.substr(0, cut), 5) == state::needs_more);
            CHECK(reader.ended() == state::broken);
            CHECK(reader.why_broken()
                  == (cut == 0 ? "the server closed the connection"
                               : "the server closed the connection within its reply"));
        }
    }
}

TEST_CASE("reply: without a length the reply goes on until the server closes") {
    for (const std::string& version : {std::string{"HTTP/1.0"}, std::string{"HTTP/1.1"}}) {
        http::reply_reader reader;
        reader.begin();
        CHECK(feed(reader, version + " 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", 4) == state::needs_more);
        REQUIRE(reader.ended() == state::complete);
        CHECK_FALSE(reader.keeps_alive());
        CHECK(reader.take().body == "<html>");
    }
}

TEST_CASE("reply: what comes after a reply is never read as the answer to the next request") {
    for (const std::string& surplus : {two, std::string{"x"}, std::string{"\r\n"}}) {
        http::reply_reader reader;
        reader.begin();
        REQUIRE(feed(reader, two + surplus, 1000) == state::complete);
        CHECK_FALSE(reader.keeps_alive());
        CHECK(reader.take().body == "ok");
    }
}

TEST_CASE("reply: header and body are bounded, whatever the server announces") {
    struct row {
        const char* name;
        std::string bytes, why;
    };
    const auto interim = "HTTP/1.1 103 Early Hints\r\n" + header_lines(20'000) + "\r\n";
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    const std::string mebibyte = "100000\r\n" + std::string(std::size_t{1} << 20U, 'x') + "\r\n";
    std::string seventeen = chunked;
    for (int i = 0; i < 17; ++i) seventeen += mebibyte;
    for (const row& r : {
             row{"many lines", ok + header_lines(70'000), "the reply's header is larger than 64 KiB"},
             row{"one long line", ok + "X: " + std::string(70'000, 'x'), "the reply's header is larger than 64 KiB"},
             row{"long status line", "HTTP/1.1 200 " + std::string(70'000, 'x'),
                 "the reply's header is larger than 64 KiB"},
             row{"interim replies without end", interim + interim + interim + interim,
                 "the reply's header is larger than 64 KiB"},
             row{"length", ok + "Content-Length: 16777217\r\n\r\n", "the reply is larger than 16 MiB"},
             row{"huge length", ok + "Content-Length: 18446744073709551615\r\n\r\n", "the reply is larger than 16 MiB"},
             row{"huge chunk", chunked + "ffffffffffffffff\r\n", "the reply is larger than 16 MiB"},
             row{"many chunks", seventeen, "the reply is larger than 16 MiB"},
             row{"until it closes", ok + "\r\n" + std::string((std::size_t{16} << 20U) + 1, 'x'),
                 "the reply is larger than 16 MiB"},
             row{"chunk extension", chunked + "1;" + std::string(70'000, 'x'),
                 "a line of the reply is larger than 64 KiB"},
             row{"trailers", chunked + "0\r\n" + header_lines(70'000), "a line of the reply is larger than 64 KiB"},
         }) {
        CAPTURE(std::string{r.name});
        http::reply_reader reader;
        reader.begin();
        CHECK(feed(reader, r.bytes, r.bytes.size()) == state::broken);
        CHECK(reader.why_broken() == r.why);
    }
}

TEST_CASE("reply: a reply as large as the bound is read") {
    http::reply_reader reader;
    reader.begin();
    const std::string body(std::size_t{16} << 20U, 'x');
    REQUIRE(feed(reader, ok + "Content-Length: 16777216\r\n\r\n" + body, body.size()) == state::complete);
    CHECK(reader.keeps_alive());
    CHECK(reader.take().body == body);
}
