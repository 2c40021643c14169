// api.md F.3: what the entity says may be done, by status.
#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// The row of F.3: editable, panic, add, reduce, force_start, force_process, cancel, each t or f.
std::string flags_of(const json::value& trade) {
    std::string row;
    for (const auto* name : {"editable", "panic_sell_available", "add_funds_available", "reduce_funds_available",
                             "force_start_available", "force_process_available", "cancel_available"}) {
        const auto flag = at(trade, std::string{"/data/"} + name);
        row += flag == "true" ? 't' : flag == "false" ? 'f' : '?';
    }
    return row;
}

const edits simple{{"/instant", true}};
const edits at_market{{"/position/order_type", "market"}};
const edits stopped{{"/stop_loss", stop_loss("57000")}};
const std::string none = "fffffff";

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("F.3 created: a simple trade may be forced, any other only processed") {
    desk on;
    CHECK(flags_of(on.create(simple)) == "ffffttf");
    CHECK(flags_of(on.create(stopped)) == "ffffftf");
    CHECK(flags_of(on.create(edits{{"/skip_enter_step", true}} + at_market + stopped)) == "ffffftf");
}

TEST_CASE("F.3 waiting_position: all but panic and reduce; force_start once; add not for simple or trailing entries") {
    desk on;
    const auto trade = on.created_and_settled(stopped);
    CHECK(flags_of(trade) == "tftfttt");
    CHECK(flags_of(on.act("POST", trade, "/force_start").body) == "tftfftt");
    CHECK(at(on.created_and_settled(simple), "/data/add_funds_available") == "false");
    CHECK(at(on.created_and_settled(trailing_entry("60000", "1")), "/data/add_funds_available") == "false");
}

TEST_CASE("F.3 waiting_targets: all but force_start") {
    desk on;
    CHECK(flags_of(on.opened(stopped)) == "ttttftt");
}

TEST_CASE("F.3 pending_reduce_funds: panic, process, cancel") {
    desk on;
    const auto trade = on.opened(stopped);
    const auto told = on.act("POST", trade, "/reduce_funds", R"({"order_type":"market","units":{"value":"0.005"}})");
    CHECK(flags_of(told.body) == "ftffftt");
}

TEST_CASE("F.3 reduce_funds_in_progress: panic, process, cancel") {
    desk on;
    const auto trade = on.opened(stopped);
    on.act("POST", trade, "/reduce_funds",
           R"({"order_type":"limit","units":{"value":"0.005"},"price":{"value":"65000"}})");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "reduce_funds_in_progress");
    CHECK(flags_of(seen) == "ftffftt");
}

TEST_CASE("F.3 stop_loss_in_progress: panic, process, cancel") {
    desk on;
    const auto trade =
        on.opened(stopped + edits{{"/stop_loss/order_type", "limit"}, {"/stop_loss/price/value", "56900"}});
    on.price("56800");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "stop_loss_in_progress");
    CHECK(flags_of(seen) == "ftffftt");
}

TEST_CASE("F.3 panic_sell_pending, cancellation_pending: process alone") {
    desk on;
    CHECK(flags_of(on.act("POST", on.opened(stopped), "/close_by_market").body) == "ffffftf");
    CHECK(flags_of(on.act("DELETE", on.opened(stopped)).body) == "ffffftf");
}

TEST_CASE("F.3 terminal: nothing") {
    desk on;
    const auto done = on.created_and_settled(simple + at_market);
    CHECK(at(done, "/status/type") == "finished");
    CHECK(flags_of(done) == none);
    const auto stopped_out = on.opened({{"/stop_loss", stop_loss("60500")}});
    const auto sold = on.opened();
    on.act("POST", sold, "/close_by_market");
    const auto cancelled = on.opened();
    on.act("DELETE", cancelled);
    on.price("60500");
    on.settle();
    for (const auto& trade : {stopped_out, sold, cancelled}) {
        CAPTURE(on.status(trade));
        CHECK(flags_of(on.see(trade)) == none);
    }
    CHECK(on.status(stopped_out) == "stop_loss_finished");
    desk poor{"NONE_F3", "61000"};
    CHECK(flags_of(poor.created_and_settled()) == none);
}

TEST_SUITE_END();
