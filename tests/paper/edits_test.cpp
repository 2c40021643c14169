#include <algorithm>

#include <doctest/doctest.h>

#include "paper/invariants.hpp"
#include "paper/random_commands.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_status;
using trade::order_type;
using trade::side;
using trade::trade_update;

namespace {

const paper::trade_record& record_of(const world& exchange, trade::smart_trade_id id) {
    return exchange.state.trades.at(id).record;
}

/// A record without what an accepted change always leaves on it.
paper::trade_record but_for_the_edit(paper::trade_record of) {
    of.is_edited = false;
    of.updated_at = {};
    of.request.take_profit.clear();
    of.request.stop_loss.reset();
    return of;
}

bool is_accepted(const paper::stepped& told) { return std::holds_alternative<trade::smart_trade_id>(told.reply); }

/// One limit target, one market target, one that trails from 10200 on, and a stop.
trade::trade_request three_targets() {
    auto wish = with_targets({target(order_type::limit, "11000", "50"), target(order_type::market, "12000", "25"),
                              trailing_target("10200", "25", "5")});
    wish.stop_loss = stop_at("9000");
    return wish;
}

paper::update change_of(const world& exchange, trade::smart_trade_id id) {
    return {id, unchanged(record_of(exchange, id))};
}

} // namespace

TEST_CASE("edit: groups sent back as they are reset nothing: not what rests, trails, was moved or waits its timeout") {
    auto moved = three_targets();
    moved.take_profit = {target(order_type::limit, "10500", "50"), target(order_type::limit, "12000", "50")};
    moved.stop_loss->breakeven = true;
    auto following = three_targets();
    following.stop_loss->trailing = trade::stop_trailing{};
    auto waiting = three_targets();
    waiting.stop_loss->timeout = std::chrono::seconds{100};
    auto percents = conditional_entry(side::buy, "10000");
    percents.position.conditional->trailing = pct("1");
    percents.take_profit = {target(order_type::limit, "1", "100")};
    percents.take_profit[0].level = pct("11");
    auto trailing_entry = percents;
    trailing_entry.position.conditional->trailing = pct("20");
    auto limit = limit_entry(side::buy, "9000");
    limit.take_profit = {target(order_type::limit, "11000", "100")};
    struct row {
        const char* name;
        trade::trade_request wish;
        std::vector<const char*> before;
    };
    for (const auto& r :
         {row{"resting and trailing targets", three_targets(), {"10700", "10400"}},
          row{"a stop at breakeven", moved, {"10500", "10200"}}, row{"a trailing stop", following, {"10600", "10400"}},
          row{"a running timeout", waiting, {"8990", "8980"}},
          row{"percents that became prices", percents, {"9500", "9700"}},
          row{"a trailing entry", trailing_entry, {"9500", "9700"}}, row{"a resting entry", limit, {"9500", "9700"}}}) {
        CAPTURE(r.name);
        bought left{r.wish};
        for (const auto* price : r.before) left.tick(price);
        bought edited = left;
        CHECK(is_accepted(edited.run(change_of(edited, edited.id))));
        CHECK(but_for_the_edit(record_of(edited, edited.id)) == but_for_the_edit(record_of(left, left.id)));
        CHECK(record_of(edited, edited.id).stop == record_of(left, left.id).stop);
        for (const auto* price : {"9800", "10300", "9780", "10900", "9200"}) {
            left.tick(price);
            edited.tick(price);
            CHECK(but_for_the_edit(record_of(edited, edited.id)) == but_for_the_edit(record_of(left, left.id)));
        }
    }
}

TEST_CASE(
    "edit: a leveraged entry that trails keeps its best price when its groups are sent back, whoever began since") {
    world exchange{"10000", "10000"};
    auto wish = conditional_entry(side::buy, "9900");
    wish.account = contracts;
    wish.leverage = trade::leverage{trade::margin_type::isolated, 10};
    wish.position.conditional->trailing = pct("5");
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.tick("9600");
    exchange.tick("9700");
    exchange.create(wish); // begins at a worse price
    exchange.tick("9700");
    for (const std::int64_t times : {10, 5}) {
        auto same = change_of(exchange, id);
        same.change.leverage->value = times;
        CHECK(is_accepted(exchange.run(same)));
        exchange.tick("9700");
        CHECK(paper::sub_trades(exchange.state, id).at(0).trailing_last_price == at("9600.01"));
    }
    exchange.tick("10080.01");
    CHECK(exchange.status(id) == "waiting_targets");
    CHECK(exchange.reserved("USDT", contracts) == "20.16004"); // 5x
}

