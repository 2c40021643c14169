#pragma once

#include <functional>

#include "async/wakeup.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"
#include "service/ledger.hpp"
#include "service/submitter.hpp"
#include "service/unsent_writes.hpp"

namespace smarttrade::service {

/// Changes trades that exist: waits for a slot, makes the intent durable, sends once, makes the outcome durable. What a
/// change rests on is read in the same span, so that nothing can come between: that a trade to be cancelled is not
/// entered, and which orders there are before funds are moved.
class changer {
public:
    changer(nonce_source nonces, ledger& book, async::time_source& time, log_sink& log, async::latch& stop);

    /// What a change hangs on: the world may change while it waits, and while it is on its way.
    struct terms {
        std::function<bool(const reconcile::action&)> still_wanted; ///< asked once the slot is there
        std::function<void(const trade::smart_trade&, async::mono_time begun)> tell_seen; ///< what its look has shown
        std::function<void(const trade::request_failure&)> look_failed; ///< why its look has shown nothing
        std::string place;                                              ///< of its plan; empty: in no plan
        std::function<void(std::string)> stop_told;                     ///< the log was told that its stop moves there
        std::function<bool()> is_let_go; ///< asked after the look: the tag that was worn before is worn no more
    };
    /// `body`: the create body that the change brings about.
    asio::awaitable<void> change(account_port account, reconcile::action what, std::string body, terms how);

private:
    struct parcel; ///< one change on its way

    asio::awaitable<bool> look_first(const parcel& of, client::lane who, trade::smart_trade_id id);
    asio::awaitable<void> carry(parcel of);
    asio::awaitable<bool> may_leave(parcel& of);
    asio::awaitable<std::string> look_whether_entered(parcel& of);
    asio::awaitable<std::string> take_snapshot(parcel& of);
    asio::awaitable<void> end(parcel& of, reconcile::fact outcome);
    void tell(const parcel& of, const reconcile::fact& outcome);
    void tell_failed(const parcel& of, const reconcile::fact& outcome);
    void tell_update(const parcel& of);

    nonce_source nonces_;
    ledger& book_;
    async::time_source& time_;
    log_sink& log_;
    async::latch& stop_;
    unsent_writes unsent_;
};

} // namespace smarttrade::service
