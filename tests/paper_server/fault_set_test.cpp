#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/faults.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using paper_server::fault;
using paper_server::fault_kind;
using paper_server::fault_set;

namespace {

std::vector<fault> read(const std::string& faults) {
    auto made = paper_server::read_faults(fmt::format(R"({{"faults":[{}]}})", faults));
    if (const auto* wrong = std::get_if<std::string>(&made)) FAIL(*wrong);
    return std::get<std::vector<fault>>(std::move(made));
}

/// Which of `requests` equal requests are hit: one letter of the kind's name each.
std::string hits(fault_set& set, int requests, const std::string& method = "POST",
                 const std::string& target = "/public/api/v2/smart_trades") {
    std::string made;
    const http::request what{method, target, "", {}};
    const auto called = paper_server::take_apart(what).value();
    for (int i = 0; i < requests; ++i) {
        const auto* hit = set.next(called);
        made += hit ? base::name_of(hit->kind)[0] : '-';
    }
    return made;
}

} // namespace

TEST_CASE("faults: all, the next so many, or one match are hit, and the first of the set that fires wins") {
    struct row {
        const char* faults;
        const char* expected;
    };
    for (const row& r :
         {row{R"({"kind":"drop"})", "ddddd"}, row{R"({"kind":"drop","count":2})", "dd---"},
          row{R"({"kind":"drop","request":3})", "--d--"}, row{R"({"kind":"drop","probability":0})", "-----"},
          row{R"({"kind":"drop","probability":"1.0"})", "ddddd"},
          row{R"({"kind":"drop","count":1},{"kind":"lost_reply","count":2})", "dll--"},
          row{R"({"kind":"drop","request":2},{"kind":"lost_reply","request":2})", "-d---"},
          row{R"({"kind":"drop","match":"GET /v2"},{"kind":"lost_reply"})", "lllll"}, row{"", "-----"}}) {
        CAPTURE(std::string{r.faults});
        fault_set set{read(r.faults), 1};
        CHECK(hits(set, 5) == r.expected);
    }
}

TEST_CASE("faults: a match is a method and the beginning of a path") {
    fault_set set{read(R"({"kind":"drop","match":"GET /v2/smart_trades/"})"), 1};
    CHECK(hits(set, 1, "GET", "/public/api/v2/smart_trades/7?x=1") == "d");
    CHECK(hits(set, 1, "GET", "/public/api/v2/smart_trades") == "-");
    CHECK(hits(set, 1, "DELETE", "/public/api/v2/smart_trades/7") == "-");
}

TEST_CASE("faults: what falsifies lists counts no other request, and a page shift no first page") {
    for (const std::string kind : {R"("empty_list")", R"("stale_list","ms":1)", R"("page_shift")"}) {
        CAPTURE(kind);
        fault_set set{read(fmt::format(R"({{"kind":{},"request":1}})", kind)), 1};
        CHECK(hits(set, 1, "POST") == "-");
        CHECK(hits(set, 1, "GET", "/public/api/v2/smart_trades/7") == "-");
        CHECK(hits(set, 1, "GET", "/public/api/ver1/accounts") == "-");
        if (kind == R"("page_shift")") CHECK(hits(set, 1, "GET", "/public/api/v2/smart_trades?page=1") == "-");
        CHECK(hits(set, 1, "GET", "/public/api/v2/smart_trades?page=2") == kind.substr(1, 1));
    }
}

