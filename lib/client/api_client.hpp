#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include "async/time_source.hpp"
#include "client/rate_limiter.hpp"
#include "http/transport.hpp"
#include "trade/outcome.hpp"
#include "trade/smart_trade.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::client {

namespace asio = boost::asio;

template <class T>
using api_result = boost::system::result<T, trade::request_failure>;
/// value() on a failed api_result throws std::runtime_error with its message. (Declared beside request_failure's
/// namespace so that argument-dependent lookup finds it: see api_client.cpp.)

/// What signs the requests of one API key. Never printed.
struct api_key {
    std::string key;
    std::string secret;
};

class rate_gate; ///< the awaitable side of rate_limiter: one per API key (rate_gate.hpp)

/// A slot in every matching bucket, taken for one request. Destroyed without send(): given back at once.
class permit;

/// The API as one account sees it through one key. Never retries a write; signs the bytes it sends; sends Forced-Mode
/// on every request.
class api_client {
public:
    struct settings {
        std::string base_path = "/public/api"; ///< path of the base URL
        trade::account_mode mode{};
        api_key key;
        std::chrono::nanoseconds timeout{}; ///< of one request, from send to last byte
    };
    api_client(settings how, http::transport& over, async::time_source& time, rate_gate& gate);

    /// Waits for a slot. Throws only when cancelled.
    asio::awaitable<permit> admit(lane who, wire::api_request what);
    /// Sends what was admitted. One request, one outcome; every reply settles the slot with the limiter.
    asio::awaitable<api_result<std::string>> send(permit slot);

    /// admit and send in one, with the reply read. GETs only.
    asio::awaitable<api_result<std::vector<trade::smart_trade>>> list_page(lane who, wire::list_query query);
    asio::awaitable<api_result<trade::smart_trade>> get(lane who, trade::smart_trade_id id);

    /// The server's wall clock, from the Date of its newest reply; ours before the first.
    base::utc_time server_now() const;
};

} // namespace smarttrade::client
