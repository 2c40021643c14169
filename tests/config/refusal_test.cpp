#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "config/settings.hpp"

using namespace smarttrade;

namespace {

std::string told(std::string_view text) {
    const auto result = config::read(text, "c.yaml");
    CHECK(result.value.has_value() != base::has_errors(result.diagnostics));
    std::string all;
    for (const auto& d : result.diagnostics) all += base::headline(d) + '\n';
    return all;
}

} // namespace

TEST_CASE("config: every mistake is told at once, at its place") {
    CHECK(told(R"(instance: Main
accounts:
  main: {id: seven, mode: papr}
credentals: {}
credentials: {key: {api_key: {credential: k}, secret: {file: /s}}}
plans: {watch: yes, settle: 1}
reconcile: {interval: 5s, intervall: 6s, interval: 7s}
guardrails: {max_leverage: 0, max_order_total: {USDT: 5_000}}
log: {level: loud}
)") == R"(c.yaml:1:11: error: instance Main, expected 1 to 12 letters a-z and digits
c.yaml:3:14: error: id seven, expected a whole number from 1 on
c.yaml:3:27: error: mode papr, expected real or paper, did you mean 'paper'?
c.yaml:4:1: error: unknown key 'credentals', did you mean 'credentials'?
c.yaml:6:16: error: watch yes, expected true or false
c.yaml:6:29: error: settle 1, expected a whole number and one of ms s m h d, like 30s
c.yaml:7:27: error: unknown key 'intervall', did you mean 'interval'?
c.yaml:7:42: error: duplicate key 'interval', expected it once
c.yaml:8:28: error: max_leverage 0, expected a whole number from 1 to 1000
c.yaml:8:55: error: USDT 5_000, expected 5000
c.yaml:9:14: error: level loud, expected debug, info, notice, warning or error
)");
}

TEST_CASE("config: an empty file misses an instance and accounts") {
    for (const auto* text : {"", "# nothing\n", "{}\n"})
        CHECK(
            told(text)
            == R"(c.yaml:1:1: error: missing key 'instance' in the file, expected a name of 1 to 12 letters a-z and digits
c.yaml:1:1: error: missing key 'accounts' in the file, expected at least one account
)");
    CHECK(told("- a\n").starts_with("c.yaml:1:1: error: the file (a list), expected a group of keys\n"));
}

TEST_CASE("config: a real account beside the paper exchange is an error") {
    CHECK(told(R"(instance: demo
accounts: {main: {id: 1, mode: real}}
paper: {market: {walk: {start: {USDT_BTC: 1}}}}
)") == "c.yaml:2:32: error: mode real beside paper, expected paper\n");
    CHECK(told(R"(instance: demo
accounts: {main: {id: 1, mode: live}}
paper: {market: {walk: {start: {USDT_BTC: 1}}}}
)") == "c.yaml:2:32: error: mode live, expected real or paper\n"); // and not that it is real
}

TEST_CASE("config: an account without credentials is an error, unless paper serves it") {
    CHECK(told("instance: a\naccounts: {main: {id: 1, mode: paper}}\n")
          == "c.yaml:2:12: error: missing key 'credentials' in main, expected credentials in this file, or paper\n");
    CHECK(told(R"(instance: a
accounts: {main: {id: 1, mode: paper}, other: {id: 1, mode: real, credentials: tow}}
credentials:
  one: {api_key: {credential: k}, secret: {file: /s}}
  two: {api_key: {credential: k}, secret: {file: /s}}
)")
          == "c.yaml:2:12: error: missing key 'credentials' in main, expected one or two\n"
             "c.yaml:2:52: error: id 1 is that of account main too, expected an id of its own\n"
             "c.yaml:2:80: error: credentials tow, expected a name below credentials, did you mean 'two'?\n");
}

TEST_CASE("config: a secret in the file is refused without showing it") {
    const auto all = told(R"(instance: a
accounts: {main: {id: 1, mode: paper}}
credentials: {k: {api_key: hunter2, secret: [hunter2]}}
)");
    CHECK(all
          == "c.yaml:3:28: error: api_key in the file itself, expected {credential: NAME} or {file: PATH}\n"
             "c.yaml:3:45: error: secret in the file itself, expected {credential: NAME} or {file: PATH}\n");
}

TEST_CASE("config: plain http is for loopback only") {
    const auto with = [](std::string_view url) {
        return told("instance: a\naccounts: {m: {id: 1, mode: paper}}\npaper: {market: {replay: f}}\napi: {base_url: '"
                    + std::string{url} + "'}\n");
    };
    for (const auto* url : {"http://127.0.0.1:80/x", "http://localhost/x", "http://[::1]:1/x", "https://a.b/x"})
        CHECK(with(url) == "");
    for (const auto* url :
         {"http://a.b/x", "http://127.evil.com", "http://127.1", "http://127.0.0.1.5", "https://127.0.0.1.evil.com/x",
          "http://localhost.evil.com/x", "http://localhost@evil.com", "http://localhost%2eevil.com", "ftp://127.0.0.1",
          "https://u:p@a.b/", "https://", "a.b", "https://a.b/?q=1", "https://a.b:65536/"}) {
        CAPTURE(std::string{url});
        CHECK(with(url).starts_with("c.yaml:4:17: error: base_url "));
    }
}

TEST_CASE("config: rate limits are never switched off by accident") {
    const auto with = [](std::string_view limits) {
        return told("instance: a\naccounts: {m: {id: 1, mode: paper}}\npaper: {market: {replay: f}}\nrate_limits: "
                    + std::string{limits} + "\n");
    };
    CHECK(with("[]") == "c.yaml:4:14: error: rate_limits, expected a list of at least one limit\n");
    CHECK(with("[{requests: 10}]") == "c.yaml:4:15: error: missing key 'per' in rate_limits, expected a duration\n");
    CHECK(with("[{requests: 10, per: 1s, reserve: 10}]")
          == "c.yaml:4:48: error: reserve 10, expected fewer than the 10 requests\n");
    CHECK(with("[{requests: 10, per: 1s, match: trades}, {requests: 10, per: 1s}]")
          == "c.yaml:4:46: error: match trades, expected a method and a path, like GET /v2/smart_trades\n");
}

TEST_CASE("config: no request can be outside of all rate limits, where a 429 would silence nothing") {
    const std::string head = "instance: a\naccounts: {m: {id: 1, mode: paper}}\npaper: {market: {replay: f}}\n";
    const std::string narrow = "{match: GET /v2/smart_trades, requests: 40, per: 10s}";
    const std::string refused = "error: rate_limits, expected one limit without match: it counts every request, and "
                                "says how long all are silent after a 429\n";
    CHECK(told(head + "rate_limits: [" + narrow + "]\n") == "c.yaml:4:14: " + refused);
    CHECK(told(head + "rate_limits:\n  - " + narrow + "\n  - " + narrow + "\n") == "c.yaml:5:3: " + refused);
    CHECK(told(head + "rate_limits: [" + narrow + ", {requests: 100, per: 60s}]\n") == "");
}

TEST_CASE("config: a replay is neither slower than a thousandth nor faster than a million times") {
    const auto with = [](std::string_view speed) {
        return told("instance: a\naccounts: {m: {id: 1, mode: paper}}\npaper: {market: {replay: f, speed: "
                    + std::string{speed} + "}}\n");
    };
    for (const auto* good : {"0.001", "1", "0.12345678", "1000000"}) CHECK(with(good) == "");
    for (const std::string bad : {"0.0009", "1000000.1", "0.123456789"})
        CHECK(with(bad)
              == "c.yaml:3:36: error: speed " + bad + ", expected 0.001 to 1000000 with at most 8 decimals\n");
}

TEST_CASE("config: durations are whole numbers with a unit") {
    const auto with = [](std::string_view value) {
        return told("instance: a\naccounts: {m: {id: 1, mode: paper}}\npaper: {market: {replay: f}}\napi: {timeout: '"
                    + std::string{value} + "'}\n");
    };
    for (const auto* good : {"1ms", "15s", "2m", "1h", "1d"}) CHECK(with(good) == "");
    for (const auto* bad :
         {"", "15", "1.5s", "-1s", "1 s", "0s", "s", "1w", "010s", "99999999999999999999s", "1000000d"})
        CHECK(with(bad) != "");
}

TEST_CASE("config: of very many mistakes a thousand are told, and that there are more") {
    std::string text;
    for (int n = 0; n < 2000; ++n) text += "k" + std::to_string(n) + ": 1\n";
    const auto result = config::read(text, "c.yaml");
    CHECK_FALSE(result.value);
    REQUIRE(result.diagnostics.size() == 1001);
    CHECK(result.diagnostics[1000].message == "too many mistakes, the rest is not told");
}

TEST_CASE("config: more accounts than can be compared with each other are refused") {
    std::string text = "instance: a\npaper: {market: {replay: f}}\naccounts:\n";
    for (int n = 1; n <= 1001; ++n)
        text += "  m" + std::to_string(n) + ": {id: " + std::to_string(n) + ", mode: paper}\n";
    CHECK(told(text) == "c.yaml:1004:3: error: more than 1000 accounts, expected fewer\n");
}

TEST_CASE("config: no text makes the reading throw") {
    const std::string_view words[]{"api",   ": ",          "\n",      "  ",   "accounts",   "paper",
                                   "{",     "}",           "[",       "]",    ", ",         "main",
                                   "id",    "mode",        "market",  "walk", "start",      "rate_limits",
                                   "- ",    "credentials", "api_key", "1",    "guardrails", "max_changes",
                                   "plans", "paths",       "secret",  "file"};
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        std::string text;
        for (auto n = random.below(30); n > 0; --n) text += words[random.below(std::size(words))];
        told(text);
    }
}
