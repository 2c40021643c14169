// What `smarttraded paper` refuses to start with: one line that says why, before it listens.
#include <doctest/doctest.h>

#include "system/exchange_process.hpp"
#include "system/program_path.hpp"

using namespace smarttrade;

namespace {

struct outcome {
    int code = 0;
    std::string said;
};

outcome started_with(const std::vector<std::string>& flags) {
    std::vector<std::string> command{test::program_path(), "paper"};
    command.insert(command.end(), flags.begin(), flags.end());
    test::process exchange{command};
    outcome made;
    made.said = exchange.read_line().value_or("");
    if (made.said.starts_with("listening")) exchange.signal(SIGTERM); // it has taken them, and would live on
    made.code = exchange.wait();
    return made;
}

} // namespace

TEST_CASE("paper: flags that cannot be meant are refused at the start, and the line names the flag") {
    struct row {
        std::vector<std::string> flags;
        const char* expected;
    };
    for (const row& r :
         {row{{"--account", "1:binance", "--account", "1:paper_trading"}, "--account: 1 is given twice"},
          row{{"--key", "mine:s3cret:"}, "--key: mine has a permission that is none, expected some of BOTS_READ"},
          row{{"--key", "mine:x:SMART_TRADES_REED"}, "--key: mine has a permission that is none, expected some of"},
          row{{"--price", "USDT_BTC=101/100"}, "--price: 'USDT_BTC=101/100', expected a BID that is not above the ASK"},
          row{{"--replay", "none.csv", "--speed", "0.0009"},
              "--speed: '0.0009', expected a number from 0.001 to 1000000 with at most 8 decimals"},
          row{{"--walk", "7", "--clock", "manual"},
              "--walk: does not go with --clock manual, which moves by posted ticks only"}}) {
        CAPTURE(std::string{r.expected});
        const auto told = started_with(r.flags);
        CHECK(told.said.starts_with(r.expected));
        CHECK(told.said.find("s3cret") == std::string::npos);
        CHECK(told.said.find("REED") == std::string::npos);
        CHECK(told.code == 64);
    }
}

TEST_CASE("paper: a walk from a price where it has no room is refused at the start") {
    const auto told = started_with({"--walk", "7", "--price", "USDT_PEPE=0.00001"});
    CHECK(told.code == 1);
    CHECK(
        told.said
        == "smarttraded: paper exchange: USDT_PEPE cannot walk from 0.00001, expected a price from its priceStep 0.01 "
           "to a step below its maxPrice 1000000");
}

TEST_CASE("paper: a second process on the state file of a running exchange is refused, and the first goes on") {
    const test::temp_folder dir;
    test::exchange_process first{dir};
    const auto told = started_with({"--state", dir.file("paper.db")});
    CHECK(told.code == 1);
    CHECK(told.said
          == "smarttraded: " + dir.file("paper.db") + ": another process uses this state of a paper exchange");
    CHECK(first.get("/paper/balances").as_object().size() == 2);
    first.kill();
    first.start(); // kill -9 has freed the file
    CHECK(first.get("/paper/balances").as_object().size() == 2);
}
