#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "async/task_group.hpp"
#include "base/prng.hpp"
#include "http/transport.hpp"
#include "sim/evidence.hpp"
#include "sim/machine_clock.hpp"
#include "sim/story.hpp"
#include "sim/venue.hpp"

namespace smarttrade::sim {

/// What a socket of the daemon's machine needs of that machine.
struct host {
    virtual ~host() = default;
    virtual machine_clock& clock() = 0;
    /// A socket operation is about to happen; it may be the last. Never returns to a process that is dead.
    virtual asio::awaitable<void> operation() = 0;
    /// An intent is on disk that no request has left for yet; `nonce`: this one, else any. Each counts once.
    virtual bool take_intent(const std::optional<std::string>& nonce) = 0;
};

/// The way from the daemon to the exchange, as bad as the story wants it. A request that is on its way goes on whatever
/// becomes of the daemon: it lives in the world's own loop.
class network final : public http::transport {
public:
    network(asio::any_io_executor world, test::sim_clock& clock, venue& to, host& from, evidence& seen,
            base::prng draw);

    asio::awaitable<http::send_result> send(http::request what, mono_time deadline) override;

    void arm(const happening& fault) { armed_.push_back(fault); }
    void refuse_connections(mono_time until) { down_until_ = until; }
    void refuse_key(mono_time until) { key_refused_until_ = until; }
    void heal();

    std::function<void(const happening&)> on_hit; ///< a fault found its request

    async::task_group& under_way() { return carriers_; }

private:
    /// A request between the two.
    struct errand {
        http::request what;
        sent_request* seen = nullptr;
        std::optional<happening> fault;
        std::optional<http::send_result> ended;
        std::optional<mono_time> closed_at; ///< our side gave up
        asio::steady_timer* waiting = nullptr;

        void end(http::send_result how);
    };
    /// What our side holds of it; letting go closes the connection.
    struct grip;

    std::optional<happening> fault_for(const sent_request& what);
    sent_request& note(const http::request& what);
    asio::awaitable<void> carry(std::shared_ptr<errand> e);
    asio::awaitable<void> arrive_late(errand& e, milliseconds delay);
    http::response execute(errand& e, const std::string& fault = {});
    http::response misbehave(errand& e);
    milliseconds hop();
    const paper::trade_record* trade_at(const std::string& path) const; ///< null: there is none
    std::string terms_at(const std::string& path) const;
    std::optional<change_seen> look_at(const sent_request& what) const;

    test::sim_clock& clock_;
    venue& to_;
    host& from_;
    evidence& seen_;
    base::prng draw_;
    std::vector<happening> armed_;
    mono_time down_until_{}, key_refused_until_{};
    async::task_group carriers_;
};

} // namespace smarttrade::sim
