#include "wire/entity.hpp"

#include <doctest/doctest.h>

#include "json_difference.hpp"

using namespace smarttrade;
using tests::documented;

namespace {

const std::string minimal = R"({"id":1,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"waiting_targets"})";

trade::smart_trade read_with(const std::string& members) {
    const auto read = wire::read_smart_trade(minimal + "," + members + "}");
    REQUIRE(read.has_value());
    return *read;
}

} // namespace

TEST_CASE("entity: every phase of the worked example is read and written back as the same JSON (api.md E.4)") {
    for (const char* name : {"e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e8b", "e9"}) {
        CAPTURE(name);
        const auto text = documented(name);
        const auto read = wire::read_smart_trade(text);
        REQUIRE(read.has_value());
        const auto written = wire::write_smart_trade(*read);
        CHECK(tests::json_difference(text, written) == "");
        const auto again = wire::read_smart_trade(written);
        REQUIRE(again.has_value());
        CHECK(*again == *read);
    }
}

TEST_CASE("entity: what answers rarely hold is carried as well (api.md E.1)") {
    // A cross short on a futures account: recorded members that the worked example lacks.
    auto text = documented("e8b");
    const auto put = [&](const std::string& before, const std::string& after) {
        const auto at = text.find(before);
        REQUIRE(at != std::string::npos);
        text.replace(at, before.size(), after);
    };
    put(R"("leverage":{"enabled":false})",
        R"("leverage":{"enabled":true,"type":"cross","value":"10.0","type_editable":true})");
    put(R"("total":{"value":"600.6"})", R"("total":{"value":"600.6","value_without_commission":"600.0"})");
    put(R"("order_type":"limit","status":{"type":"finished","basic_type":"finished","title":"Finished"}})",
        R"("order_type":"conditional","status":{"type":"finished","basic_type":"finished","title":"Finished"},)"
        R"("conditional":{"editable":true,"price":{"value":"60000.0","type":"last"},"order_type":"market",)"
        R"("trailing":{"enabled":true,"percent":"9.95"}}})");
    put(R"("price_type":"value")", R"("price_type":"percentage")");
    put(R"("reduce_funds":{"steps":[]})",
        R"("reduce_funds":{"steps":[{"id":1340000008,"type":"market","status":{"type":"finished",)"
        R"("basic_type":"finished","title":"Finished"},"units":{"value":"0.002"},"price":{"value":"60734.2",)"
        R"("value_without_commission":"60795.0"},"total":{"value":"121.46841"},"closed_at":"2026-03-02T11:00:01.900Z",)"
        R"("filled":{"units":"0.002","total":"121.46841","price":"60795.0","value":"100.0"},)"
        R"("data":{"cancelable":true,"panic_sell_available":true}},{"id":1340000010,"type":"limit",)"
        R"("status":{"type":"idle","basic_type":"idle","title":"Pending"},"units":{"value":"0.001"},)"
        R"("price":{"value":null,"value_without_commission":null},"total":{"value":null},"closed_at":null,)"
        R"("data":{"cancelable":false,"panic_sell_available":false}}]})");
    put(R"("orderbook_price_currency":"USDT")", R"("orderbook_price_currency":"USD")");
    put(R"("missing_funds_to_close":"0.0")", R"("missing_funds_to_close":"0.25")");
    put(R"("liquidation_price":null)", R"("liquidation_price":"54321.1")");
    put(R"("roe":null)", R"("roe":"11.2")");
    const auto read = wire::read_smart_trade(text);
    REQUIRE(read.has_value());
    CHECK(tests::json_difference(text, wire::write_smart_trade(*read)) == "");
    REQUIRE(read->reductions.size() == 2);
    CHECK(read->reductions[0].filled->price->to_string() == "60795.0");
    CHECK(read->market_close->price_without_commission->to_string() == "60795.0");
    CHECK(read->position.total_without_commission->to_string() == "600.0");
    CHECK(read->take_profit_price_kind == "percentage");
}

