#include <doctest/doctest.h>

#include "paper/invariants.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_status;
using trade::order_type;
using trade::side;

namespace {

trade::funds_order at_market(std::string_view units) { return {order_type::market, of(units), {}}; }
trade::funds_order with_limit(std::string_view units, std::string_view limit) {
    return {order_type::limit, of(units), at(limit)};
}

std::string units_of_steps(const world& exchange, trade::smart_trade_id id) {
    std::string all;
    for (const auto& step : exchange.see(id).take_profit)
        all += (step.units ? step.units->to_short_string() : "-") + " ";
    return all;
}

std::string complaint(const paper::answer& reply) {
    const auto* no = std::get_if<paper::refusal>(&reply);
    if (!no) return "accepted";
    if (no->why == paper::refusal::reason::wrong_status) return "wrong status";
    std::string all;
    for (const auto& error : no->fields) all += error.field + " " + error.message + "; ";
    return all;
}

} // namespace

TEST_CASE("add funds: bought at market or at the limit; levels stay, units of targets and stop grow with the whole") {
    struct row {
        const char* name;
        trade::funds_order wish;
        const char *next, *paid, *average;
    };
    for (const row& r : {row{"market", at_market("0.02"), "9500", "290.0002", "9676.34"},
                         row{"limit, better at once", with_limit("0.02", "9800"), "9500", "290.0002", "9676.34"},
                         row{"limit, rests and is reached", with_limit("0.02", "9400"), "9300", "288.0", "9609.6"}}) {
        CAPTURE(r.name);
        bought trade{with_exits(market_buy())};
        CHECK(complaint(trade.run(paper::add_funds{trade.id, r.wish}).reply) == "accepted");
        CHECK(trade.see().entered_amount.to_short_string() == "0.01"); // with the next tick (H.22)
        trade.tick("9500");
        trade.tick(r.next);
        const auto shown = trade.see();
        CHECK(shown.status.text() == "waiting_targets");
        CHECK(shown.entered_amount.to_short_string() == "0.03");
        CHECK(trade.state.trades.at(trade.id).record.entered_raw.to_string() == r.paid);
        CHECK(shown.average_enter_price->to_string() == r.average);
        CHECK(units_of_steps(trade, trade.id) == "0.015 0.015 ");
        CHECK(shown.take_profit.at(0).price == at("11000"));
        CHECK(shown.take_profit.at(1).price == at("12000"));
        CHECK(shown.stop_loss->units->to_short_string() == "0.03");
        CHECK(shown.stop_loss->trigger == at("9000"));
        CHECK(trade.reserved("BTC") == "0.015");
        CHECK(trade.reserved("USDT") == "0");
    }
}

TEST_CASE("add funds: an order that rests holds its money, and the end of the trade frees it") {
    bought trade{with_exits(market_buy())};
    trade.run(paper::add_funds{trade.id, with_limit("0.02", "9400")});
    CHECK(trade.reserved("USDT") == "0");
    trade.tick("10000");
    CHECK(trade.reserved("USDT") == "188.188");
    trade.tick("13000");
    CHECK(trade.status() == "finished");
    CHECK(trade.reserved("USDT") == "0");
    trade.tick("9000"); // nobody buys any more
    CHECK(trade.total("BTC") == "1");
}

TEST_CASE("add funds: what is added before the entry waits for it") {
    for (const auto& wish : {at_market("0.02"), with_limit("0.02", "8500")}) {
        world exchange{"10000", "10000"};
        auto entry = limit_entry(side::buy, "9000");
        entry.take_profit = {target(order_type::limit, "11000", "100")};
        const auto id = exchange.create(entry);
        exchange.tick();
        CHECK(complaint(exchange.run(paper::add_funds{id, wish}).reply) == "accepted");
        exchange.tick("9500");
        CHECK(exchange.status(id) == "waiting_position");
        CHECK(exchange.reserved("USDT") == "90.09");
        exchange.tick("8999");
        if (wish.price) {
            CHECK(exchange.reserved("USDT") == "170.17");
            CHECK(units_of_steps(exchange, id) == "0.01 ");
            exchange.tick("8499");
        }
        CHECK(exchange.see(id).entered_amount.to_short_string() == "0.03");
        CHECK(units_of_steps(exchange, id) == "0.03 ");
        CHECK(exchange.reserved("BTC") == "0.03");
    }
}

