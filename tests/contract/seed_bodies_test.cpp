// The documented examples, posted as JSON and as form parameters, and the other bodies of api.md D.4.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "contract/desk.hpp"
#include "support/in_project.hpp"

using namespace smarttrade::contract;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> seed_files() {
    std::vector<fs::path> found;
    for (const auto& each : fs::directory_iterator{smarttrade::test::in_project("tests/contract/seed_bodies")})
        found.push_back(each.path());
    std::ranges::sort(found);
    return found;
}

json::value read(const fs::path& file) {
    std::ifstream in{file};
    return json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
}

std::string encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '[')
            out += "%5B";
        else if (c == ']')
            out += "%5D";
        else
            out += c;
    }
    return out;
}

/// Bracket names, list items under empty brackets, in order.
void append_form(const std::string& name, const json::value& value, std::string& out) {
    if (value.is_object()) {
        for (const auto& member : value.as_object()) {
            const std::string key{member.key()};
            append_form(name.empty() ? key : name + '[' + key + ']', member.value(), out);
        }
    } else if (value.is_array()) {
        for (const auto& item : value.as_array()) append_form(name + "[]", item, out);
    } else {
        out += (out.empty() ? "" : "&") + encoded(name) + '=' + at(value, "");
    }
}

std::string form_of(const json::value& body) {
    std::string out;
    append_form("", body, out);
    return out;
}

bool is_on(const json::value& body, const std::string& group) { return at(body, group + "/enabled") == "true"; }

/// What the entity must say of what was asked for.
void check_entity(const json::value& asked, const json::value& made) {
    const auto side = at(asked, "/position/type");
    const bool instant = at(asked, "/instant") == "true", skips = at(asked, "/skip_enter_step") == "true";
    const std::string type = instant         ? "simple_" + side
                             : skips         ? "smart_sell"
                             : side == "buy" ? "smart_trade"
                                             : "smart_cover";
    CHECK(at(made, "/data/type") == type);
    CHECK(at(made, "/pair") == at(asked, "/pair"));
    CHECK(at(made, "/instant") == (instant ? "true" : "false"));
    CHECK(at(made, "/position/type") == side);
    CHECK(at(made, "/position/units/value") == "0.01");
    CHECK(at(made, "/position/order_type") == at(asked, "/position/order_type"));
    for (const auto* group : {"/take_profit", "/stop_loss"})
        CHECK(at(made, std::string{group} + "/enabled") == (is_on(asked, group) ? "true" : "false"));
    if (is_on(asked, "/take_profit"))
        CHECK(made.at("take_profit").at("steps").as_array().size()
              == asked.at("take_profit").at("steps").as_array().size());
    const auto percent = at(asked, "/position/conditional/trailing/percent");
    if (percent != "absent") CHECK(at(made, "/position/conditional/trailing/percent") == percent);
    if (is_on(asked, "/leverage")) CHECK(at(made, "/leverage/type") == "isolated");
}

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("seed: the 24 examples are 201 as JSON and as form parameters, with the same entity") {
    desk on{"USDT_BTC", "9700"}, leveraged{"USDT_BTC", "9700", market::contracts};
    const auto files = seed_files();
    CHECK(files.size() == 24);
    for (const auto& file : files) {
        CAPTURE(file.stem().string());
        auto body = read(file);
        const bool contracts = is_on(body, "/leverage");
        body.as_object()["account_id"] = contracts ? leveraged.account() : on.account();
        const auto* mode = contracts ? "real" : "paper";
        const auto as_json = on.at().call("POST", "/v2/smart_trades", text_of(body), mode);
        CAPTURE(as_json.brief());
        CHECK(as_json.status == 201);
        if (as_json.status == 201) check_entity(body, as_json.body);
        const auto form = form_of(body);
        const auto as_form = on.at().call("POST", "/v2/smart_trades", form, mode,
                                          {{"Content-Type", "application/x-www-form-urlencoded"}});
        CAPTURE(as_form.brief());
        CHECK(as_form.status == 201);
        if (as_form.status == 201) check_entity(body, as_form.body);
        const auto as_query = on.at().call("POST", "/v2/smart_trades?" + form, "", mode);
        CHECK(as_query.status == 201);
    }
}

TEST_CASE("A.1: a name in query and body is taken from the query") {
    desk on;
    const auto told =
        on.at().call("POST", "/v2/smart_trades?note=query", text_of(on.body({{"/note", "body"}, {"/instant", true}})));
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/note_raw"] == "query");
}

TEST_CASE("D.2: numeric indexes of steps in a form are refused") {
    desk on;
    auto form = form_of(on.body({{"/take_profit", take_profit({limit_step("63000", "100")})}}));
    for (auto place = form.find("%5B%5D"); place != std::string::npos; place = form.find("%5B%5D"))
        form.replace(place, 6, "%5B0%5D");
    const auto told = on.at().call("POST", "/v2/smart_trades", form, "paper",
                                   {{"Content-Type", "application/x-www-form-urlencoded"}});
    CAPTURE(told.brief());
    CHECK(told.status == 400);
}

TEST_CASE("D.4 add_funds: by form as well; units are a group, not a list") {
    desk on;
    const auto trade = on.opened();
    const auto path = "/v2/smart_trades/" + id_of(trade) + "/add_funds";
    const auto by_form = on.at().call("POST", path, "order_type=market&units%5Bvalue%5D=0.01", "paper",
                                      {{"Content-Type", "application/x-www-form-urlencoded"}});
    CAPTURE(by_form.brief());
    CHECK(by_form.status == 201);
    const auto limit = on.act("POST", trade, "/add_funds",
                              R"({"order_type":"limit","units":{"value":0.01},"price":{"value":"60000"}})");
    CHECK(limit.status == 201);
    const auto list = on.act("POST", trade, "/add_funds", R"({"order_type":"market","units":[{"value":"0.01"}]})");
    CHECK(list.status == 400);
    CHECK(list.error() == "record_invalid");
}

TEST_CASE("D.4 reduce_funds: the same shape") {
    desk on;
    const auto trade = on.opened();
    const auto path = "/v2/smart_trades/" + id_of(trade) + "/reduce_funds";
    const auto told = on.at().call("POST", path, "order_type=market&units%5Bvalue%5D=0.005", "paper",
                                   {{"Content-Type", "application/x-www-form-urlencoded"}});
    CAPTURE(told.brief());
    CHECK(told.status == 201);
}

TEST_CASE("D.4 set_note: 1 to 300 characters, in the body or the query") {
    desk on;
    const auto trade = on.created_and_settled();
    CHECK(on.act("POST", trade, "/set_note?note=from-query").body.is_object());
    CHECK(at(on.see(trade), "/note_raw") == "from-query");
    CHECK(on.act("POST", trade, "/set_note", "{}").blames("note") == "is missing");
}

TEST_SUITE_END();