TEST_CASE("edit: leverage of an entry that rests is reserved anew only where it changes") {
    world exchange{"10000", "10000"};
    auto wish = limit_entry(side::buy, "9000");
    wish.account = contracts;
    wish.leverage = trade::leverage{trade::margin_type::isolated, 10};
    const auto id = exchange.create(wish);
    exchange.tick();
    CHECK(exchange.reserved("USDT", contracts) == "9.09");
    auto same = change_of(exchange, id);
    exchange.run(same);
    CHECK(exchange.see(id).position.status.text() == "order_placed");
    same.change.leverage->value = 5;
    exchange.run(same);
    exchange.tick("9500");
    CHECK(exchange.see(id).position.status.text() == "order_placed");
    CHECK(exchange.reserved("USDT", contracts) == "18.09");
}

TEST_CASE("edit: a waiting limit entry is withdrawn and placed anew with the next tick, at its new price and size") {
    world exchange{"10000", "10000"};
    const auto id = exchange.create(limit_entry(side::buy, "9000"));
    exchange.tick();
    auto edit = change_of(exchange, id);
    edit.change.position->price = at("9500");
    edit.change.position->units = of("0.02");
    const auto order = record_of(exchange, id).entry.id;
    CHECK(is_accepted(exchange.run(edit)));
    CHECK(exchange.reserved("USDT") == "0");
    exchange.tick("10000");
    CHECK(exchange.reserved("USDT") == "190.19");
    CHECK(record_of(exchange, id).entry.id == order);
    exchange.tick("9499");
    CHECK(exchange.see(id).average_enter_price_without_commission == at("9500"));

    const auto beyond = exchange.create(limit_entry(side::buy, "9000"));
    exchange.tick("9499");
    edit = change_of(exchange, beyond);
    edit.change.position->price = at("9600"); // the market is better
    exchange.run(edit);
    exchange.tick("9499");
    CHECK(exchange.see(beyond).average_enter_price_without_commission == at("9499.01"));
}

TEST_CASE("edit: a new trigger of a waiting entry is waited for from the side on which the price is now") {
    world exchange{"10000", "10000"};
    const auto id = exchange.create(conditional_entry(side::buy, "10500"));
    exchange.tick();
    auto edit = change_of(exchange, id);
    edit.change.position->conditional->trigger = at("9500");
    exchange.run(edit);
    exchange.tick("10600");
    CHECK(exchange.status(id) == "waiting_position");
    exchange.tick("9499");
    CHECK(exchange.status(id) == "waiting_targets");
}

TEST_CASE("edit: a trailing entry with another trigger or distance begins anew") {
    world exchange{"10000", "10000"};
    auto wish = conditional_entry(side::buy, "9900");
    wish.position.conditional->trailing = pct("5");
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.tick("9600");
    auto edit = change_of(exchange, id);
    edit.change.position->conditional->trailing = pct("2");
    exchange.run(edit);
    exchange.tick("9700");
    CHECK(exchange.see(id).position.status.text() == "trailing_activated");
    exchange.tick("9800"); // 2 % above 9600, not above 9700
    CHECK(exchange.status(id) == "waiting_position");
    exchange.tick("9895");
    CHECK(exchange.status(id) == "waiting_targets");
}

TEST_CASE("edit: a step that is kept, changed, dropped or new ends as wished, and each frees or holds its own coins") {
    bought trade{with_targets({target(order_type::limit, "11000", "50"), target(order_type::limit, "12000", "25"),
                               target(order_type::limit, "13000", "25")})};
    auto edit = change_of(trade, trade.id);
    const auto kept = edit.change.take_profit[0].id, changed = edit.change.take_profit[1].id;
    edit.change.take_profit[1].order.level = at("11500");
    edit.change.take_profit[2] = {{}, target(order_type::market, "14000", "25")};
    const auto before = record_of(trade, trade.id).steps[0];
    CHECK(is_accepted(trade.run(edit)));
    CHECK(record_of(trade, trade.id).steps[0] == before);
    CHECK(trade.reserved("BTC") == "0.005");
    trade.tick("10000");
    const auto& steps = record_of(trade, trade.id).steps;
    REQUIRE(steps.size() == 3);
    CHECK(steps[0].order.id == kept);
    CHECK(steps[1].order.id == changed);
    CHECK(steps[1].order.status == order_status::order_placed);
    CHECK(steps[1].price == at("11500"));
    CHECK(steps[2].order.status == order_status::to_process);
    CHECK(trade.reserved("BTC") == "0.0075");
    trade.tick("14000");
    CHECK(trade.status() == "finished");
}

