// Adjustments: funds that the plan adds or takes once.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// A bought trade whose plan adds 0.02 and then takes 0.005 off.
struct funds_scene : led_scene {
    funds_scene() {
        enter();
        life().adjustments = {adjust("avg-1", trade::adjustment_kind::add_funds, "0.02"),
                              adjust("cut-1", trade::adjustment_kind::reduce_funds, "0.005")};
        show_order(1, "0.01");
    }
    static trade::adjustment adjust(const std::string& id, trade::adjustment_kind kind, const char* units) {
        return {id, kind, {trade::order_type::market, units_of(units), {}}, {}};
    }
    trade::sub_trade& show_order(std::int64_t id, const char* units,
                                 trade::order_status status = trade::order_status::finished,
                                 const std::string& purpose = "position") {
        auto& shown = seen.orders[trade::smart_trade_id{7}];
        trade::sub_trade order;
        order.id = trade::sub_trade_id{id};
        order.purpose = purpose;
        order.status = status;
        order.initial_amount = units_of(units);
        shown.orders.push_back(order);
        read_orders();
        return shown.orders.back();
    }
    void read_orders() { seen.orders[trade::smart_trade_id{7}].read_begun = now; }

    /// The orders there are are journaled, the request leaves, and its reply comes a second later.
    void send(const action& what, outcome how) {
        fact snapshot;
        snapshot.kind = fact_kind::snapshot;
        snapshot.identity = what.identity;
        snapshot.text = what.text;
        for (const auto& each : seen.orders[trade::smart_trade_id{7}].orders)
            snapshot.body += (snapshot.body.empty() ? "order=" : " order=") + std::to_string(each.id.value);
        past.apply(snapshot, now);
        sent(what, how);
    }
    action only(const char* word) const {
        const auto d = decide();
        REQUIRE(words(d) == word);
        return d.actions.back();
    }
    void fill_first() {
        send(only("add_funds a"), outcome::accepted);
        show_order(2, "0.02");
        settle_write(only("settle_write a"));
    }
};

} // namespace

TEST_CASE("funds: adjustments go out once, in their order, each after the one before it is filled") {
    funds_scene s;
    const auto first = s.only("add_funds a");
    CHECK(first.text == "avg-1");
    CHECK(first.funds == s.life().adjustments[0].order);
    CHECK(first.reason == "avg-1 add_funds 0.02 is due");
    s.send(first, outcome::accepted);
    CHECK(words(s.decide()) == "read_orders a");
    CHECK(s.decide().standings[0].why == "avg-1 was sent and is not filled yet");
    auto& order = s.show_order(2, "0.02", trade::order_status::order_placed);
    CHECK(words(s.decide()) == ""); // it rests
    CHECK(s.decide().standings[0].verdict == verdict::pending);
    order.status = trade::order_status::finished;
    const auto filled = s.only("settle_write a");
    CHECK(filled.reason == "filled");
    CHECK(filled.nonce == s.told().funds.at("avg-1").nonce);
    s.settle_write(filled);

    const auto second = s.only("reduce_funds a");
    CHECK(second.text == "cut-1");
    s.send(second, outcome::accepted);
    s.show_order(3, "0.005", trade::order_status::finished, "reduce_funds");
    s.settle_write(s.only("settle_write a"));
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::in_sync);
    s.past.close_open_attempts(s.now); // nor after a restart
    CHECK(words(s.decide()) == "");
    CHECK(s.writes == 2);
}

TEST_CASE("funds: what an adjustment is may be edited until it is sent, and never runs twice after") {
    funds_scene s;
    s.life().adjustments[0].order.units = units_of("0.03");
    CHECK(s.only("add_funds a").funds->units == units_of("0.03"));
    s.life().adjustments[0].order.units = units_of("0.02");
    s.fill_first();
    s.life().adjustments[0].order.units = units_of("0.5");
    CHECK(s.only("reduce_funds a").text == "cut-1");
    s.life().adjustments.erase(s.life().adjustments.begin(), s.life().adjustments.end());
    CHECK(words(s.decide()) == "");
}

TEST_CASE("funds: the exchange's own orders, and those there were before, are no evidence") {
    funds_scene s;
    s.show_order(2, "0.02"); // somebody added as much an hour ago
    s.send(s.only("add_funds a"), outcome::accepted);
    s.show_order(3, "0.02", trade::order_status::finished, "take_profit");
    s.show_order(4, "0.01");
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::pending);
    s.show_order(5, "0.02");
    CHECK(s.only("settle_write a").reason == "filled");
}

TEST_CASE("funds: an order that ended without a fill ends its adjustment; the next one goes on") {
    funds_scene s;
    s.send(s.only("add_funds a"), outcome::accepted);
    s.show_order(2, "0.02", trade::order_status::cancelled);
    const auto ended = s.only("settle_write a");
    CHECK(ended.reason == "ended without a fill");
    s.settle_write(ended);
    CHECK(s.only("reduce_funds a").text == "cut-1");
}