TEST_CASE("entity: an open position is read with every amount exact") {
    const auto t = wire::read_smart_trade(documented("e3")).value();
    CHECK(t.id.value == 34110001);
    CHECK(t.account.id.value == 32455218);
    CHECK(t.account.type == "paper_trading");
    CHECK(t.pair.text() == "USDT_BTC");
    CHECK(t.status.type == trade::trade_status::waiting_targets);
    CHECK(t.position.units.to_string() == "0.01");
    CHECK(t.position.price->to_string() == "60060.0");
    REQUIRE(t.take_profit.size() == 2);
    CHECK(t.take_profit[0].id.value == 1340000002);
    CHECK(t.take_profit[0].status.type == trade::order_status::finished);
    CHECK(t.take_profit[1].trailing->to_string() == "1.0");
    CHECK(t.stop_loss->trigger->to_string() == "60060.0");
    CHECK(t.stop_loss->breakeven);
    CHECK(t.entered_amount.to_string() == "0.01");
    CHECK(t.closed_total.to_string() == "314.685");
    CHECK(t.commission.to_string() == "0.001");
    CHECK(t.may.panic_sell);
    CHECK_FALSE(t.is_position_not_filled);
    CHECK(t.note_raw == "plan:btc-swing#1");
    CHECK_FALSE(t.is_final()); // though closed_at is there
    CHECK(t.closed_at);
}

TEST_CASE("entity: the exchange's complaint about a failed trade is kept") {
    const auto t = wire::read_smart_trade(documented("e9")).value();
    CHECK(t.is_final());
    CHECK(t.status.error() == "Insufficient balance");
}

TEST_CASE("entity: payloads of 2021 are read, and a filled entry counts as all its units") {
    const auto t =
        read_with(R"("position":{"type":"buy","units":{"value":15},"price":{"value":"8.6e-07"},)"
                  R"("order_type":"limit","status":{"type":"finished","title":"Finished"}},)"
                  R"("take_profit":{"enabled":true,"steps":[{"id":9,"volume":100,"order_type":"limit",)"
                  R"("price":{"type":"bid","value":0.12}}]},"data":{"commission":"0.001","current_price":null,)"
                  R"("missing_funds_to_close":0,"base_position_step_finished":true},)"
                  R"("is_position_not_filled":false,"profit":{"percent":-36.1})");
    CHECK(t.position.units.to_string() == "15.0");
    CHECK(t.position.price->to_string() == "0.00000086");
    CHECK(t.take_profit.at(0).volume.to_string() == "100.0");
    CHECK(t.take_profit.at(0).place == 1);
    CHECK(t.entered_amount == t.position.units);
    CHECK(t.profit.percent->to_string() == "-36.1");
    CHECK(t.type == trade::trade_type::smart_trade);
    CHECK_FALSE(t.current_price);
    CHECK_FALSE(t.note_raw);
}

TEST_CASE("entity: without its flag an entry counts as filled unless the server says it is not") {
    CHECK_FALSE(read_with(R"("data":{})").is_position_not_filled);
    CHECK(read_with(R"("data":{"base_position_step_finished":false})").is_position_not_filled);
    CHECK_FALSE(read_with(R"("data":{"base_position_step_finished":true})").is_position_not_filled);
}