TEST_CASE("faults: each kind, by flag and at run time, hits as often as its count, number or probability says") {
    for (const auto name : base::names_of<fault_kind>()) {
        CAPTURE(std::string{name});
        const auto kind = base::parse_name<fault_kind>(name).value();
        const bool has_ms =
            kind == fault_kind::late_commit || kind == fault_kind::delay || kind == fault_kind::stale_list;
        const std::string more = has_ms ? R"(,"ms":7)" : kind == fault_kind::reset ? R"(,"after":1)" : "";
        const std::string more_flag = has_ms ? ",ms=7" : kind == fault_kind::reset ? ",after=1" : "";
        const bool deletes = kind == fault_kind::fill_before_delete;
        const std::string method = deletes ? "DELETE" : "GET";
        const std::string target = deletes ? "/public/api/v2/smart_trades/7" : "/public/api/v2/smart_trades?page=2";
        const auto at =
            kind == fault_kind::refuse ? paper_server::fault_stage::arrival : paper_server::fault_stage::admitted;
        struct row {
            const char *json, *flag, *expected;
        };
        for (const row& r :
             {row{"", "", "xxxxx"}, row{R"(,"count":2)", ",count=2", "xx---"},
              row{R"(,"request":3)", ",request=3", "--x--"}, row{R"(,"probability":0)", ",probability=0", "-----"},
              row{R"(,"probability":1)", ",probability=1", "xxxxx"},
              row{R"(,"match":"PATCH /")", ",match=PATCH /", "-----"}}) {
            CAPTURE(std::string{r.json});
            const auto flag = paper_server::read_fault_flag(std::string{name} + more_flag + r.flag);
            REQUIRE(flag.index() == 0);
            fault_set by_flag{{std::get<fault>(flag)}, 1};
            fault_set at_run_time{read(fmt::format(R"({{"kind":"{}"{}{}}})", name, more, r.json)), 1};
            const http::request what{method, target, "", {}};
            const auto called = paper_server::take_apart(what).value();
            std::string of_flag, of_json;
            for (int i = 0; i < 5; ++i) {
                of_flag += by_flag.next(called, at) ? 'x' : '-';
                of_json += at_run_time.next(called, at) ? 'x' : '-';
            }
            CHECK(of_flag == r.expected);
            CHECK(of_json == r.expected);
        }
    }
}

TEST_CASE("faults: a probability hits about so often, and the same seed hits the same requests") {
    fault_set first{read(R"({"kind":"drop","probability":0.25})"), 7};
    fault_set second{read(R"({"kind":"drop","probability":0.25})"), 7};
    fault_set other{read(R"({"kind":"drop","probability":0.25})"), 8};
    const auto made = hits(first, 1000);
    CHECK(made == hits(second, 1000));
    CHECK(made != hits(other, 1000));
    const auto hit = std::ranges::count(made, 'd');
    CHECK(hit > 200);
    CHECK(hit < 300);
}

