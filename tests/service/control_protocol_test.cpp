#include <doctest/doctest.h>

#include "service/control_protocol.hpp"

using namespace smarttrade;
using service::control_request;
using service::control_verdict;
using service::control_word;

TEST_CASE("control: a request comes through the socket as it was typed") {
    control_request close{.command = control_word::close, .name = "btc-swing", .account = "main"};
    CHECK(service::encode(close) == R"({"v":1,"command":"close","name":"btc-swing","account":"main"})");
    control_request all{.command = control_word::close, .all = true, .match = "btc-*"};
    control_request release{.command = control_word::release, .name = "btc"};
    release.id = trade::smart_trade_id{30404547};
    control_request plan{.command = control_word::plan};
    plan.files = {{"plans/a.yaml", "trades: {}\n"}, {"plans/ü.yaml", "# \"quoted\"\n"}};
    control_request import{.command = control_word::import, .account = "main"};
    import.ids = {trade::smart_trade_id{1}, trade::smart_trade_id { 2 }};
    control_request confirm{.command = control_word::confirm, .hold = "c-1f3a"};
    control_request explain{.command = control_word::explain, .name = "btc-swing", .account = "main"};
    for (const auto& each :
         {close, all, release, plan, import, confirm, explain, control_request{.command = control_word::reload}}) {
        const auto line = service::encode(each);
        CAPTURE(line);
        CHECK(line.find('\n') == std::string::npos);
        const auto read = service::read_request(line);
        CAPTURE(read.why);
        CHECK(read.request == each);
    }
}

TEST_CASE("control: a line that is not understood is answered with what is") {
    struct row {
        const char* line;
        const char* why;
    };
    for (const row& r :
         {row{"", R"(not understood, expected a line like {"v":1,"command":"status"})"},
          row{"[1]", R"(not understood, expected a line like {"v":1,"command":"status"})"},
          row{R"({"command":"status"})",
              "unknown version (none), expected 1: command and daemon are of different releases"},
          row{R"({"v":2,"command":"status"})",
              "unknown version 2, expected 1: command and daemon are of different releases"},
          row{R"({"v":1,"command":"sell"})",
              "unknown command 'sell', expected one of status plan doctor explain holds import cancel close enter process "
              "release retry confirm halt resume reload"},
          row{R"({"v":1,"command":"close"})", "close needs 'name'"},
          row{R"({"v":1,"command":"close","name":"btc","acount":"main"})",
              "unknown member 'acount' of close, expected name, account, all, match"},
          row{R"({"v":1,"command":"halt","name":"btc"})", "unknown member 'name' of halt, expected none"},
          row{R"({"v":1,"command":"close","name":7})", "member 'name' of close is of the wrong kind"},
          row{R"({"v":1,"command":"release","name":"a","id":"7"})", "member 'id' of release is of the wrong kind"},
          row{R"({"v":1,"command":"import","account":"a","ids":[1,"2"]})",
              "member 'ids' of import is of the wrong kind"},
          row{R"({"v":1,"command":"plan","files":[{"name":"a"}]})", "member 'files' of plan is of the wrong kind"},
          row{R"({"v":1,"command":"plan"})", "plan needs 'files'"},
          row{R"({"v":1,"command":"confirm"})", "confirm needs 'hold'"},
          row{R"({"v":1,"command":"import"})", "import needs 'account'"}}) {
        CAPTURE(r.line);
        const auto read = service::read_request(r.line);
        CHECK_FALSE(read.request);
        CHECK(read.why == r.why);
    }
}

TEST_CASE("control: hostile lines are refused, not obeyed and not fatal") {
    for (const auto& line : {std::string(10'000, '['), std::string{"{\"v\":1,\"command\":\"status\""},
                             std::string{"\xff\xfe{}"}, std::string(1, '\0')}) {
        CHECK_FALSE(service::read_request(line).request);
        CHECK_FALSE(service::read_answer(line));
    }
}

TEST_CASE("control: an answer comes back with verdict, reason, lines and report") {
    service::control_answer refused;
    refused.verdict = control_verdict::refused;
    refused.why = "no trade 'btc'";
    refused.lines = {"a", "b \"c\""};
    CHECK(service::encode(refused) == R"({"v":1,"verdict":"refused","why":"no trade 'btc'","lines":["a","b \"c\""]})");
    service::control_answer shown;
    shown.report = R"({"trades":[{"name":"btc"}]})";
    service::control_answer pending;
    pending.verdict = control_verdict::pending;
    for (const auto& each : {refused, shown, pending}) CHECK(service::read_answer(service::encode(each)) == each);
    CHECK_FALSE(service::read_answer(R"({"v":2,"verdict":"done"})"));
    CHECK_FALSE(service::read_answer(R"({"v":1,"verdict":"maybe"})"));
}
