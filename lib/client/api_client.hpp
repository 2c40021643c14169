#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "client/api_result.hpp"
#include "client/rate_gate.hpp"
#include "client/rate_limiter.hpp"
#include "http/transport.hpp"
#include "trade/smart_trade.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::client {

namespace asio = boost::asio;

/// What signs the requests of one API key. Never printed.
struct api_key {
    std::string key;
    std::string secret;
};

/// A request with its slot in every matching limit. Destroyed without send(): the slot is given back at once.
class permit {
public:
    permit(wire::api_request what, slot held) : what_{std::move(what)}, held_{std::move(held)} {}
    const wire::api_request& request() const { return what_; }

private:
    friend class api_client;
    wire::api_request what_;
    slot held_;
};

/// The API as one account sees it through one key. Never retries; signs the bytes it sends; sends Forced-Mode on every
/// request (api.md A.7). Transport, time and gate must outlive it.
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
    /// Sends what was admitted. One request, one outcome; every reply settles the slot with the limiter. A success is
    /// the body of a 2xx, not yet read: what cannot be read then is unknown, as read_trade() says it.
    asio::awaitable<api_result<std::string>> send(permit admitted);

    /// admit and send in one, with the reply read. GETs only.
    asio::awaitable<api_result<std::vector<trade::smart_trade>>> list_page(lane who, wire::list_query query);
    asio::awaitable<api_result<trade::smart_trade>> get(lane who, trade::smart_trade_id id);

    /// The server's wall clock, from the Date of its newest reply and what passed since; ours before the first.
    base::utc_time server_now() const;

private:
    http::request signed_request(const wire::api_request& what) const;
    api_result<std::string> settle(slot& held, http::send_result reply);
    void read_clock(const http::response& reply);

    settings how_;
    http::transport& over_;
    async::time_source& time_;
    rate_gate& gate_;
    struct clock_reading {
        base::utc_time theirs{};
        async::mono_time at{};
    };
    std::optional<clock_reading> clock_;
};

/// The entity in the body of a reply. A 2xx that cannot be read may have been executed: unknown (F8).
api_result<trade::smart_trade> read_trade(const api_result<std::string>& reply);
api_result<std::vector<trade::smart_trade>> read_trades(const api_result<std::string>& reply);

} // namespace smarttrade::client
