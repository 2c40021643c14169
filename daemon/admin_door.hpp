#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "http/server.hpp"
#include "service/admin.hpp"

namespace smarttrade::daemon {

namespace asio = boost::asio;

/// The admin pages at the address of `admin.listen`. Bounded tightly: a scraper needs one connection, and whoever is on
/// this machine may knock.
class admin_door {
public:
    /// `listen` as the configuration was read: a loopback address or localhost, and a port; 0 takes a free one. `pages`
    /// without its host. Throws std::runtime_error that says what to do, above all if the port is taken.
    admin_door(asio::any_io_executor ex, async::time_source& time, const std::string& listen,
               service::admin_pages pages);

    const std::string& address() const { return address_; } ///< with the port that it really has
    asio::awaitable<void> run() { return server_.run(); }   ///< until cancelled

private:
    service::admin_pages pages_;
    http::server server_;
    std::string address_;
};

} // namespace smarttrade::daemon
