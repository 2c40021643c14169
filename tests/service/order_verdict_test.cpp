#include <doctest/doctest.h>

#include "reconcile/scene.hpp"
#include "service/order_verdict.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using service::operator_answer;
using service::operator_word;
using trade::trade_status;

namespace {

const trade::trade_identity btc{main_account, "btc", 1};

/// The trade btc, created and seen, and a person who commands it.
struct desk {
    desk() {
        all.want("btc");
        all.created("btc", "aaaaaaaa", 7);
        show(trade_status::waiting_position);
    }

    trade::smart_trade& show(trade_status status) {
        auto& entity = all.see(7, scene::tag("btc", "aaaaaaaa"), status);
        entity.is_position_not_filled = status == trade_status::waiting_position || status == trade_status::cancelled;
        return entity;
    }
    void order(const std::string& word) {
        all.now += 1s;
        since = all.now;
        auto said = all.tell(fact_kind::ordered, "");
        said.identity = btc;
        said.text = word;
        all.past.apply(said, all.now);
    }
    void sent(const std::string& word, outcome ended) {
        all.now += 1s;
        auto write = all.tell(fact_kind::write, "");
        write.identity = btc;
        write.trade_id = trade::smart_trade_id{7};
        write.nonce = "bbbbbbbb";
        write.text = word;
        all.past.apply(write, all.now);
        write.kind = fact_kind::written;
        write.ended = ended;
        write.text = "not in this status";
        all.past.apply(write, all.now);
    }

    std::optional<operator_answer> answer(operator_word word) {
        decided = all.decide();
        return service::answer_without_order(word, btc, known());
    }
    std::optional<operator_answer> verdict(operator_word word) {
        decided = all.decide();
        return service::verdict_on_order(word, btc, since, known());
    }
    service::order_knowledge known() const { return {decided, all.wishes, all.past, all.seen, is_read}; }

    scene all;
    decision decided;
    mono_time since{};
    bool is_read = true;
};

} // namespace

TEST_CASE("order: a close is done once the trade is seen to have ended, with price, profit and id") {
    desk at;
    at.show(trade_status::waiting_targets);
    at.order("close");
    at.sent("close", outcome::accepted);
    CHECK_FALSE(at.verdict(operator_word::close).has_value());
    auto& entity = at.show(trade_status::panic_sold);
    entity.closed_amount = money::quantity{money::decimal{1, 2}};
    entity.average_close_price = money::price{money::decimal{59'946'74, 2}};
    entity.profit.volume = money::money{money::decimal{-119, 2}};
    const auto told = at.verdict(operator_word::close);
    REQUIRE(told.has_value());
    CHECK(told->done);
    CHECK(told->why == "btc is closed at 59946.74, profit -1.19USDT (id 7)");
}

TEST_CASE("order: a close that the exchange refused because the trade had ended is done") {
    desk at;
    at.show(trade_status::waiting_targets);
    at.order("close");
    at.sent("close", outcome::refused);
    CHECK_FALSE(at.verdict(operator_word::close).has_value()); // why, only a look after it tells
    at.all.now += 1s;
    at.show(trade_status::stop_loss_finished);
    const auto told = at.verdict(operator_word::close);
    REQUIRE(told.has_value());
    CHECK(told->done);
    CHECK(told->why == "btc has ended by its stop (id 7)");
}

TEST_CASE("order: a close that the exchange refused of a trade that lives on is refused in its words") {
    desk at;
    at.show(trade_status::waiting_targets);
    at.order("close");
    at.sent("close", outcome::refused);
    at.all.now += 1s;
    at.show(trade_status::waiting_targets);
    const auto told = at.verdict(operator_word::close);
    REQUIRE(told.has_value());
    CHECK_FALSE(told->done);
    CHECK(told->why == "the exchange refused it: not in this status");
}

