// api.md F.1 and F.2: the statuses of trades and of their parts, and the ways between them.
#include <algorithm>

#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

using words = std::vector<std::string>;

enum class hop {
    pending, ///< was begun before: the next tick carries it out, at the latest
    follows, ///< happens at a tick by its prices, or because of what that tick carried out
    asked    ///< only a command does it: no tick may
};
struct arrow {
    std::string from, to;
    hop kind;
};

/// F.1's diagram. (I): arrows that it does not have, from the table above it or from the flags of F.3.
const std::vector<arrow> arrows{
    {"created", "waiting_position", hop::pending},
    {"created", "waiting_targets", hop::pending},
    {"waiting_position", "waiting_targets", hop::follows},
    {"waiting_position", "finished", hop::follows},
    {"waiting_position", "cancellation_pending", hop::asked},
    {"waiting_targets", "finished", hop::follows},
    {"waiting_targets", "stop_loss_in_progress", hop::follows},
    {"waiting_targets", "panic_sell_pending", hop::asked},
    {"waiting_targets", "pending_reduce_funds", hop::asked},
    {"waiting_targets", "cancellation_pending", hop::asked},
    {"stop_loss_in_progress", "stop_loss_finished", hop::follows},
    {"stop_loss_in_progress", "panic_sell_pending", hop::asked},   // (I) F.3: panic t
    {"stop_loss_in_progress", "cancellation_pending", hop::asked}, // (I) F.3: cancel t
    {"panic_sell_pending", "panic_sell_in_progress", hop::pending},
    {"panic_sell_pending", "panic_sold", hop::pending}, // (I) the table: next is either
    {"panic_sell_in_progress", "panic_sold", hop::follows},
    {"pending_reduce_funds", "reduce_funds_in_progress", hop::pending},
    {"pending_reduce_funds", "waiting_targets", hop::pending},    // (I) the table: next is either
    {"pending_reduce_funds", "panic_sell_pending", hop::asked},   // (I) F.3: panic t
    {"pending_reduce_funds", "cancellation_pending", hop::asked}, // (I) F.3: cancel t
    {"reduce_funds_in_progress", "waiting_targets", hop::follows},
    {"reduce_funds_in_progress", "finished", hop::follows},           // (I) the table: nothing is left
    {"reduce_funds_in_progress", "panic_sell_pending", hop::asked},   // (I) F.3: panic t
    {"reduce_funds_in_progress", "cancellation_pending", hop::asked}, // (I) F.3: cancel t
    {"cancellation_pending", "cancellation_in_progress", hop::pending},
    {"cancellation_pending", "cancelled", hop::pending}, // (I) the table: next is either
    {"cancellation_in_progress", "cancelled", hop::follows}};

bool is_final(const std::string& status) {
    return std::ranges::none_of(arrows, [&](const arrow& each) { return each.from == status; });
}
bool is_pending(const std::string& status) {
    return std::ranges::any_of(arrows,
                               [&](const arrow& each) { return each.from == status && each.kind == hop::pending; });
}

bool follows(const std::string& from, const std::string& to) {
    if (from == to || (to == "failed" && !is_final(from))) return true;
    return std::ranges::any_of(arrows, [&](const arrow& each) {
        return each.from == from && each.kind == hop::follows && follows(each.to, to);
    });
}

/// Whether one tick makes `to` of `from`: it finishes the one transition that was pending (design.md 7), and then comes
/// what follows from it at that tick.
bool one_tick(const std::string& from, const std::string& to) {
    if (!is_pending(from)) return follows(from, to);
    if (to == "failed") return true;
    return std::ranges::any_of(arrows, [&](const arrow& each) {
        return each.from == from && each.kind == hop::pending && follows(each.to, to);
    });
}

/// The statuses of a trade: before any tick, which is what the answer to its command told, and after each of some
/// empty ones.
words path_of(desk& on, const json::value& told, int ticks = 4) {
    words seen;
    for (int i = 0; i <= ticks; ++i) {
        if (i > 0) on.at().tick();
        const auto shown = on.see(told);
        seen.push_back(at(shown, "/status/type"));
        CHECK(at(shown, "/status/basic_type") == seen.back());
    }
    CHECK(seen.front() == at(told, "/status/type"));
    return seen;
}

/// What is pending is over with the first tick: what lies between is never shown (`coverage_test.cpp`).
void check_path(const words& seen, const std::string& first, const std::string& last) {
    std::string shown;
    for (const auto& each : seen) shown += each + ' ';
    CAPTURE(shown);
    CHECK(seen.front() == first);
    CHECK(seen.back() == last);
    if (is_pending(first)) CHECK(seen.at(1) == last);
    for (std::size_t i = 1; i < seen.size(); ++i) CHECK(one_tick(seen[i - 1], seen[i]));
}

const edits exits{{"/take_profit", take_profit({limit_step("63000", "100")})}, {"/stop_loss", stop_loss("57000")}};
const edits at_market{{"/position/order_type", "market"}};