TEST_CASE("add funds: without the money that order fails alone, and the trade goes on as it was") {
    for (const auto& wish : {at_market("0.02"), with_limit("0.02", "9400")}) {
        bought trade{with_exits(market_buy())};
        trade.state.accounts[spot].balances["USDT"].total = dec("50");
        trade.run(paper::add_funds{trade.id, wish});
        trade.tick("9500");
        CHECK(trade.status() == "waiting_targets");
        CHECK(trade.total("USDT") == "50");
        CHECK(trade.reserved("USDT") == "0");
        CHECK(units_of_steps(trade, trade.id) == "0.005 0.005 ");
        CHECK(trade.state.trades.at(trade.id).record.additions.at(0).order.status == order_status::failed);
    }
}

TEST_CASE("add funds: finished steps keep their units, the new whole less them is split among the others (M.11)") {
    auto wish = with_targets({target(order_type::limit, "10500", "50"), target(order_type::limit, "11000", "25"),
                              target(order_type::limit, "12000", "25")});
    bought trade{wish};
    trade.tick("10500");
    CHECK(units_of_steps(trade, trade.id) == "0.005 0.0025 0.0025 ");
    trade.run(paper::add_funds{trade.id, at_market("0.01")});
    trade.tick("10400");
    CHECK(units_of_steps(trade, trade.id) == "0.005 0.0075 0.0075 ");
    trade.tick("12000");
    CHECK(trade.status() == "finished");
    CHECK(trade.see().closed_amount == trade.see().entered_amount);
}

TEST_CASE("add funds: the share of a step that was cancelled stays unassigned, also of what is added (H.21, M.11)") {
    auto wish = with_targets({target(order_type::limit, "11000", "50"), target(order_type::limit, "12000", "50")});
    bought trade{wish};
    trade.run(paper::cancel_order{trade.id, trade.see().take_profit.at(0).id});
    trade.tick("10000");
    CHECK(units_of_steps(trade, trade.id) == "0.005 ");
    trade.run(paper::add_funds{trade.id, at_market("0.01")});
    trade.tick("10000");
    CHECK(units_of_steps(trade, trade.id) == "0.01 ");
}

TEST_CASE("add funds: a short is enlarged by selling more") {
    auto wish = with_exits(market_buy());
    wish.position.type = side::sell;
    wish.take_profit = {target(order_type::limit, "9000", "100")};
    wish.stop_loss = stop_at("11000");
    bought trade{wish};
    trade.run(paper::add_funds{trade.id, with_limit("0.02", "10500")});
    trade.tick("10000");
    CHECK(trade.reserved("BTC") == "0.02");
    trade.tick("10500");
    CHECK(trade.see().entered_amount.to_short_string() == "0.03");
    CHECK(trade.total("BTC") == "0.97");
    CHECK(units_of_steps(trade, trade.id) == "0.03 ");
}

TEST_CASE("add funds: what the market does not allow is refused in the API's words") {
    bought trade{with_exits(market_buy())};
    const auto add = [&](const trade::funds_order& wish) {
        return complaint(trade.run(paper::add_funds{trade.id, wish}).reply);
    };
    CHECK(add(at_market("0.000001")) == "units_to_buy must be greater than or equal to 0.00001; ");
    CHECK(add(at_market("0.000015")) == "units_to_buy Should change with step 0.00001; ");
    CHECK(add(at_market("0.0004")) == "total must be greater than or equal to 5.0; ");
    CHECK(add(with_limit("0.01", "9000.001")) == "price Should change with step 0.01; ");
    CHECK(add(with_limit("0.0005", "9000")) == "total must be greater than or equal to 5.0; ");
    CHECK(add(with_limit("1000", "9500")) == "total must be less than or equal to 9000000.0; ");
    const std::string nines(38, '9'); // of absurd size: refused, not computed with
    for (const auto& wish : {at_market(nines), at_market("0." + nines), with_limit("0.01", nines),
                             with_limit("0.01", "0." + nines), with_limit(nines, nines)}) {
        CHECK(add(wish) != "accepted");
        CHECK(complaint(trade.run(paper::reduce_funds{trade.id, wish}).reply) != "accepted");
    }
    CHECK(trade.state.trades.at(trade.id).record.additions.empty());
}

