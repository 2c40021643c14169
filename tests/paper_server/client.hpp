#pragma once

#include <fstream>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "paper_server/exchange.hpp"
#include "support/in_project.hpp"
#include "support/sim_clock.hpp"
#include "wire/signature.hpp"

namespace smarttrade::test {

namespace json = boost::json;

/// An exchange with a manual clock: one paper account, one of contracts, BTC at 10000.
inline paper_server::options manual_options() {
    using money::decimal;
    paper_server::options how;
    how.keys = {{"key", "secret"}};
    how.accounts.push_back({{1}, "paper_trading", false, {{"USDT", decimal{100'000}}, {"BTC", decimal{10}}}});
    how.accounts.push_back({{2}, "binance_futures", true, {{"USDT", decimal{100'000}}}});
    const money::price start{decimal{10'000}};
    how.prices[{"USDT", "BTC"}] = {start, start, start};
    how.manual_clock = true;
    how.start = base::parse_utc("2026-03-02T09:00:00.000Z").value();
    return how;
}

struct reply {
    int status = 0;
    json::value body;
    http::header_list headers;
    http::delivery ends{};
    std::chrono::milliseconds delay{};
    std::string text(const char* name) const { return std::string{body.at(name).as_string()}; }
};

/// Speaks to an exchange as a signed client does.
class client {
public:
    explicit client(paper_server::options how = manual_options()) : exchange{std::move(how), clock} {}

    reply send(const std::string& method, const std::string& target, const std::string& body = {},
               http::header_list headers = {{"forced-mode", "paper"}}) {
        const auto mark = target.find('?');
        const auto query = mark == std::string::npos ? std::string{} : target.substr(mark + 1);
        headers.emplace_back("apikey", "key"); // names of headers are compared without case
        headers.emplace_back("signature",
                             wire::sign_hmac("secret", wire::hmac_payload(target.substr(0, mark), query, body)));
        return raw(method, target, body, std::move(headers));
    }
    reply raw(const std::string& method, const std::string& target, const std::string& body = {},
              http::header_list headers = {}) {
        auto answer = exchange.answer({method, target, body, std::move(headers)});
        const bool is_json = http::find_header(answer.headers, "Content-Type").starts_with("application/json");
        boost::system::error_code garbled;
        auto parsed = is_json ? json::parse(answer.body, garbled) : json::value{};
        return {answer.status, std::move(parsed), std::move(answer.headers), answer.ends, answer.delay};
    }
    reply get(const std::string& path) { return send("GET", "/public/api" + path); }
    reply post(const std::string& body) { return send("POST", "/public/api/v2/smart_trades", body); }
    reply tick(const std::string& ticks = "{}") {
        return raw("POST", "/paper/ticks", fmt::format(R"({{"ticks":[{}]}})", ticks));
    }
    reply price(const std::string& bid) {
        return tick(
            fmt::format(R"({{"advance_ms":1000,"pair":"USDT_BTC","bid":"{0}","ask":"{0}","last":"{0}"}})", bid));
    }
    std::int64_t create(const std::string& body) {
        const auto made = post(body);
        REQUIRE(made.status == 201);
        return made.body.at("id").as_int64();
    }
    json::value see(std::int64_t id) {
        const auto shown = get(fmt::format("/v2/smart_trades/{}", id));
        REQUIRE(shown.status == 200);
        return shown.body;
    }
    std::string status(std::int64_t id) { return std::string{see(id).at("status").at("type").as_string()}; }

    sim_clock clock;
    paper_server::exchange exchange;
};

/// Lets so much real time pass for an exchange that nobody asks anything meanwhile.
inline void let_pass(sim_clock& clock, std::chrono::milliseconds time) {
    asio::io_context ctx{1};
    const auto until = clock.now() + time;
    auto sleep = [&clock, until]() -> asio::awaitable<void> { co_await clock.sleep_until(until); };
    asio::co_spawn(ctx, sleep, [](std::exception_ptr error) { CHECK(!error); });
    run_simulated(ctx, clock, until);
    ctx.restart();
    ctx.poll();
}

inline std::string limit_buy(const std::string& price = "9000", const std::string& note = "plan") {
    return fmt::format(
        R"({{"account_id":1,"pair":"USDT_BTC","note":"{}","position":{{"type":"buy","order_type":"limit",)"
        R"("units":{{"value":"0.01"}},"price":{{"value":"{}"}}}},)"
        R"("take_profit":{{"enabled":true,"steps":[{{"order_type":"limit","volume":100,)"
        R"("price":{{"value":11000,"type":"bid"}}}}]}},"stop_loss":{{"enabled":false}}}})",
        note, price);
}

inline std::string seed_body(const std::string& name) {
    std::ifstream in{in_project("tests/contract/seed_bodies/") + name};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace smarttrade::test
