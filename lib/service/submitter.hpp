#pragma once

#include <functional>
#include <string>

#include "async/wakeup.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"
#include "service/ledger.hpp"
#include "service/unsent_writes.hpp"

namespace smarttrade::service {

/// A nonce nobody has used: 8 of [a-z2-7]. From the system's random source in the daemon, seeded in simulation.
using nonce_source = std::function<std::string()>;
nonce_source random_nonces();
std::uint64_t random_seed(); ///< from the system's random source

/// How long a request that is looked for first holds the slot of its look. Then both are tried for anew.
inline constexpr std::chrono::seconds second_slot_wait{90};

/// Sends, unless the daemon is to end before a reply comes: then the outcome is unknown.
asio::awaitable<client::api_result<std::string>> send_or_stop(client::api_client& api, client::permit slot,
                                                              async::latch& stop);

/// How a request went, for the log.
struct sent_how {
    std::uint64_t number = 0; ///< as the client counts what it sends
    std::string request_id;   ///< X-Request-Id of a failure; empty: none
    std::chrono::nanoseconds took{};
};
/// `req= took=`, and of a failure the `xrid=` that 3Commas' support asks for.
void add_sent(log_event& line, const sent_how& sent);

/// Sends creates: waits for a slot, makes the intent durable, sends once, makes the outcome durable.
class submitter {
public:
    submitter(std::string instance, nonce_source nonces, ledger& book, async::time_source& time, log_sink& log,
              async::latch& stop);

    /// What a create hangs on once its slot is there: the world may have changed while it waited.
    struct terms {
        std::optional<wire::api_request> look; ///< a read that comes right before it: of the price
        std::function<void(const client::api_result<std::string>&)> looked;
        std::function<std::optional<trade::trade_request>()> decide; ///< what to send, without a note; nothing: not now
    };
    asio::awaitable<void> create(account_port account, reconcile::wish wanted, terms how);

private:
    asio::awaitable<void> send(account_port account, reconcile::wish wanted, client::permit slot, std::string nonce);
    void tell(const account_port& account, const reconcile::wish& wanted, const reconcile::fact& outcome,
              const sent_how& sent);

    std::string instance_;
    nonce_source nonces_;
    ledger& book_;
    async::time_source& time_;
    log_sink& log_;
    async::latch& stop_;
    unsent_writes unsent_;
};

} // namespace smarttrade::service