TEST_CASE("reduce funds: sold at market or at the limit; the steps shrink in proportion and the stop to what is left") {
    struct row {
        const char* name;
        trade::funds_order wish;
        const char *next, *got;
    };
    for (const row& r : {row{"market", at_market("0.004"), "10500", "42.0"},
                         row{"limit, better at once", with_limit("0.004", "10200"), "10500", "42.0"},
                         row{"limit, rests and is reached", with_limit("0.004", "10600"), "10700", "42.4"}}) {
        CAPTURE(r.name);
        bought trade{with_exits(market_buy())};
        CHECK(complaint(trade.run(paper::reduce_funds{trade.id, r.wish}).reply) == "accepted");
        CHECK(trade.status() == "pending_reduce_funds");
        CHECK(trade.see().reductions.at(0).status.text() == "idle");
        trade.tick("10500");
        if (std::string_view{r.next} != "10500") {
            CHECK(trade.status() == "reduce_funds_in_progress");
            CHECK(trade.reserved("BTC") == "0.007"); // its own, and the limit target's
            trade.tick(r.next);
        }
        CHECK(trade.status() == "waiting_targets");
        CHECK(trade.see().reductions.at(0).status.text() == "finished");
        CHECK(trade.see().closed_amount.to_short_string() == "0.004");
        CHECK(trade.state.trades.at(trade.id).record.closed_raw.to_string() == r.got);
        CHECK(units_of_steps(trade, trade.id) == "0.003 0.003 ");
        CHECK(trade.see().stop_loss->units->to_short_string() == "0.006");
        CHECK(trade.reserved("BTC") == "0.003");
    }
}

TEST_CASE("reduce funds: coins that a resting target holds are freed for it") {
    for (const auto& wish : {at_market("0.004"), with_limit("0.004", "10800")}) {
        bought trade{with_targets({target(order_type::limit, "11000", "100")})};
        trade.state.accounts[spot].balances["BTC"].total = dec("0.01"); // nothing but the position
        trade.run(paper::reduce_funds{trade.id, wish});
        trade.tick("10500");
        CHECK(trade.reserved("BTC") == (wish.price ? "0.01" : "0.006"));
        trade.tick("10800");
        CHECK(trade.see().closed_amount.to_short_string() == "0.004");
        CHECK(units_of_steps(trade, trade.id) == "0.006 ");
        trade.tick("11000");
        CHECK(trade.status() == "finished");
        CHECK(trade.total("BTC") == "0");
    }
}

TEST_CASE("reduce funds: all of it ends the trade as finished") {
    bought trade{with_exits(market_buy())};
    trade.run(paper::reduce_funds{trade.id, at_market("0.01")});
    trade.tick("10000");
    CHECK(trade.status() == "finished");
    CHECK(trade.total("BTC") == "1");
    CHECK(trade.reserved("BTC") == "0");
}

TEST_CASE("reduce funds: neither what goes nor what stays may be too small, and never more than there is (V35)") {
    bought trade{with_exits(market_buy())};
    const auto reduce = [&](const trade::funds_order& wish) {
        return complaint(trade.run(paper::reduce_funds{trade.id, wish}).reply);
    };
    CHECK(reduce(at_market("0.0004")) == "total must be greater than or equal to 5.0; ");
    CHECK(reduce(with_limit("0.0004", "11000")) == "total must be greater than or equal to 5.0; ");
    CHECK(reduce(at_market("0.0096")) == "entered_amount Too small; ");
    CHECK(reduce(at_market("0.01001")) == "units must be less than or equal to 0.01; ");
    CHECK(trade.status() == "waiting_targets");
    CHECK(reduce(at_market("0.0095")) == "accepted");
    CHECK(reduce(at_market("0.0001")) == "wrong status"); // one at a time
}

TEST_CASE("reduce funds: what is about to be sold by another command is not there to be reduced") {
    bought trade{with_targets({target(order_type::market, "11000", "50"), target(order_type::market, "12000", "50")})};
    trade.run(paper::close_order{trade.id, trade.see().take_profit.at(0).id});
    CHECK(paper::reduction_max(trade.state, trade.id) == of("0.005"));
    CHECK(complaint(trade.run(paper::reduce_funds{trade.id, at_market("0.008")}).reply)
          == "units must be less than or equal to 0.005; ");
    CHECK(complaint(trade.run(paper::reduce_funds{trade.id, at_market("0.004")}).reply) == "accepted");
    trade.tick("10000");
    CHECK(trade.see().closed_amount.to_short_string() == "0.009");
    CHECK(units_of_steps(trade, trade.id) == "0.005 0.001 ");
    CHECK(trade.total("BTC") == "1.001");
}

TEST_CASE("reduce funds: the stop takes the order that rests, and all of what is left") {
    bought trade{with_exits(market_buy())};
    trade.state.accounts[spot].balances["BTC"].total = dec("0.01");
    trade.run(paper::reduce_funds{trade.id, with_limit("0.004", "10800")});
    trade.tick("10000");
    trade.tick("8990");
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.see().closed_amount.to_short_string() == "0.01");
    CHECK(trade.reserved("BTC") == "0");
}
