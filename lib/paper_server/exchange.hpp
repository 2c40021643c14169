#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "base/utc_time.hpp"
#include "http/transport.hpp"
#include "money/amount.hpp"
#include "paper/market.hpp"
#include "paper_server/faults.hpp"
#include "paper_server/unfit.hpp"
#include "trade/pair.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

namespace asio = boost::asio;

/// Everything a paper exchange is started with: the flags of `smarttraded paper` (design.md 7).
struct options {
    struct api_key {
        std::string key;
        std::string secret;                     ///< of the HMAC
        std::set<std::string> permissions = {}; ///< `SMART_TRADES_READ`, ..; empty: all of them
        std::string rsa_public_pem = {};        ///< not empty: the key signs with RSA, and there is no secret
    };
    struct account {
        trade::account_id id;
        std::string type = "paper_trading"; ///< paper_trading | binance | binance_futures
        bool leverage = false;              ///< the embedded accounts accept it though they are paper_trading
        std::map<std::string, money::decimal> balance;
    };
    struct quote {
        money::price bid, ask, last;
    };
    struct walk {
        std::uint64_t seed = 1;
        money::percent swing{money::decimal{1}}; ///< typical move a minute
    };
    struct replay {
        trade::pair on;
        std::string file;        ///< a recording
        money::decimal speed{1}; ///< so much faster than it was recorded; 0.001 to 1000000
    };
    std::vector<api_key> keys;
    std::vector<account> accounts;
    std::map<trade::pair, quote> prices;
    std::map<trade::pair, paper::market_limits> limits; ///< of a pair that is not here: the defaults
    money::decimal commission{1, 3};
    std::uint64_t seed = 1;         ///< of ids
    bool strict_signatures = false; ///< takes the documented forms alone (api.md A.4), else those of the field too
    bool manual_clock = false;      ///< time moves by posted ticks only
    base::utc_time start{};         ///< the clock at start; the epoch: the machine's
    bool rate_limits = true;        ///< documented | off
    std::int64_t ban_after = 10;    ///< answers 429 inside one block; the next request is banned
    std::vector<fault> faults;      ///< on from the start
    std::string state_file;         ///< empty: nothing is kept
    std::variant<std::monostate, walk, replay> market; ///< none: prices move by posted ticks only
};

struct memory;

/// The paper exchange behind the API's own HTTP: one handler for a server, for an in-process transport and for tests.
/// State changes are in `state_file` before the answer leaves. Throws std::runtime_error if that cannot be opened, for
/// an RSA key that is none, and for balances above 10^15, prices above 10^9 and more than 8 decimals in either.
class exchange {
public:
    exchange(options how, async::time_source& time);
    ~exchange();

    /// `ends` and `delay` of the answer are what a fault made of it; who sends it obeys them. Blocks, bans, what counts
    /// towards a fault and late commits that are not yet due are not kept in `state_file`.
    http::response answer(const http::request& what);

    /// The engine's state and the request log, without HTTP and its cost. A late commit that fell due after the last
    /// answer or tick is not in it yet.
    const memory& truth() const;

    /// Moves the market and the asynchronous transitions along with the real clock, until cancelled; what goes wrong
    /// meanwhile is told on stderr, once a minute at most. With a manual clock it only waits.
    asio::awaitable<void> run();

private:
    struct inside;
    std::unique_ptr<inside> inside_;
};

} // namespace smarttrade::paper_server
