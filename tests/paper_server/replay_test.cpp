#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "paper_server/client.hpp"
#include "paper_server/keeper.hpp"
#include "paper_server/recording.hpp"
#include "paper_server/replay.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

const std::string prints = "timestamp_ms,trade_id,price,quantity,buyer_is_maker\n";
const std::string candles = "timestamp_ms,open,high,low,close,volume_usd\n";

paper_server::options replaying(const std::string& file, int speed = 1) {
    auto how = manual_options();
    how.prices.clear();
    how.market = paper_server::options::replay{{"USDT", "BTC"}, file, money::decimal{speed}};
    return how;
}

std::string shown(const paper_server::recorded_prices& of) {
    return fmt::format("{}: {} {} {}", of.at.time_since_epoch().count(), of.prices.bid.to_short_string(),
                       of.prices.ask.to_short_string(), of.prices.last.to_short_string());
}

std::vector<std::string> all_of(const std::string& text) {
    const temp_folder folder;
    paper_server::recording from{folder.write("market.csv", text)};
    std::vector<std::string> rows;
    while (const auto row = from.next()) rows.push_back(shown(*row));
    return rows;
}

std::string last_price(client& api) {
    return api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC").text("last");
}

} // namespace

TEST_CASE("replay: a print sets the last price and the side it was traded at, and bid never passes ask") {
    const auto rows =
        all_of(prints + "1000,7,100,1,0\n1000,8,99.5,0.1,1\n1200,9,98,2,1\n1300,10,97,2,0\r\n1300,11,101,2,1\n");
    CHECK(rows
          == std::vector<std::string>{"1000: 100 100 100", "1000: 99.5 100 99.5", "1200: 98 100 98", "1300: 97 97 97",
                                      "1300: 101 101 101"});
}

TEST_CASE("replay: a candle opens, visits its far end, then the end it closes at, a quarter of a minute each") {
    const auto rows = all_of(candles + "60000,10,14,8,12,1.5\n120000,12,13,7,9,0\n");
    CHECK(rows
          == std::vector<std::string>{"60000: 10 10 10", "75000: 8 8 8", "90000: 14 14 14", "105000: 12 12 12",
                                      "120000: 12 12 12", "135000: 13 13 13", "150000: 7 7 7", "165000: 9 9 9"});
}

TEST_CASE("replay: a file that is no recording is refused with the line that is wrong") {
    struct row {
        std::string text;
        const char* expected;
    };
    const std::string price = "expected a price above 0, at most 10^9, with at most 8 decimals";
    const auto bad_price = ":2: price, " + price;
    const temp_folder folder;
    for (const row& r : {
             row{"", ":1: expected the header timestamp_ms,trade_id,price,quantity,buyer_is_maker or "
                     "timestamp_ms,open,high,low,close,volume_usd"},
             row{"time,price\n1,2\n", ":1: expected the header timestamp_ms,trade_id,price,quantity,buyer_is_maker or "
                                      "timestamp_ms,open,high,low,close,volume_usd"},
             row{prints, ":2: no prices, expected at least one line"},
             row{prints + "1,2,3,4,0\n\n1,2,3,4,0\n", ":3: expected 5 fields"},
             row{prints + "1,2,3,4\n", ":2: expected 5 fields"},
             row{prints + "1,2,3,4,0,6,7,8,9\n", ":2: expected 5 fields"},
             row{prints + "x,2,3,4,0\n", ":2: timestamp_ms, expected milliseconds since 1970"},
             row{prints + "99999999999999999999,2,3,4,0\n", ":2: timestamp_ms, expected milliseconds since 1970"},
             row{prints + "9,2,3,4,0\n8,3,3,4,0\n", ":3: timestamp_ms is before the line above"},
             row{prints + "1,2,0,4,0\n", bad_price.c_str()},
             row{prints + "1,2,-3,4,0\n", bad_price.c_str()},
             row{prints + "1,2,1e5,4,0\n", bad_price.c_str()},
             row{prints + "1,2,nan,4,0\n", bad_price.c_str()},
             row{prints + "1,2,1000000001,4,0\n", bad_price.c_str()},
             row{prints + "1,2,0.123456789,4,0\n", bad_price.c_str()},
             row{prints + "1,x,3,4,0\n", ":2: trade_id, expected a whole number"},
             row{prints + "1,2,3,x,0\n", ":2: quantity, expected a number"},
             row{prints + "1,2,3,4,true\n", ":2: buyer_is_maker, expected 0 or 1"},
             row{prints + "1,2,3,4,0\n1,2,3," + std::string(300, '4') + ",0\n", ":3: a line of more than 254 bytes"},
             row{prints + std::string("1,2,3\0,4,0\n", 11), bad_price.c_str()},
             row{candles + "1,10,9,8,10,1\n", ":2: open and close, expected between low and high"},
             row{candles + "1,10,12,11,10,1\n", ":2: open and close, expected between low and high"},
             row{candles + "1,10,12,9,10,-1\n", ":2: volume_usd, expected a number"},
         }) {
        CAPTURE(r.text);
        const auto file = folder.write("market.csv", r.text);
        const auto expected = file + r.expected;
        CHECK_THROWS_WITH_AS(paper_server::check_recording(file), expected.c_str(), std::runtime_error);
    }
    CHECK_THROWS_WITH_AS(paper_server::check_recording("/nowhere/x.csv"), "/nowhere/x.csv: No such file or directory",
                         std::runtime_error);
    paper_server::check_recording(folder.write("market.csv", prints + "1,2,3,4,0")); // the last line may lack its end
}

