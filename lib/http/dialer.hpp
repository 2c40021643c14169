#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "http/connection.hpp"
#include "http/endpoint.hpp"
#include "http/resolver.hpp"
#include "http/trust_store.hpp"

namespace smarttrade::http {

/// A connection ready for requests, or one line why there is none.
struct dialled {
    std::unique_ptr<connection> on;
    std::string why;
};

/// Opens connections to one server: resolve, connect, with TLS the handshake. Its addresses are tried one after the
/// other, IPv4 and IPv6 in turn, each for its share of the time that is left, the one that answered last first. Plain
/// HTTP goes to this machine only, whatever its name resolves to.
class dialer {
public:
    /// Throws std::runtime_error if `where` is plain HTTP to another machine, or names `ca_file` if TLS needs it and it
    /// cannot be used.
    dialer(asio::any_io_executor ex, async::time_source& time, endpoint where, std::string ca_file,
           std::unique_ptr<resolver> names);

    asio::awaitable<dialled> dial(async::mono_time deadline);

    /// From the file as it is now. Throws like the constructor; the old store then stays in use.
    void reload_trust();
    bool trusts_still(const connection& on) const { return on.trusts(trust_); }

private:
    asio::awaitable<boost::system::result<dialled>> open(asio::ip::tcp::endpoint to, const char*& doing);
    void load_trust();
    std::string need_trust();
    std::string drop_foreign(addresses& found) const;

    asio::any_io_executor ex_;
    async::time_source& time_;
    endpoint where_;
    std::string ca_file_;
    std::unique_ptr<resolver> names_;
    std::shared_ptr<trust_store> trust_; // null: not needed yet. Reading the system's takes 20 ms
    std::optional<asio::ip::tcp::endpoint> answered_last_;
};

} // namespace smarttrade::http
