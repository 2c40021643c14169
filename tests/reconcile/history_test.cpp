#include "reconcile/history.hpp"

#include <doctest/doctest.h>

#include "reconcile/scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("F4: an intent without an outcome is unknown after a restart") {
    scene s;
    s.tell(fact_kind::intent, "a", "aaaaaaaa");
    s.tell(fact_kind::intent, "b", "bbbbbbbb");
    s.tell(fact_kind::outcome, "b", "bbbbbbbb", outcome::not_sent);
    const trade::trade_identity a{main_account, "a", 1};
    const trade::trade_identity b{main_account, "b", 1};
    CHECK(s.past.find(a)->last()->is == attempt_state::in_flight);
    s.past.close_open_attempts(start + 5s);
    CHECK(s.past.find(a)->last()->is == attempt_state::unknown);
    CHECK(s.past.find(a)->last()->since == start + 5s);
    CHECK(s.past.find(b)->last()->is == attempt_state::not_sent);
    CHECK_FALSE(s.past.find(a)->settled());
    CHECK(s.past.find(b)->settled());
}

TEST_CASE("history: a trade is known by its id and by every nonce that was issued for it") {
    scene s;
    s.attempted("a", "aaaaaaaa", outcome::not_sent);
    s.created("a", "bbbbbbbb", 7);
    const trade::trade_identity a{main_account, "a", 1};
    REQUIRE(s.past.owner_of_nonce("aaaaaaaa") != nullptr);
    CHECK(*s.past.owner_of_nonce("aaaaaaaa") == a);
    CHECK(*s.past.owner_of_trade({7}) == a);
    CHECK(s.past.owner_of_nonce("cccccccc") == nullptr);
    CHECK(s.past.owner_of_trade({8}) == nullptr);
    CHECK(s.past.find(a)->bound_nonce == "bbbbbbbb");
}

TEST_CASE("F15: replaying the same facts twice binds the same trade") {
    scene once;
    once.created("a", "aaaaaaaa", 7);
    scene twice;
    twice.created("a", "aaaaaaaa", 7);
    twice.tell(fact_kind::bound, "a", "aaaaaaaa", {}, 7);
    const trade::trade_identity a{main_account, "a", 1};
    CHECK(twice.past.find(a)->trade_id == once.past.find(a)->trade_id);
    CHECK(twice.past.find(a)->attempts.size() == once.past.find(a)->attempts.size());
}

TEST_CASE("history: an outcome of a nonce that was never issued changes nothing") {
    scene s;
    s.tell(fact_kind::outcome, "a", "aaaaaaaa", outcome::accepted, 7);
    CHECK(s.past.trades().empty());
}