TEST_CASE("replay: prices fall due as time passes, as many times as fast as was asked for, then stand still") {
    const temp_folder folder;
    const auto file =
        folder.write("market.csv", prints + "5000,1,100,1,0\n6000,2,101,1,0\n6000,3,102,1,0\n65000,4,103,1,0\n");
    for (const int speed : {1, 10}) {
        CAPTURE(speed);
        client api{replaying(file, speed)};
        CHECK(last_price(api) == "100.0");
        api.tick(fmt::format(R"({{"advance_ms":{}}})", 1000 / speed - 1));
        CHECK(last_price(api) == "100.0");
        api.tick(R"({"advance_ms":1})");
        CHECK(last_price(api) == "102.0");
        api.tick(fmt::format(R"({{"advance_ms":{}}})", 59'000 / speed));
        CHECK(last_price(api) == "103.0");
        api.tick(R"({"advance_ms":600000})");
        CHECK(last_price(api) == "103.0");
    }
}

TEST_CASE("replay: an order fills by a price that was there for a moment between two looks") {
    const temp_folder folder;
    const auto file =
        folder.write("market.csv", prints + "0,1,10000,1,0\n3000,2,8999,1,0\n3001,3,8999,1,1\n3002,4,10000,1,0\n");
    client api{replaying(file)};
    const auto id = api.create(limit_buy("9000"));
    api.tick(R"({"advance_ms":1000})");
    CHECK(api.status(id) == "waiting_position");
    api.tick(R"({"advance_ms":9000})");
    CHECK(last_price(api) == "10000.0");
    CHECK(api.status(id) == "waiting_targets");
}

TEST_CASE("replay: an exchange that is started again goes on with the next price") {
    const temp_folder folder;
    const auto file = folder.write("market.csv", prints + "0,1,100,1,0\n1000,2,101,1,0\n3000,3,102,1,0\n");
    auto how = replaying(file);
    how.state_file = folder.file("paper.db");
    {
        client api{how};
        api.tick(R"({"advance_ms":1500})");
        CHECK(last_price(api) == "101.0");
    }
    client api{how};
    CHECK(last_price(api) == "101.0");
    api.tick(R"({"advance_ms":1999})");
    CHECK(last_price(api) == "101.0");
    api.tick(R"({"advance_ms":1})");
    CHECK(last_price(api) == "102.0");
}

TEST_CASE("replay: another file starts from its beginning, also after a walk, and the first from its own again") {
    const temp_folder folder;
    const auto first = folder.write("a.csv", prints + "0,1,100,1,0\n1000,2,101,1,0\n3000,3,102,1,0\n");
    const auto second = folder.write("b.csv", prints + "0,1,200,1,0\n1000,2,201,1,0\n");
    auto how = replaying(first);
    how.state_file = folder.file("paper.db");
    client{how}.tick(R"({"advance_ms":1500})");
    auto other = replaying(second);
    other.state_file = how.state_file;
    auto walking = how;
    walking.manual_clock = false;
    walking.market = paper_server::options::walk{};
    {
        client api{walking};
        asio::io_context ctx{1};
        async::task_group tasks{ctx.get_executor()};
        tasks.spawn([&] { return api.exchange.run(); });
        run_simulated(ctx, api.clock, api.clock.now() + 5s);
        CHECK(api.exchange.truth().walked > 0);
        tasks.cancel();
        ctx.restart();
        ctx.poll();
    }
    {
        client api{how}; // the walk has not played any of it
        CHECK(api.exchange.truth().played == 2);
        api.tick(R"({"advance_ms":2000})");
        CHECK(last_price(api) == "102.0");
    }
    {
        client api{other};
        CHECK(last_price(api) == "200.0");
    }
    client api{how};
    CHECK(last_price(api) == "100.0");
}

TEST_CASE("replay: with the real clock prices come by themselves, each in its time") {
    const temp_folder folder;
    auto how = replaying(folder.write("market.csv", prints + "0,1,100,1,0\n250,2,101,1,0\n4000,3,102,1,0\n"));
    how.manual_clock = false;
    client api{how};
    asio::io_context ctx{1};
    async::task_group tasks{ctx.get_executor()};
    std::vector<std::string> seen;
    tasks.spawn([&] { return api.exchange.run(); });
    tasks.spawn([&]() -> asio::awaitable<void> {
        const auto start = api.clock.now();
        for (const auto at : {249ms, 251ms, 3999ms, 4001ms}) {
            co_await api.clock.sleep_until(start + at);
            const auto& market = api.exchange.truth().market;
            seen.push_back(market.markets.at(trade::pair{"USDT", "BTC"}).now().last.to_short_string());
        }
        tasks.cancel();
    });
    auto joined = [&tasks] { return tasks.join(); };
    asio::co_spawn(ctx, joined, [](std::exception_ptr error) { CHECK(!error); });
    run_simulated(ctx, api.clock, api.clock.now() + 1h);
    CHECK(seen == std::vector<std::string>{"100", "101", "101", "102"});
}

TEST_CASE("replay: a recording that breaks in its middle ends there, and the exchange goes on without it") {
    const temp_folder folder;
    auto how = replaying(folder.write("market.csv", prints + "0,1,10000,1,0\n2000,2,10001,1,0\nnonsense\n"));
    how.manual_clock = false;
    client api{how};
    const auto id = api.create(limit_buy());
    asio::io_context ctx{1};
    async::task_group tasks{ctx.get_executor()};
    tasks.spawn([&] { return api.exchange.run(); });
    run_simulated(ctx, api.clock, api.clock.now() + 10s);
    CHECK(last_price(api) == "10000.0");
    CHECK(api.status(id) == "waiting_position"); // time goes on
    tasks.cancel();
    ctx.restart();
    ctx.poll();
}

TEST_CASE("replay: at the slowest speed a price of the far future is only far, and slower ones are no worse") {
    const temp_folder folder;
    auto how = replaying(folder.write("market.csv", prints + "0,1,100,1,0\n253402300799999,2,101,1,0\n"));
    for (const auto* speed : {"0.001", "0.00000001"}) {
        std::get<paper_server::options::replay>(how.market).speed = money::decimal::parse(speed).value();
        client api{how};
        api.tick(R"({"advance_ms":31536000000})");
        CHECK(last_price(api) == "100.0");
    }
}

TEST_CASE("replay: the pair stands before the file, else it is the one that is meant otherwise") {
    struct row {
        const char *text, *pair, *file;
    };
    for (const row& r :
         {row{"USDT_ETH=a.csv", "USDT_ETH", "a.csv"}, row{"a.csv", "USDT_BTC", "a.csv"},
          row{"/x/y=z.csv", "USDT_BTC", "/x/y=z.csv"}, row{"USDT_ETH=/x=y.csv", "USDT_ETH", "/x=y.csv"}}) {
        const auto made = paper_server::replay_of(r.text, {"USDT", "BTC"});
        CHECK(made.on.text() == r.pair);
        CHECK(made.file == r.file);
    }
}
