#pragma once

#include <set>
#include <string>

#include "http/transport.hpp"
#include "sim/machine_clock.hpp"

namespace smarttrade::golden {

namespace asio = boost::asio;

/// The way to the exchange, which at times leads nowhere, or to a proxy that has nobody behind it; and keys that were
/// revoked in the app. Words are those of the real transport and the real API.
class flawed_way final : public http::transport {
public:
    flawed_way(http::transport& over, sim::machine_clock& clock) : over_{over}, clock_{clock} {}

    enum class state { open, silent, bad_gateway };
    void become(state now) { state_ = now; }
    void revoke(std::string key) { revoked_.insert(std::move(key)); }

    asio::awaitable<http::send_result> send(http::request what, async::mono_time deadline) override;

private:
    http::transport& over_;
    sim::machine_clock& clock_;
    state state_ = state::open;
    std::set<std::string> revoked_;
};

} // namespace smarttrade::golden