TEST_CASE("edit: steps that are sold stay as they are whether they are named, changed or left out") {
    for (const int variant : {0, 1, 2}) {
        CAPTURE(variant);
        bought trade{
            with_targets({target(order_type::limit, "10500", "50"), target(order_type::limit, "12000", "50")})};
        trade.tick("10500");
        auto edit = change_of(trade, trade.id);
        const auto sold = record_of(trade, trade.id).steps[0];
        if (variant == 1) edit.change.take_profit[0].order.level = at("13000");
        if (variant == 2) edit.change.take_profit.erase(edit.change.take_profit.begin());
        edit.change.take_profit.back().order.level = at("11000");
        CHECK(is_accepted(trade.run(edit)));
        trade.tick("10500");
        CHECK(record_of(trade, trade.id).steps[0] == sold);
        CHECK(record_of(trade, trade.id).request.take_profit[0].level == trade::exit_level{at("10500")});
        trade.tick("11000");
        CHECK(trade.status() == "finished");
        CHECK(trade.see().closed_amount.to_short_string() == "0.01");
    }
}

TEST_CASE("edit: a stop is taken away, added, tightened or loosened as the user says, also against breakeven") {
    auto wish = with_targets({target(order_type::limit, "10500", "50"), target(order_type::limit, "12000", "50")});
    wish.stop_loss = stop_at("9000");
    wish.stop_loss->breakeven = true;
    const auto moved = [&] {
        bought trade{wish};
        trade.tick("10500");
        CHECK(trade.see().stop_loss->trigger == at("10010"));
        return trade;
    };
    auto loosened = moved();
    auto edit = change_of(loosened, loosened.id);
    edit.change.stop_loss->trigger = at("9500");
    loosened.run(edit);
    loosened.tick("9500.01");
    CHECK(loosened.status() == "waiting_targets");
    loosened.tick("9500");
    CHECK(loosened.status() == "stop_loss_finished");

    auto removed = moved();
    edit = change_of(removed, removed.id);
    edit.change.stop_loss.reset();
    removed.run(edit);
    removed.tick("5000");
    CHECK(removed.status() == "waiting_targets");
    CHECK_FALSE(removed.see().stop_loss);
    edit = change_of(removed, removed.id);
    edit.change.stop_loss = stop_at("4000");
    removed.run(edit);
    CHECK(removed.see().stop_loss->units == of("0.005"));
    removed.tick("3990");
    CHECK(removed.status() == "stop_loss_finished");

    auto tightened = moved();
    edit = change_of(tightened, tightened.id);
    edit.change.stop_loss->trigger = at("10600"); // above the price already
    tightened.run(edit);
    CHECK(tightened.status() == "waiting_targets");
    tightened.tick("10500");
    CHECK(tightened.status() == "stop_loss_finished");
}

TEST_CASE("edit: a stop that is asked for again while it is being cancelled stands again") {
    bought trade{three_targets()};
    const auto edit = change_of(trade, trade.id);
    trade.run(paper::cancel_order{trade.id, record_of(trade, trade.id).stop->order.id});
    CHECK(is_accepted(trade.run(edit)));
    trade.tick("9500");
    CHECK(trade.see().stop_loss->trigger == at("9000"));
    trade.tick("9000");
    CHECK(trade.status() == "stop_loss_finished");
}

TEST_CASE("edit: a stop that is changed while its timeout runs counts anew") {
    auto wish = three_targets();
    wish.stop_loss->timeout = std::chrono::seconds{10};
    bought trade{wish};
    trade.tick("8990");
    trade.tick("8990", 9);
    auto edit = change_of(trade, trade.id);
    edit.change.stop_loss->timeout = std::chrono::seconds{20};
    trade.run(edit);
    trade.tick("8990", 5);
    trade.tick("8990", 19);
    CHECK(trade.status() == "waiting_targets");
    trade.tick("8990", 1);
    CHECK(trade.status() == "stop_loss_finished");
}