void check_status(const json::value& in, const std::string& part, const std::string& type, const std::string& title) {
    CHECK(at(in, part + "/type") == type);
    CHECK(at(in, part + "/basic_type") == type);
    CHECK(at(in, part + "/title") == title);
}

} // namespace

TEST_CASE(
    "F.1 diagram: a tick ends one pending transition and what follows from it, and never does what is asked for") {
    struct row {
        std::string from;
        words to; ///< all that one tick may make of it, failed and itself left out
    };
    for (const auto& wanted :
         {row{"created",
              {"waiting_position", "waiting_targets", "finished", "stop_loss_in_progress", "stop_loss_finished"}},
          row{"waiting_position", {"waiting_targets", "finished", "stop_loss_in_progress", "stop_loss_finished"}},
          row{"waiting_targets", {"finished", "stop_loss_in_progress", "stop_loss_finished"}},
          row{"stop_loss_in_progress", {"stop_loss_finished"}},
          row{"pending_reduce_funds",
              {"reduce_funds_in_progress", "waiting_targets", "finished", "stop_loss_in_progress",
               "stop_loss_finished"}},
          row{"panic_sell_pending", {"panic_sell_in_progress", "panic_sold"}},
          row{"cancellation_pending", {"cancellation_in_progress", "cancelled"}}}) {
        const auto& from = wanted.from;
        CAPTURE(from);
        CHECK(one_tick(from, "failed"));
        CHECK(one_tick(from, from) != is_pending(from));
        for (const auto& each : arrows) {
            CAPTURE(each.to);
            if (each.to != from)
                CHECK(one_tick(from, each.to) == (std::ranges::find(wanted.to, each.to) != wanted.to.end()));
        }
    }
    for (const auto* over : {"finished", "stop_loss_finished", "panic_sold", "cancelled"})
        CHECK_FALSE(one_tick(over, "failed"));
}

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("F.1 created, waiting_position, waiting_targets, finished: the way of a trade that wins") {
    desk on;
    const auto trade = on.create(exits);
    check_status(trade, "/status", "created", "Pending");
    check_path(path_of(on, trade), "created", "waiting_position");
    check_status(on.see(trade), "/status", "waiting_position", "Pending Position Opened");
    on.price("60000");
    on.settle();
    check_status(on.see(trade), "/status", "waiting_targets", "Waiting Targets");
    on.price("63000");
    check_path({"waiting_targets", on.status(trade)}, "waiting_targets", "finished");
    check_path(path_of(on, on.see(trade)), "finished", "finished");
    check_status(on.see(trade), "/status", "finished", "Finished");
}

TEST_CASE("F.1 stop_loss_in_progress, stop_loss_finished: a limit stop that is not filled, then is") {
    desk on;
    const auto trade = on.opened(
        {{"/stop_loss", stop_loss("57000")}, {"/stop_loss/order_type", "limit"}, {"/stop_loss/price/value", "56900"}});
    on.price("56800");
    on.settle();
    CHECK(on.status(trade) == "stop_loss_in_progress");
    CHECK(at(on.see(trade), "/stop_loss/status/type") == "order_placed");
    on.price("56900");
    on.settle();
    check_status(on.see(trade), "/status", "stop_loss_finished", "Stop Loss Finished");
}

TEST_CASE("F.1 panic_sell_pending, panic_sold: the way of a close by market") {
    desk on;
    const auto trade = on.opened(exits);
    const auto told = on.act("POST", trade, "/close_by_market");
    check_path(path_of(on, told.body), "panic_sell_pending", "panic_sold");
}

TEST_CASE("F.1 pending_reduce_funds, reduce_funds_in_progress: a resting reduction, then waiting_targets again") {
    desk on;
    const auto trade = on.opened(exits);
    const auto told = on.act("POST", trade, "/reduce_funds",
                             R"({"order_type":"limit","units":{"value":"0.005"},"price":{"value":"62000"}})");
    CHECK(at(told.body, "/status/type") == "pending_reduce_funds");
    on.settle();
    CHECK(on.status(trade) == "reduce_funds_in_progress");
    on.price("62000");
    on.settle();
    CHECK(on.status(trade) == "waiting_targets");
    const auto market = on.act("POST", trade, "/reduce_funds", R"({"order_type":"market","units":{"value":"0.002"}})");
    check_path(path_of(on, market.body), "pending_reduce_funds", "waiting_targets");
}

TEST_CASE("F.1 cancellation_pending, cancelled: before the entry and after it") {
    desk on;
    for (const auto& trade : {on.created_and_settled(exits), on.opened(exits)}) {
        const auto told = on.act("DELETE", trade);
        check_status(told.body, "/status", "cancellation_pending", "Cancelling");
        check_path(path_of(on, told.body), "cancellation_pending", "cancelled");
        check_status(on.see(trade), "/status", "cancelled", "Cancelled");
    }
}

TEST_CASE("F.1 failed: with its reason, from created") {
    desk on{"NONE_F1", "61000"};
    const auto trade = on.create(exits);
    check_path(path_of(on, trade), "created", "failed");
    check_status(on.see(trade), "/status", "failed", "Failed");
    CHECK(at(on.see(trade), "/status/error") != "absent");
    CHECK(at(on.see(trade), "/position/status/type") == "failed");
}

