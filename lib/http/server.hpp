#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "async/time_source.hpp"
#include "http/transport.hpp"

namespace smarttrade::http {

/// A plain HTTP/1.1 server, for loopback. At most 256 connections at once; a request has 4 MiB and 60 s to arrive.
/// A response that does not end whole closes its connection unanswered.
class server {
public:
    server(asio::any_io_executor ex, async::time_source& time, handler serve);
    ~server();

    /// Binds and listens; port 0 takes a free one. Returns the port. Throws std::system_error
    /// that names the address.
    std::uint16_t listen(const std::string& address, std::uint16_t port);

    /// Serves until cancelled, then closes every connection.
    asio::awaitable<void> run();

private:
    struct inside;
    std::unique_ptr<inside> inside_;
};

} // namespace smarttrade::http
