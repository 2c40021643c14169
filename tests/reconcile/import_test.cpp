#include <doctest/doctest.h>

#include "paper/busy_exchange.hpp"
#include "plan/plan.hpp"
#include "plan/write_plans.hpp"
#include "reconcile/reconcile.hpp"

using namespace smarttrade;
using namespace smarttrade::reconcile;
using namespace std::chrono_literals;

namespace {

/// A daemon that has never been here, over what an account shows, with the plans that import wrote of it.
class newcomer {
public:
    newcomer(trade::account_id account, const std::vector<trade::smart_trade>& trades) : account_{account} {
        plan::surroundings around;
        around.accounts = {{"main", account}};
        const auto set = plan::merge({plan::read(plan::write_plans(trades, {"main", "sim", {}}), "p.yaml")}, around);
        REQUIRE_FALSE(base::has_errors(set.diagnostics));
        for (const auto& each : set.trades) wishes.push_back({each, "body of " + each.identity.name});
        for (const auto& each : trades) seen_.trades[each.id] = {each, now_};
        seen_.gates_open.insert(account);
        fact read;
        read.kind = fact_kind::history_read;
        read.identity.account = account;
        past_.apply(read, now_);
        market_sighting market;
        market.rates.price_step = money::price{money::decimal{1, 2}};
        market.read_begun = now_;
        for (const auto& each : trades) seen_.markets[{account, each.pair}] = market;
        rules_.instance = "sim";
        rules_.settle = 30s;
        rules_.utc_now = base::utc_time{} + 24h * 365 * 60;
    }

    decision decide() const { return reconcile::reconcile(wishes, seen_, past_, rules_, now_); }

    /// Journals what may be journaled; true if there was something.
    bool note(const decision& of) {
        bool any = false;
        for (const auto& each : of.actions) {
            if (each.kind != action_kind::bind && each.kind != action_kind::take_echo) continue;
            fact made;
            made.kind = each.kind == action_kind::bind ? fact_kind::bound : fact_kind::echo;
            made.identity = each.identity;
            made.trade_id = each.trade_id;
            if (each.kind == action_kind::take_echo) {
                made.body = each.difference.empty() ? each.text : each.text + '\n' + each.difference;
                made.shape =
                    std::make_shared<const trade::trade_shape>(trade::shape_of(seen_.trades.at(*each.trade_id).entity));
            }
            past_.apply(made, now_);
            any = true;
        }
        return any;
    }

    std::vector<wish> wishes;

private:
    trade::account_id account_;
    observed seen_;
    history past_;
    policy rules_;
    mono_time now_ = mono_time{} + 1h;
};

} // namespace

TEST_CASE("import: the first plan of what import wrote changes no trade, whatever it has come to") {
    std::size_t adopted = 0;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        CAPTURE(seed);
        test::busy_exchange exchange{seed};
        for (int look = 0; look < 4; ++look) {
            exchange.go_on(8);
            for (const auto account : {test::spot, test::contracts}) {
                const auto trades = exchange.of_account(account);
                const auto text = plan::write_plans(trades, {"main", "sim", {}});
                CAPTURE(text);
                newcomer daemon{account, trades};
                auto made = daemon.decide();
                for (int round = 0; round < 4; ++round) {
                    for (const auto& each : made.actions) {
                        CAPTURE(each.identity.name);
                        CAPTURE(each.difference);
                        CHECK_FALSE(is_write(each.kind));
                    }
                    if (!daemon.note(made)) break;
                    made = daemon.decide();
                }
                CHECK(made.holds.empty());
                for (const auto& each : made.standings) {
                    CAPTURE(each.identity.name);
                    CAPTURE(each.why);
                    CHECK(each.verdict == verdict::in_sync);
                    CHECK(each.trade_id.has_value());
                    ++adopted;
                }
            }
        }
    }
    CHECK(adopted > 1'000);
}