TEST_CASE("faults: a set that cannot be is refused with the field that is wrong, and the old one stays") {
    struct row {
        const char* body;
        const char* expected;
    };
    for (const row& r : {
             row{R"({"faults":[{"kind":"lost_replay"}]})",
                 "faults[0]: kind: unknown kind 'lost_replay', did you mean 'lost_reply'?"},
             row{R"({"faults":[{"kind":"drop"},{"match":"GET /"}]})", "faults[1]: kind: is missing, expected a word"},
             row{R"({"faults":[{"kind":"drop","ms":5}]})",
                 "faults[0]: unknown key 'ms', expected one of kind, match, count, request, probability"},
             row{R"({"faults":[{"kind":"drop","count":0}]})",
                 "faults[0]: count: '0', expected a whole number from 1 to 1000000000"},
             row{R"({"faults":[{"kind":"drop","count":[1]}]})",
                 "faults[0]: count: '', expected a whole number from 1 to 1000000000"},
             row{R"({"faults":[{"kind":"drop","count":1,"request":2}]})",
                 "faults[0]: count, request, probability: expected at most one of them"},
             row{R"({"faults":[{"kind":"drop","probability":1.1}]})",
                 "faults[0]: probability: '1.1', expected a number from 0 to 1"},
             row{R"({"faults":[{"kind":"drop","probability":"nan"}]})",
                 "faults[0]: probability: 'nan', expected a number from 0 to 1"},
             row{R"({"faults":[{"kind":"drop","match":"/v2"}]})",
                 "faults[0]: match: '/v2', expected METHOD PATH-PREFIX without /public/api, like 'POST "
                 "/v2/smart_trades'"},
             row{R"({"faults":[{"kind":"drop","match":"GET /public/api/v2"}]})",
                 "faults[0]: match: 'GET /public/api/v2', expected METHOD PATH-PREFIX without /public/api, like "
                 "'POST /v2/smart_trades'"},
             row{R"({"faults":[{"kind":"delay"}]})", "faults[0]: ms: is missing, expected 1 to 600000"},
             row{R"({"faults":[{"kind":"stale_list","ms":60001}]})",
                 "faults[0]: ms: '60001', expected a whole number from 1 to 60000"},
             row{R"({"faults":[{"kind":"reset"}]})",
                 "faults[0]: after: is missing, expected 0 (before the execution) or 1 (after it)"},
             row{R"({"faults":[{"kind":"reset","after":2}]})",
                 "faults[0]: after: '2', expected a whole number from 0 to 1"},
             row{R"({"faults":[7]})", "faults[0]: expected an object"},
             row{R"({"faults":[],"more":1})", "unknown key 'more', expected faults"},
             row{R"({"faults":{}})", "faults: expected a list"},
             row{R"([])", "faults: expected a list"},
         }) {
        CAPTURE(std::string{r.body});
        client api;
        REQUIRE(api.raw("POST", "/paper/faults", R"({"faults":[{"kind":"drop"}]})").status == 200);
        const auto refused = api.raw("POST", "/paper/faults", r.body);
        CHECK(refused.status == 400);
        CHECK(refused.text("error") == "invalid_faults");
        CHECK(refused.text("error_description") == r.expected);
        CHECK(api.post(limit_buy()).ends == http::delivery::close);
    }
    const auto many = [](std::size_t count) {
        std::string body = R"({"kind":"drop"})";
        for (std::size_t i = 1; i < count; ++i) body += R"(,{"kind":"drop"})";
        return paper_server::read_faults(fmt::format(R"({{"faults":[{}]}})", body)).index();
    };
    CHECK(many(paper_server::faults_max) == 0);
    CHECK(many(paper_server::faults_max + 1) == 1);
    CHECK(paper_server::read_faults("{").index() == 1);
}

TEST_CASE("faults: [] clears the set, and a posted set replaces it") {
    client api;
    const auto order = [&](const std::string& faults) {
        return api.raw("POST", "/paper/faults", fmt::format(R"({{"faults":[{}]}})", faults)).status;
    };
    CHECK(order(R"({"kind":"drop"})") == 200);
    CHECK(order(R"({"kind":"reset","after":0})") == 200);
    CHECK(api.post(limit_buy()).ends == http::delivery::reset);
    CHECK(order("") == 200);
    CHECK(api.post(limit_buy()).status == 201);
}

TEST_CASE("faults: a flag reads as the JSON does, and is refused with the same words") {
    const auto given = paper_server::read_fault_flag("reset,match=POST /v2/smart_trades,probability=0.5,after=1");
    REQUIRE(given.index() == 0);
    const auto& made = std::get<fault>(given);
    CHECK(made.kind == fault_kind::reset);
    CHECK(made.method == "POST");
    CHECK(made.path == "/v2/smart_trades");
    CHECK(made.probability == 0.5);
    CHECK(made.after);
    struct row {
        const char* flag;
        const char* expected;
    };
    for (const row& r :
         {row{"", "kind: unknown kind '', expected one of lost_reply, http_500, http_502, http_504, late_commit, drop, "
                  "refuse, delay, reset, trickle, duplicate, 429, 418, plan_429, garbled, empty_list, stale_list, "
                  "page_shift, wrong_mode, fill_before_delete"},
          row{"drop,count", "'count', expected NAME=VALUE"}, row{"drop,", ""},
          row{"drop,count=x", "count: 'x', expected a whole number from 1 to 1000000000"},
          row{"drop,kind=delay", "kind: is given twice"},
          row{"plan_428", "kind: unknown kind 'plan_428', did you mean 'plan_429'?"}}) {
        CAPTURE(std::string{r.flag});
        const auto read_flag = paper_server::read_fault_flag(r.flag);
        const auto* wrong = std::get_if<std::string>(&read_flag);
        CHECK((wrong ? *wrong : "") == r.expected);
    }
}