TEST_CASE("entity: leverage, a trailing entry and a timed stop survive the way there and back") {
    const auto t = read_with(
        R"("leverage":{"enabled":true,"type":"custom","value":"10.0"},"position":{"type":"sell","units":{"value":"1"},)"
        R"("order_type":"conditional","conditional":{"editable":false,"price":{"value":"9000.5","type":null},)"
        R"("order_type":"market","trailing":{"enabled":true,"percent":"9.95"}}},"stop_loss":{"enabled":true,)"
        R"("order_type":"limit","price":{"value":"8300"},"conditional":{"price":{"value":null,"type":"last",)"
        R"("percent":"10.5"},"trailing":{"enabled":true,"percent":null}},"timeout":{"enabled":true,"value":30}},)"
        R"("margin":{"amount":"10.0","total":"7.278"},"profit":{"roe":"-7.2"},"data":{"type":"smart_cover"})");
    CHECK(t.leverage == trade::leverage{trade::margin_type::isolated, 10});
    CHECK(t.position.conditional->follows == trade::price_type::bid); // V11: the default of a sell
    CHECK(t.position.conditional->trailing->to_string() == "9.95");
    CHECK(t.stop_loss->timeout == std::chrono::seconds{30});
    CHECK(t.stop_loss->percent->to_string() == "10.5");
    CHECK(t.stop_loss->is_trailing);
    CHECK_FALSE(t.stop_loss->trailing);
    CHECK(t.margin_total->to_string() == "7.278");
    CHECK(wire::read_smart_trade(wire::write_smart_trade(t)).value() == t);
}

TEST_CASE("entity: a status we do not know is kept word for word") {
    const auto t =
        wire::read_smart_trade(R"({"id":1,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"sleeping"}})").value();
    CHECK(t.status.type == trade::trade_status::unknown);
    CHECK(t.status.text() == "sleeping");
    CHECK_FALSE(t.is_final());
    CHECK(wire::read_smart_trade(wire::write_smart_trade(t)).value() == t);
}

TEST_CASE("entity: without id, account, pair or status it is unreadable, and says which") {
    struct row {
        const char* text;
        const char* reason;
    };
    for (const row& r :
         {row{R"({"account":{"id":2},"pair":"USDT_BTC","status":{"type":"created"}})", "without id"},
          row{R"({"id":"x","account":{"id":2},"pair":"USDT_BTC","status":{"type":"created"}})", "without id"},
          row{R"({"id":1.5,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"created"}})", "without id"},
          row{R"({"id":0,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"created"}})", "without id"},
          row{R"({"id":-7,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"created"}})", "without id"},
          row{R"({"id":1,"account":{"id":0},"pair":"USDT_BTC","status":{"type":"created"}})", "without account id"},
          row{R"({"id":1,"account":{"id":2},"pair":"USDT_BTC","status":{"type":""}})", "without status"},
          row{R"({"id":1,"pair":"USDT_BTC","status":{"type":"created"}})", "without account id"},
          row{R"({"id":1,"account":{"id":2},"pair":"BTC","status":{"type":"created"}})", "without pair"},
          row{R"({"id":1,"account":{"id":2},"pair":"USDT_BTC","status":{}})", "without status"},
          row{"[]", "without id"}, row{"null", "without id"}, row{"<html>", "not JSON"}}) {
        CAPTURE(r.text);
        const auto read = wire::read_smart_trade(r.text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().reason.find(r.reason) != std::string::npos);
    }
}

TEST_CASE("entity: fields of a wrong kind are passed over") {
    const auto t = read_with(R"("position":[1],"take_profit":{"enabled":"true","steps":[7,null,{"volume":"much"}]},)"
                             R"("stop_loss":"off","data":"x","note":{},"margin":3,"leverage":null)");
    CHECK(t.take_profit.size() == 3);
    CHECK_FALSE(t.stop_loss);
    CHECK(t.note.empty());
}

TEST_CASE("entity: a page is a bare list; one unreadable trade makes the page unreadable") {
    CHECK(wire::read_smart_trades("[]").value().empty());
    const auto page = wire::read_smart_trades("[" + minimal + "}," + minimal + "}]").value();
    CHECK(page.size() == 2);
    CHECK(wire::read_smart_trades(wire::write_smart_trades(page)).value() == page);
    CHECK_FALSE(wire::read_smart_trades("[" + minimal + "},{}]").has_value());
    CHECK_FALSE(wire::read_smart_trades(R"({"error":"x"})").has_value());
}