TEST_CASE("order: an edit that was refused meanwhile is no verdict on a close") {
    desk at;
    at.show(trade_status::waiting_targets);
    at.order("close");
    at.sent("update", outcome::refused);
    at.all.now += 1s;
    at.show(trade_status::waiting_targets);
    CHECK_FALSE(at.verdict(operator_word::close).has_value());
}

TEST_CASE("order: a cancel of a trade that enters meanwhile is refused, and says what sells it") {
    desk at;
    at.order("cancel");
    at.show(trade_status::waiting_targets);
    const auto told = at.verdict(operator_word::cancel);
    REQUIRE(told.has_value());
    CHECK_FALSE(told->done);
    CHECK(told->why == "btc has entered meanwhile: smarttraded close btc sells it");
}

TEST_CASE("order: what was ended with coins held says so") {
    desk at;
    at.order("cancel");
    auto& entity = at.show(trade_status::cancelled);
    entity.entered_amount = money::quantity{money::decimal{4, 1}};
    const auto told = at.verdict(operator_word::cancel);
    REQUIRE(told.has_value());
    CHECK(told->why == "btc is cancelled (id 7); 0.4 BTC are held without an exit");
}

TEST_CASE("order: while a trade is being ended, enter and process are refused: one word counts, the newest") {
    desk at;
    at.order("close");
    for (const auto word : {operator_word::enter, operator_word::process}) {
        const auto told = at.answer(word);
        REQUIRE(told.has_value());
        CHECK_FALSE(told->done);
        CHECK(told->why == "its close is under way: smarttraded status btc");
    }
    CHECK_FALSE(at.answer(operator_word::close).has_value()); // said again, it counts again
}

TEST_CASE("order: retry is for what was refused or is blocked") {
    desk at;
    const auto told = at.answer(operator_word::retry);
    REQUIRE(told.has_value());
    CHECK_FALSE(told->done);
    CHECK(told->why == "btc is not blocked, nothing of it was refused: smarttraded status btc");
    at.sent("update", outcome::refused);
    CHECK_FALSE(at.answer(operator_word::retry).has_value());
}

TEST_CASE("order: before the accounts are read, a name that no plan has may still be a trade of ours") {
    desk at;
    at.all.wishes.clear();
    at.all.seen.trades.clear();
    at.is_read = false;
    CHECK(at.answer(operator_word::close)->why
          == "btc is in no plan, and the accounts are not yet read: smarttraded status");
    at.is_read = true;
    CHECK(at.answer(operator_word::close)->why == "btc is in no plan and no trade of ours: smarttraded status");
}

TEST_CASE(
    "order: a close whose cancel came too late goes on: it is sold then, and nobody is told that it was refused") {
    desk at;
    at.order("close");
    at.sent("cancel", outcome::refused);
    at.all.now += 1s;
    at.show(trade_status::waiting_targets);
    CHECK_FALSE(at.verdict(operator_word::close).has_value());
}

TEST_CASE("order: a cancel under way is waited for, whatever a look shows meanwhile") {
    desk at;
    at.order("cancel");
    at.sent("cancel", outcome::unknown);
    at.all.now += 1s;
    at.show(trade_status::waiting_targets);
    CHECK_FALSE(at.verdict(operator_word::cancel).has_value());
}

TEST_CASE("order: another word takes no close back, and a word that was replaced says by what") {
    desk at;
    at.order("close");
    CHECK(at.answer(operator_word::cancel)->why == "its close is under way: smarttraded status btc");
    const auto since = at.since;
    at.order("release");
    at.since = since;
    const auto told = at.verdict(operator_word::close);
    REQUIRE(told.has_value());
    CHECK_FALSE(told->done);
    CHECK(told->why == "`smarttraded release` came after it");
}

TEST_CASE("order: what is in no plan is closed or released, never entered") {
    desk at;
    at.all.wishes.clear();
    CHECK(at.answer(operator_word::enter)->why == "btc is in no plan: only close, cancel and release work on it");
    CHECK_FALSE(at.answer(operator_word::close).has_value());
}
