#include "wire/answers.hpp"

#include <doctest/doctest.h>

using namespace smarttrade;
using namespace std::chrono_literals;

TEST_CASE("answers: what may be sold of a position keeps every decimal (api.md H.14)") {
    const std::string text = R"({"max_reduce_funds_amount":"28.819532219570405727923627685"})";
    const auto read = wire::read_reduce_funds_info(text).value();
    CHECK(read.to_string() == "28.819532219570405727923627685");
    CHECK(wire::write_reduce_funds_info(read) == text);
    CHECK(wire::read_reduce_funds_info(R"({"max_reduce_funds_amount":15})").value().to_string() == "15.0");
    for (const char* bad : {"{}", R"({"max_reduce_funds_amount":"all"})", R"({"max_reduce_funds_amount":1e18})", "[]"})
        CHECK_FALSE(wire::read_reduce_funds_info(bad).has_value());
}

TEST_CASE("answers: the server's time is whole seconds") {
    CHECK(wire::read_server_time(R"({"server_time":1700000000})").value().time_since_epoch() == 1'700'000'000s);
    CHECK(wire::read_server_time(R"({"server_time":"1700000000"})").value().time_since_epoch() == 1'700'000'000s);
    CHECK(wire::write_server_time(std::chrono::sys_seconds{1'700'000'000s}) == R"({"server_time":1700000000})");
    for (const char* bad : {"{}", R"({"server_time":-1})", R"({"server_time":99999999999999})",
                            R"({"server_time":"now"})", R"({"server_time":1.5})"})
        CHECK_FALSE(wire::read_server_time(bad).has_value());
}

TEST_CASE("answers: a valid key, a pong, a mode and permissions are read in every shape they might have") {
    CHECK(wire::read_valid(wire::write_valid(true)).value());
    CHECK_FALSE(wire::read_valid(R"({"valid":"false"})").value());
    CHECK_FALSE(wire::read_valid("{}").has_value());
    CHECK(wire::read_pong(wire::write_pong()).value() == "pong");
    CHECK_FALSE(wire::read_pong("[]").has_value());
    for (const char* text : {R"("paper")", R"({"mode":"paper"})", R"({"current_mode":"paper"})"})
        CHECK(wire::read_mode(text).value() == trade::account_mode::paper);
    CHECK(wire::read_mode(wire::write_mode(trade::account_mode::real)).value() == trade::account_mode::real);
    CHECK_FALSE(wire::read_mode(R"({"mode":"demo"})").has_value());

    const std::vector<std::string> names{"ACCOUNTS_READ", "SMART_TRADES_WRITE"};
    CHECK(wire::read_permissions(wire::write_permissions(names)).value() == names);
    CHECK(wire::read_permissions(R"(["ACCOUNTS_READ","SMART_TRADES_WRITE",null,{}])").value() == names);
    CHECK(wire::read_permissions(R"({"ACCOUNTS_READ":true,"BOTS_READ":false,"SMART_TRADES_WRITE":"true"})").value()
          == names);
    CHECK_FALSE(wire::read_permissions("7").has_value());
}