TEST_CASE("edit: what is refused leaves everything as it was") {
    bought trade{three_targets()};
    trade.tick("10300");
    const auto before = bytes_of(trade.state);
    const auto refused = [&](const trade_update& change) {
        const auto told = trade.run(paper::update{trade.id, change});
        CHECK(bytes_of(trade.state) == before);
        return !is_accepted(told) && told.events.empty();
    };
    auto unknown = unchanged(record_of(trade, trade.id));
    unknown.take_profit[0].id = trade::sub_trade_id{7};
    CHECK(refused(unknown));
    auto uneven = unchanged(record_of(trade, trade.id));
    uneven.stop_loss->trigger = at("9000.001");
    CHECK(refused(uneven));
    auto far = unchanged(record_of(trade, trade.id));
    far.take_profit[1].order.level = at("1000001");
    CHECK(refused(far));
    const std::string nines(38, '9'); // of absurd size: refused, not computed with
    for (const auto& level : {at(nines), at("0." + nines)}) {
        far.take_profit[1].order.level = level;
        CHECK(refused(far));
    }
}

TEST_CASE("edit: sending a trade back does not move units between targets that were split before others were sold") {
    auto wish = with_targets({target(order_type::market, "12000", "25"), target(order_type::market, "13000", "25"),
                              target(order_type::market, "11000", "50")});
    wish.position.units = of("0.00611");
    bought trade{wish};
    trade.tick("11000");
    const auto before = record_of(trade, trade.id).steps;
    auto same = change_of(trade, trade.id);
    trade.run(same);
    trade.tick("11000");
    for (std::size_t i = 0; i < 2; ++i) {
        const auto now = std::ranges::find(record_of(trade, trade.id).steps, before[i].order.id,
                                           [](const paper::step_record& step) { return step.order.id; });
        CHECK(now->units == before[i].units);
    }
}

TEST_CASE("edit: a conditional limit entry whose order was placed is placed anew, wherever the price is by then") {
    world exchange{"60000", "60000"};
    auto wish = conditional_entry(side::buy, "61000");
    wish.position.conditional->order = order_type::limit;
    wish.position.price = at("59000");
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.tick("61000");
    CHECK(exchange.see(id).position.status.text() == "order_placed");
    exchange.tick("60000");
    auto change = change_of(exchange, id);
    change.change.position.emplace().price = at("59500");
    CHECK(is_accepted(exchange.run(change)));
    exchange.tick();
    CHECK(exchange.see(id).position.status.text() == "order_placed");
    exchange.tick("59400");
    CHECK(exchange.status(id) == "waiting_targets");
    CHECK(exchange.see(id).average_enter_price_without_commission->to_string() == "59500.0");
}

TEST_CASE("edit: a source that is named as it is shown is the one that was left out") {
    world exchange{"60000", "60000"};
    auto wish = conditional_entry(side::buy, "59000");
    wish.position.conditional->trailing = pct("5");
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.tick("58000");
    auto change = change_of(exchange, id);
    change.change.position.emplace().conditional = wish.position.conditional;
    change.change.position->conditional->follows = trade::price_type::ask;
    change.change.position->units = of("0.02"); // and another size does not make it begin anew either
    CHECK(is_accepted(exchange.run(change)));
    exchange.tick("58600");
    CHECK(exchange.see(id).position.status.text() == "trailing_activated");
    CHECK(paper::sub_trades(exchange.state, id).at(0).trailing_last_price->to_string() == "58000.01");
}

TEST_CASE("edit: a new step of an open position is large enough for an order or is refused (V31)") {
    bought trade{with_targets({target(order_type::limit, "11000", "100")})};
    auto change = change_of(trade, trade.id);
    change.change.take_profit = {{{}, target(order_type::limit, "11000", "0.5")},
                                 {{}, target(order_type::limit, "12000", "99.5")}};
    const auto told = trade.run(change);
    const auto& no = std::get<paper::refusal>(told.reply);
    CHECK(no.fields
          == std::vector<paper::field_error>{{"take_profit.steps.total", "must be greater than or equal to 5.0"}});
}
