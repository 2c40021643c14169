#include "service/account_type.hpp"

#include "service/world.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

constexpr const char* one_plan = R"(trades:
  btc: {pair: USDT_BTC, instant: true, position: {type: buy, order_type: limit, units: 0.01, price: 9000}}
)";

trade::account account(const char* type, const char* market_code, const char* market) {
    trade::account made;
    made.type = type;
    made.market_code = market_code;
    made.market = market;
    return made;
}

} // namespace

TEST_CASE("A.7: an account fits its mode only if it says of itself what it is") {
    struct row {
        const char *type, *market_code, *market;
        bool fits_paper, fits_real;
    };
    for (const row& r :
         {row{"paper_trading", "paper_trading", "Binance Spot account simulator", true, false},
          row{"paper_trading", "", "", true, false}, row{"", "", "Binance Spot account simulator", true, false},
          row{"", "paper_trading", "", true, false}, row{"binance", "binance", "Binance Spot", false, true},
          row{"binance", "binance", "Binance Spot account simulator", false, false},
          row{"binance", "paper_trading", "", false, false}, row{"", "bybit_spot", "", false, true},
          row{"", "", "", false, false}, row{"", "", "Binance Spot", false, false}}) {
        CAPTURE(r.type);
        CAPTURE(r.market_code);
        CAPTURE(r.market);
        const auto told = account(r.type, r.market_code, r.market);
        CHECK(service::contradiction(trade::account_mode::paper, told).empty() == r.fits_paper);
        CHECK(service::contradiction(trade::account_mode::real, told).empty() == r.fits_real);
    }
}

TEST_CASE("A.7: nothing is ever written with mode: paper to an account that is real, and one line says so") {
    test::world w{"binance"};
    w.run_daemon(one_plan, 60min);
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("account.unfit") == 1);
    CHECK(w.log.count("it is a real account (binance), but its mode here is paper: nothing is written there; mend "
                      "accounts.main.mode or its id")
          == 1);
}

TEST_CASE("A.7: nothing is written before the account has said what it is") {
    test::world w;
    w.wire.force("GET /public/api/ver1/accounts/1", 500);
    w.run_daemon(one_plan, 10min);
    CHECK(w.wire.creates() == 0);
    w.wire.force("", 0);
    w.run_daemon(one_plan, 2min);
    CHECK(w.wire.creates() == 1);
}

TEST_CASE("A.7: an account the exchange does not show is told as such, and nothing is written") {
    test::world w;
    w.wire.force("GET /public/api/ver1/accounts/1", 404);
    w.run_daemon(one_plan, 10min);
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("the exchange does not show account 1") == 1);
}

TEST_CASE("credential: a key that was read again is tried at once, not after the pause of the refused one") {
    test::world w;
    w.wire.force("GET /public/api/v2/smart_trades", 401);
    const auto mend = [&w](service::reconciler& reconciler) {
        CHECK(w.wire.creates() == 0);
        w.wire.force("", 0);
        reconciler.key_renewed();
    };
    w.run_daemon(one_plan, 20min, {}, mend);
    CHECK(w.wire.creates() == 1); // the next probe of the refused key would have come after 21 minutes
}

TEST_CASE("A.7: nothing is ever written with mode: real to an account that is paper") {
    test::world w{"paper_trading", trade::account_mode::real};
    w.run_daemon(one_plan, 60min);
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("it is a paper account (paper_trading), but its mode here is real") == 1);
}
