#pragma once

#include <functional>
#include <string>

#include "async/wakeup.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"
#include "service/ledger.hpp"

namespace smarttrade::service {

/// A nonce nobody has used: 8 of [a-z2-7]. From the system's random source in the daemon, seeded in simulation.
using nonce_source = std::function<std::string()>;
nonce_source random_nonces();
std::uint64_t random_seed(); ///< from the system's random source

/// Sends creates: waits for a slot, makes the intent durable, sends once, makes the outcome durable.
class submitter {
public:
    submitter(std::string instance, nonce_source nonces, ledger& book, async::time_source& time, log_sink& log,
              async::latch& stop);

    /// `still_wanted` is asked once the slot is there: the plans may have changed while waiting for it.
    asio::awaitable<void> create(account_port account, reconcile::wish wanted,
                                 std::function<bool(const reconcile::wish&)> still_wanted);

private:
    asio::awaitable<void> send(account_port account, reconcile::wish wanted, wire::api_request call,
                               client::permit slot, std::string nonce);
    asio::awaitable<client::api_result<std::string>> send_or_stop(client::api_client& api, client::permit slot);
    void tell(const account_port& account, const reconcile::wish& wanted, const reconcile::fact& outcome,
              std::chrono::nanoseconds took);

    std::string instance_;
    nonce_source nonces_;
    ledger& book_;
    async::time_source& time_;
    log_sink& log_;
    async::latch& stop_;
};

} // namespace smarttrade::service
