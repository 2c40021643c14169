#include <doctest/doctest.h>

#include "service/meters.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using reconcile::attempt_state;
using service::end_by;
using service::end_how;
using trade::trade_status;

namespace {

constexpr base::utc_time start{std::chrono::hours{24 * 365}};

trade::smart_trade ended(trade_status how) {
    trade::smart_trade entity;
    entity.status = how;
    return entity;
}

reconcile::trade_history with_write(std::string word, attempt_state is, std::string ordered = {}) {
    reconcile::trade_history past;
    reconcile::write_attempt write;
    write.word = std::move(word);
    write.is = is;
    past.write = std::move(write);
    past.ordered = std::move(ordered);
    return past;
}

} // namespace

TEST_CASE("endings: a target, a stop and a failure are the exchange's, whatever was sent before") {
    const auto past = with_write("update", attempt_state::accepted);
    CHECK(service::ending_of(ended(trade_status::finished), past)
          == service::ending{end_how::finished, end_by::exchange});
    CHECK(service::ending_of(ended(trade_status::stop_loss_finished), past)
          == service::ending{end_how::stopped, end_by::exchange});
    CHECK(service::ending_of(ended(trade_status::failed), past) == service::ending{end_how::failed, end_by::exchange});
}

TEST_CASE("endings: a close or cancel is ours if we sent one that may have been carried out, else somebody else's") {
    struct row {
        const char* name;
        reconcile::trade_history past;
        end_by by;
    };
    const row rows[] = {
        {"nothing was ever sent", {}, end_by::elsewhere},
        {"an edit was", with_write("update", attempt_state::accepted), end_by::elsewhere},
        {"a close that was refused", with_write("close", attempt_state::refused), end_by::elsewhere},
        {"a close that never left", with_write("close", attempt_state::not_sent, "close"), end_by::elsewhere},
        {"the plan's close", with_write("close", attempt_state::accepted), end_by::plan},
        {"on its way", with_write("close", attempt_state::in_flight), end_by::plan},
        {"its reply was lost", with_write("close", attempt_state::unknown), end_by::plan},
        {"of its last step", with_write("close_step", attempt_state::accepted), end_by::plan},
        {"an old order of another kind", with_write("cancel", attempt_state::accepted, "enter"), end_by::plan},
        {"the operator's", with_write("close", attempt_state::accepted, "close"), end_by::operators},
        {"the operator's cancel", with_write("cancel", attempt_state::accepted, "cancel"), end_by::operators}};
    for (const auto& each : rows) {
        CAPTURE(each.name);
        CHECK(service::ending_of(ended(trade_status::panic_sold), each.past)
              == service::ending{end_how::closed, each.by});
        CHECK(service::ending_of(ended(trade_status::cancelled), each.past)
              == service::ending{end_how::cancelled, each.by});
    }
}

TEST_CASE("meters: requests are counted by endpoint and outcome, never by id") {
    service::meters counts{start};
    for (const std::int64_t id : {30404547, 7}) {
        counts.request_ended(wire::get_trade(trade::smart_trade_id{id}), trade::outcome::accepted, 40ms);
        counts.request_ended(wire::close_sub_trade(trade::smart_trade_id{id}, trade::sub_trade_id{id}),
                             trade::outcome::unknown, 15s);
    }
    const std::map<service::meters::request_kind, std::uint64_t> expected{
        {{"GET /v2/smart_trades/{id}", trade::outcome::accepted}, 2},
        {{"POST /v2/smart_trades/{id}/trades/{id}/close_by_market", trade::outcome::unknown}, 2}};
    CHECK(counts.requests() == expected);
    CHECK(counts.request_times().count() == 4);
    CHECK(counts.request_times().sum() == 30080ms);
}

TEST_CASE("meters: every ending is there from the start, and no other") {
    service::meters counts{start};
    CHECK(counts.endings().size() == service::all_endings.size());
    for (const auto& [how, count] : counts.endings()) CHECK(count == 0);
    counts.trade_ended({end_how::stopped, end_by::exchange});
    CHECK(counts.endings().at({end_how::stopped, end_by::exchange}) == 1);
}

TEST_CASE("meters: an edit is timed from the newest write of a file, unless that write was none of this edit") {
    service::meters counts{start};
    const auto seen = [&] { return counts.edit_times().count(); };
    counts.plans_accepted(start + 1s, start - 48h); // the plans that were there at the start
    CHECK(seen() == 0);
    CHECK(counts.accepted_at() == start + 1s);
    counts.plans_accepted(start + 100s, start + 98s);
    CHECK(seen() == 1);
    CHECK(counts.edit_times().sum() == 2s);
    counts.plans_accepted(start + 200s, start + 98s); // reload without an edit, or a file that was taken away
    counts.plans_accepted(start + 300s, start - 48h); // an old file was moved here
    counts.plans_accepted(start + 400s, start + 1h);  // from the future
    counts.plans_accepted(start + 500s, std::nullopt);
    CHECK(seen() == 1);
    CHECK(counts.accepted_at() == start + 500s);
    counts.plans_accepted(start + 600s, start + 600s);
    CHECK(seen() == 2);
}

TEST_CASE("meters: plans that were refused at the start count from the write that mends them") {
    service::meters counts{start};
    CHECK_FALSE(counts.accepted_at());
    counts.plans_accepted(start + 1h, start + 1h - 3s);
    CHECK(counts.edit_times().sum() == 3s);
}
