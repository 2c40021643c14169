#include <doctest/doctest.h>

#include "service/log_format.hpp"
#include "service/trade_story.hpp"

using namespace smarttrade;
using trade::order_status;
using trade::trade_status;

namespace {

money::price price(std::int64_t whole) { return money::price{money::decimal{whole}}; }
money::quantity units(const char* text) { return *money::quantity::parse(text); }

trade::smart_trade waiting() {
    trade::smart_trade t;
    t.id = trade::smart_trade_id{34110001};
    t.pair = {"USDT", "BTC"};
    t.status = trade_status::waiting_position;
    t.position.status = order_status::order_placed;
    trade::smart_trade::step_view step;
    step.id = trade::sub_trade_id{1340000002};
    step.price = price(63000);
    step.volume = money::percent{money::decimal{100}};
    t.take_profit = {step};
    trade::smart_trade::stop_view stop;
    stop.trigger = price(57000);
    t.stop_loss = stop;
    return t;
}

trade::smart_trade entered() {
    auto t = waiting();
    t.status = trade_status::waiting_targets;
    t.position.status = order_status::finished;
    t.is_position_not_filled = false;
    t.entered_amount = units("0.01");
    t.entered_total = *money::money::parse("600.6");
    t.average_enter_price = price(60060);
    t.take_profit[0].units = units("0.01");
    return t;
}

std::vector<std::string> tell(const trade::smart_trade* before, const trade::smart_trade& after) {
    std::vector<std::string> lines;
    for (const auto& line : service::story("btc-swing", before, after)) lines.push_back(service::format_message(line));
    return lines;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("story: nothing new, nothing told") {
    const auto t = entered();
    CHECK(tell(&t, t).empty());
}

TEST_CASE("story: an entry is told with units, average and cost") {
    const auto before = waiting();
    CHECK(tell(&before, entered())
          == lines{"btc-swing    trade.entered  units=0.01 average=60060 cost=600.6USDT id=34110001"});
}

TEST_CASE("story: a step taken, a stop moved to breakeven, and the end, in that order") {
    const auto before = entered();
    auto after = before;
    after.take_profit[0].status = order_status::finished;
    after.stop_loss->trigger = price(60060);
    after.status = trade_status::finished;
    after.closed_amount = units("0.01");
    after.average_close_price = price(62937);
    after.profit.volume = *money::money::parse("28.77");
    after.profit.percent = *money::percent::parse("4.79");
    CHECK(tell(&before, after)
          == lines{"btc-swing    profit.taken   step=tp1 units=0.01 target=63000 volume=100% id=34110001",
                   "btc-swing    stop.moved     57000->60060 id=34110001",
                   "btc-swing    trade.finished units=0.01 average=62937 profit=28.77USDT percent=4.79% id=34110001"});
}

TEST_CASE("story: a stop that moves is told with what moved it, where the trade itself shows that") {
    const auto before = entered();
    auto after = before;
    after.stop_loss->trigger = price(60060);
    CHECK(tell(&before, after) == lines{"btc-swing    stop.moved     57000->60060 id=34110001"});
    after.stop_loss->breakeven = true;
    CHECK(tell(&before, after) == lines{"btc-swing    stop.moved     57000->60060 id=34110001"}); // no step was taken
    after.take_profit[0].status = order_status::finished;
    CHECK(tell(&before, after).back() == "btc-swing    stop.moved     57000->60060 by=breakeven id=34110001");
    after.stop_loss->is_trailing = true;
    CHECK(tell(&before, after).back() == "btc-swing    stop.moved     57000->60060 by=trailing id=34110001");
}

TEST_CASE("story: a trade cancelled with a position is told as unprotected, with the amount") {
    const auto before = entered();
    auto after = before;
    after.status = trade_status::cancelled;
    after.take_profit.clear();
    after.stop_loss.reset();
    CHECK(tell(&before, after)
          == lines{"btc-swing    trade.cancelled id=34110001",
                   "btc-swing    trade.unprotected units=0.01 id=34110001 \"cancelled with a position and no exit; the "
                   "coins stay on the account\""});
}

TEST_CASE("story: a failure is told with the exchange's own words") {
    const auto before = waiting();
    auto after = before;
    after.status = trade::told_status<trade_status>{trade_status::failed, "Insufficient balance"};
    CHECK(tell(&before, after) == lines{"btc-swing    trade.failed   id=34110001 \"Insufficient balance\""});
}
