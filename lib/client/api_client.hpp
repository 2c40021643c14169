#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "base/prng.hpp"
#include "base/secret.hpp"
#include "client/api_result.hpp"
#include "client/rate_gate.hpp"
#include "client/rate_limiter.hpp"
#include "http/transport.hpp"
#include "trade/account.hpp"
#include "trade/smart_trade.hpp"
#include "wire/api_request.hpp"
#include "wire/json_document.hpp"
#include "wire/signature.hpp"

namespace smarttrade::client {

namespace asio = boost::asio;

/// What signs the requests of one API key. Never printed.
struct api_key {
    base::secret key;
    wire::signer signer;
};

/// A request with its slot in every matching limit. Destroyed without send(): the slot is given back at once.
class permit {
public:
    permit(wire::api_request what, slot held, std::uint64_t number = 0)
        : what_{std::move(what)}, held_{std::move(held)}, number_{number} {}
    const wire::api_request& request() const { return what_; }
    /// Of those that this client was given since it began, from 1; some are given back unsent.
    std::uint64_t number() const { return number_; }
    /// Another body for the same call: what is sent is decided when the slot is there.
    void rewrite(wire::api_request what);

private:
    friend class api_client;
    wire::api_request what_;
    slot held_;
    std::uint64_t number_;
};

/// Told of each request that was sent, how it ended (an answered 2xx is accepted, read or not), and how long it took.
using request_watcher = std::function<void(const wire::api_request&, trade::outcome, std::chrono::nanoseconds)>;

/// The pause before the first repetition of a read; each further one is twice as long.
inline constexpr std::chrono::milliseconds first_pause{250};

/// The API as one account sees it through one key. Signs the bytes it sends; sends Forced-Mode on every request, the
/// same on every repetition (api.md A.7). A write is sent once: whether it may be sent again is decided by reconcile,
/// not here. Transport, time and gate must outlive it.
class api_client {
public:
    struct settings {
        std::string base_path = "/public/api"; ///< path of the base URL
        trade::account_mode mode{};
        api_key key;
        std::chrono::nanoseconds timeout{}; ///< of a request from send to last byte; of a read with its repetitions
        std::uint64_t jitter_seed = 1;      ///< of the pauses between repetitions: clients must not knock in step
        request_watcher watcher{};          ///< null: nobody counts
    };
    api_client(settings how, http::transport& over, async::time_source& time, rate_gate& gate);

    /// Waits for a slot. Throws only when cancelled.
    asio::awaitable<permit> admit(lane who, wire::api_request what);
    /// As admit; nothing if no slot came free by then. For a second slot while one is held: waiting for ever would
    /// keep others from theirs.
    asio::awaitable<std::optional<permit>> admit_before(lane who, wire::api_request what, async::mono_time deadline);
    /// Sends what was admitted. One request, one outcome; every reply settles the slot with the limiter. A success is
    /// the body of a 2xx, not yet read: what cannot be read then is unknown, as read_trade() says it.
    asio::awaitable<api_result<std::string>> send(permit admitted);

    template <class T> using reader = wire::reading<T> (*)(std::string_view body);

    /// admit and send in one, with the reply read: for requests that change nothing. What ends unsent, unknown or
    /// unreadable is sent again after a growing, jittered pause as long as `timeout` since the first slot allows; each
    /// repetition takes a slot of its own.
    template <class T> asio::awaitable<api_result<T>> read(lane who, wire::api_request what, reader<T> read_body);

    asio::awaitable<api_result<std::vector<trade::smart_trade>>> list_page(lane who, wire::list_query query);
    asio::awaitable<api_result<trade::smart_trade>> get(lane who, trade::smart_trade_id id);
    asio::awaitable<api_result<trade::account>> account(lane who, trade::account_id id);
    /// By GET as the newer documentation has it, else by POST as the older one (api.md D.6).
    asio::awaitable<api_result<money::quantity>> reduce_funds_max(lane who, trade::smart_trade_id id);

    /// From now on requests are signed with this key; those under way end with the old one.
    void use(api_key key) { how_.key = std::move(key); }

    /// The server's wall clock, from the Date of its newest reply and what passed since; ours before the first.
    base::utc_time server_now() const;
    /// False after the machine slept or its clock was set, until the next reply: then that estimate may be far off, and
    /// so may be whatever was read before (F19).
    bool knows_server_time() const;

private:
    asio::awaitable<api_result<std::string>> send_before(permit admitted, async::mono_time deadline);
    std::chrono::nanoseconds jittered(std::chrono::nanoseconds pause);
    trade::request_failure without_secrets(trade::request_failure told, const wire::api_request& what) const;
    http::request signed_request(const wire::api_request& what) const;
    api_result<std::string> settle(slot& held, http::send_result reply);
    void read_clock(const http::response& reply);

    settings how_;
    http::transport& over_;
    async::time_source& time_;
    rate_gate& gate_;
    base::prng jitter_;
    std::uint64_t permits_ = 0;
    struct clock_reading {
        base::utc_time theirs{}, ours{};
        async::mono_time at{};
    };
    std::optional<clock_reading> clock_;
};

/// The entity in the body of a reply. A 2xx that cannot be read may have been executed: unknown (F8).
template <class T>
api_result<T> read_reply(const api_result<std::string>& reply, wire::reading<T> (*read_body)(std::string_view)) {
    if (!reply) return reply.error();
    auto read = read_body(*reply);
    if (read) return std::move(*read);
    trade::request_failure failure;
    failure.http_status = 200;
    failure.message = "the reply cannot be read: " + read.error().reason;
    return failure;
}
api_result<trade::smart_trade> read_trade(const api_result<std::string>& reply);

template <class T>
asio::awaitable<api_result<T>> api_client::read(lane who, wire::api_request what, reader<T> read_body) {
    const auto counted_as = what.method + ' ' + what.path;
    std::optional<slot> held;
    auto first = co_await gate_.acquire(who, counted_as);
    held.emplace(std::move(first));
    const auto deadline = time_.now() + how_.timeout;
    for (auto pause = first_pause;; pause *= 2) {
        permit admitted{what, std::move(*held), ++permits_};
        const auto reply = co_await send_before(std::move(admitted), deadline);
        auto ended = read_reply(reply, read_body);
        const auto next = time_.now() + jittered(pause);
        const bool repeats =
            !ended && (ended.error().kind == trade::outcome::unknown || ended.error().kind == trade::outcome::not_sent);
        if (!repeats || next >= deadline) co_return ended;
        co_await time_.sleep_until(next);
        auto again = co_await gate_.acquire_before(who, counted_as, deadline);
        if (!again) co_return ended;
        held.emplace(std::move(*again));
    }
}

} // namespace smarttrade::client
