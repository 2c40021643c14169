#include "trade/pair.hpp"

#include <doctest/doctest.h>

using namespace smarttrade;

TEST_CASE("pair: what exchanges and people write is told as QUOTE_BASE, and no real pair is refused") {
    struct row {
        const char* written;
        const char* meant; ///< empty: as it is
    };
    for (const row& r :
         {row{"BTC/USDT", "USDT_BTC"}, row{"BTC_USDT", "USDT_BTC"}, row{"btc-usdt", "USDT_BTC"},
          row{"BTCUSDT", "USDT_BTC"}, row{"ETH:BTC", "BTC_ETH"}, row{"usdt_btc", "USDT_BTC"}, row{"USDT_BTC", ""},
          row{"BTC_ETH", ""}, row{"BTC_DAI", ""}, row{"EUR_USDT", ""}, row{"CHF_USDT", ""}, row{"IDRT_USDT", ""},
          row{"USDC_kPEPE", ""}, row{"BNFCR_1INCHUSDT", ""}, row{"ETH_ETHUSD_PERP", ""}}) {
        CAPTURE(std::string{r.written});
        CHECK(trade::pair::meant_by(r.written).value_or("") == r.meant);
    }
}
