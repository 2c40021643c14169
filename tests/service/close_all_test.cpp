#include "service/desk_world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("operator: close --all before the accounts are read does not say that all is closed") {
    desk_world world;
    world.port.all = {known(1, "btc", true)};
    world.port.has_read = false;
    const auto answer = world.ask(close_all());
    CHECK(answer.verdict == control_verdict::pending);
    CHECK(answer.why
          == "1 of 1 closed; the accounts are not yet read, trades that no plan names are missing here: once "
             "smarttraded status shows them, again: smarttraded close --all");
    world.port.all.clear();
    CHECK(world.ask(close_all()).verdict == control_verdict::pending);
}

TEST_CASE("operator: close --all names each trade once") {
    desk_world world;
    world.port.all = {known(1, "btc", true), known(1, "eth", true)};
    world.port.refusals["close 1:eth.1"] = "eth is closed at 2000 (id 7)";
    CHECK(world.ask(close_all()).lines
          == std::vector<std::string>{"btc: close 1:btc.1 done", "eth is closed at 2000 (id 7)"});
}

TEST_CASE("operator: close --all closes all at once but what is protected or over, and says of each") {
    desk_world world;
    world.port.all = {known(1, "btc", true), known(1, "eth", true), known(2, "sol", false), known(1, "old", true)};
    world.port.all[1].is_protected = true;
    world.port.all[3].is_over = true;
    world.port.takes["close 1:btc.1"] = 20s;
    world.port.takes["close 2:sol.1"] = 20s;
    const auto began = world.clock.now();
    const auto answer = world.ask(close_all());
    CHECK(world.clock.now() - began < 2h);
    CHECK(answer.verdict == control_verdict::done);
    CHECK(answer.why == "2 of 2 closed, 1 protected and skipped");
    CHECK(answer.lines
          == std::vector<std::string>{"eth: skipped, it is protected", "btc: close 1:btc.1 done",
                                      "sol: close 2:sol.1 done"});
}

TEST_CASE("operator: close --all keeps to its account and pattern, and one refusal makes it refused") {
    desk_world world;
    world.port.all = {known(1, "btc-a", true), known(1, "btc-b", true), known(1, "eth", true), known(2, "btc-c", true)};
    world.port.refusals["close 1:btc-b.1"] = "not now";
    const auto answer = world.ask(close_all("main", "btc-*"));
    CHECK(world.port.orders == std::vector<std::string>{"close 1:btc-a.1", "close 1:btc-b.1"});
    CHECK(answer.verdict == control_verdict::refused);
    CHECK(answer.why
          == "1 of 2 closed, 1 refused; to try these again: smarttraded close --all --account main --match 'btc-*'");
    CHECK(answer.lines == std::vector<std::string>{"btc-a: close 1:btc-a.1 done", "btc-b: not now"});
    const auto none = world.ask(close_all({}, "xrp*"));
    CHECK(none.verdict == control_verdict::refused);
    CHECK(none.why == "there is nothing to close; to list all: smarttraded status");
    CHECK(world.ask(close_all("nowhere")).why.find("no account 'nowhere'") == 0);
    auto both = close_all();
    both.name = "eth";
    CHECK(world.ask(both).verdict == control_verdict::refused);
}