TEST_CASE("funds: an unknown outcome is settled by the one new order of its size") {
    funds_scene s;
    s.send(s.only("add_funds a"), outcome::unknown);
    CHECK(words(s.decide()) == "read_orders a");
    CHECK(s.decide().standings[0].verdict == verdict::unknown);
    s.show_order(2, "0.02");
    const auto found = s.only("settle_write a");
    CHECK(found.ended == outcome::accepted);
    CHECK(found.reason == "its order was found");
    s.settle_write(found);
    s.now += 1s;
    s.look();
    s.read_orders();
    CHECK(s.only("settle_write a").reason == "filled");
    CHECK(s.writes == 1);
}

TEST_CASE(
    "F1: funds that show no order after settle are not sent again until somebody confirms that they did not move") {
    funds_scene s;
    s.send(s.only("add_funds a"), outcome::unknown);
    s.read_orders();
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.wake_at == s.told().write->since + 30s);
    s.now += 24h;
    s.look();
    CHECK(words(s.decide()) == "read_orders a"); // a read from before proves nothing
    s.read_orders();
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    REQUIRE(d.holds.size() == 1);
    CHECK(d.standings[0].why
          == "the outcome of add_funds avg-1 is unknown: no order of the trade fits it; confirm that it did not "
             "happen and is sent again: `smarttraded confirm "
                 + d.holds[0].id + "`");
    s.confirm(d.holds[0].id);
    const auto settled = s.only("settle_write a");
    CHECK(settled.ended == outcome::not_sent);
    s.settle_write(settled);
    s.now += 1min;
    s.look();
    s.send(s.only("add_funds a"), outcome::unknown); // and the second unknown needs its own word
    s.now += 24h;
    s.look();
    s.read_orders();
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
}

TEST_CASE(
    "funds: an order of the operator that has to wait for an unknown move does not hide that it waits for a word") {
    funds_scene s;
    s.send(s.only("add_funds a"), outcome::unknown);
    s.order("process");
    s.now += 24h;
    s.look();
    s.read_orders();
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.holds.size() == 1);
}

TEST_CASE("funds: two new orders that fit one move are for a person to judge, and it is never sent again") {
    for (const auto heard : {outcome::unknown, outcome::accepted}) {
        funds_scene s;
        s.send(s.only("add_funds a"), heard);
        s.show_order(2, "0.02");
        s.show_order(3, "0.02");
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::blocked);
        CHECK(d.standings[0].why.find("was sent once, and 2 orders of the trade fit it; mend") != std::string::npos);
        REQUIRE(d.holds.size() == 1);
        s.confirm(d.holds[0].id);
        s.settle_write(s.only("settle_write a"));
        s.look();
        s.read_orders();
        CHECK(words(s.decide()).find("add_funds") == std::string::npos);
        CHECK(s.decide().holds.empty());
    }
}

TEST_CASE("F4: funds on their way when the daemon was killed are unknown, not sent again") {
    funds_scene s;
    const auto due = s.only("add_funds a");
    s.begin(due);
    fact snapshot; // right before they leave
    snapshot.kind = fact_kind::snapshot;
    snapshot.identity = due.identity;
    snapshot.text = due.text;
    s.past.apply(snapshot, s.now);
    s.now += 1s;
    s.past.close_open_attempts(s.now);
    s.now += 1s;
    s.look();
    CHECK(words(s.decide()) == "read_orders a");
    CHECK(s.decide().standings[0].verdict == verdict::unknown);
}

TEST_CASE("funds: an unknown outcome keeps back edits, not the close") {
    funds_scene s;
    s.send(s.only("add_funds a"), outcome::unknown);
    s.read_orders();
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK(words(s.decide()) == "");
    s.order("close");
    CHECK(words(s.decide()) == "close a");
}

TEST_CASE("funds: what the exchange refuses three times is told, and the adjustment after it waits") {
    funds_scene s;
    for (const auto pause : {30s, 300s, 0s}) {
        s.send(s.only("add_funds a"), outcome::refused);
        s.now += pause;
        s.look();
    }
    s.now += 24h;
    s.look();
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
}

TEST_CASE("funds: they wait until the exchange allows them, and are skipped when the trade ends") {
    funds_scene s;
    s.entity().may.add_funds = false;
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "avg-1 waits: the exchange allows no add_funds in status waiting_targets");
    s.entity().status = trade::trade_status::finished;
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].phase == phase::ended);
}

TEST_CASE("funds: volumes and units that moved funds have changed are not taken for drift") {
    funds_scene s;
    s.fill_first();
    s.life().adjustments.resize(1);
    s.entity().position.units = units_of("0.03");
    s.entity().take_profit[0].volume = share_of("33.33");
    s.entity().take_profit[1].volume = share_of("66.67");
    s.look();
    CHECK(words(s.settle()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::in_sync);
}