TEST_CASE(
    "F.1 diagram: simple trades end as finished at their fill (H.11), skip_enter_step waits for targets at once") {
    desk on;
    check_path(path_of(on, on.create(edits{{"/instant", true}} + at_market)), "created", "finished");
    const auto own = on.create(edits{{"/skip_enter_step", true}} + at_market + exits);
    const auto seen = path_of(on, own);
    CHECK(std::ranges::find(seen, "waiting_position") == seen.end());
    check_path(seen, "created", "waiting_targets");
}

TEST_CASE("F.1 waiting_targets, H.10: without exits a trade waits there until it is closed by hand") {
    desk on;
    const auto trade = on.opened();
    on.price("30000");
    on.price("90000");
    on.settle();
    CHECK(on.status(trade) == "waiting_targets");
}

TEST_CASE("F.2 idle, to_process, order_placed, finished: exits wait for the entry, then market ones are watched") {
    desk on;
    const auto trade =
        on.created_and_settled({{"/take_profit", take_profit({limit_step("63000", "50"), market_step("66000", "50")})},
                                {"/stop_loss", stop_loss("57000")}});
    check_status(trade, "/position/status", "order_placed", "Placed");
    check_status(trade, "/take_profit/steps/0/status", "idle", "Pending");
    check_status(trade, "/stop_loss/status", "idle", "Pending");
    on.price("60000");
    on.settle();
    const auto open = on.see(trade);
    check_status(open, "/position/status", "finished", "Finished");
    check_status(open, "/take_profit/steps/0/status", "order_placed", "Placed");
    check_status(open, "/take_profit/steps/1/status", "to_process", "Pending");
    check_status(open, "/stop_loss/status", "to_process", "Pending");
    on.price("63000");
    on.settle();
    check_status(on.see(trade), "/take_profit/steps/0/status", "finished", "Finished");
}

TEST_CASE("F.2 to_process: a conditional entry until its trigger, then order_placed if its order is a limit") {
    desk on;
    const auto trade = on.created_and_settled({{"/position/order_type", "conditional"},
                                               {"/position/conditional/price/value", "61500"},
                                               {"/position/conditional/order_type", "limit"}});
    check_status(trade, "/position/status", "to_process", "Pending");
    on.price("61500");
    on.settle();
    check_status(on.see(trade), "/position/status", "order_placed", "Placed");
}

TEST_CASE("F.2 trailing_activated: an entry from its trigger, a stop from the open position, a step from its target") {
    desk on;
    const auto entry = on.created_and_settled(trailing_entry("60000", "1"));
    CHECK(at(entry, "/position/status/type") == "to_process");
    on.price("60000");
    on.settle();
    check_status(on.see(entry), "/position/status", "trailing_activated", "Trailing Activated");
    on.price("61000");
    on.settle();
    CHECK(at(on.see(entry), "/position/status/type") == "finished");
    const auto trade = on.opened({{"/take_profit", take_profit({trailing_step("63000", "100", "1")})},
                                  {"/stop_loss", stop_loss("57000")},
                                  {"/stop_loss/conditional/trailing/enabled", true}});
    check_status(trade, "/stop_loss/status", "trailing_activated", "Trailing Activated");
    CHECK(at(trade, "/take_profit/steps/0/status/type") == "to_process");
    on.price("63000");
    on.settle();
    check_status(on.see(trade), "/take_profit/steps/0/status", "trailing_activated", "Trailing Activated");
    CHECK(on.status(trade) == "waiting_targets");
}

TEST_CASE("F.2 panic_sell_pending, panic_sold: a step that is closed by market") {
    desk on;
    const auto trade =
        on.opened({{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}});
    const auto step = "/trades/" + at(trade, "/take_profit/steps/0/id") + "/close_by_market";
    CHECK(on.act("POST", trade, step).status == 201);
    check_status(on.see(trade), "/take_profit/steps/0/status", "panic_sell_pending", "Panic closing");
    on.settle();
    CHECK(at(on.see(trade), "/take_profit/steps/0/status/type") == "panic_sold");
    CHECK(at(on.see(trade), "/take_profit/steps/1/status/type") == "order_placed");
}

TEST_CASE("F.2 panic_sell_pending, finished: an entry that is forced") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto told = on.act("POST", trade, "/force_start");
    check_status(told.body, "/position/status", "panic_sell_pending", "Panic closing");
    on.settle();
    check_status(on.see(trade), "/position/status", "finished", "Finished");
}

TEST_CASE("F.2 cancelled, failed, smart_sell: entries that were not made") {
    desk on;
    const auto trade = on.created_and_settled();
    on.act("DELETE", trade);
    on.settle();
    check_status(on.see(trade), "/position/status", "cancelled", "Cancelled");
    const auto own = on.created_and_settled(edits{{"/skip_enter_step", true}} + at_market + exits);
    check_status(own, "/position/status", "smart_sell", "Own funds");
    desk poor{"NONE_F2", "61000"};
    check_status(poor.created_and_settled(), "/position/status", "failed", "Failed");
}

TEST_SUITE_END();
