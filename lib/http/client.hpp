#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "async/time_source.hpp"
#include "http/endpoint.hpp"
#include "http/resolver.hpp"
#include "http/transport.hpp"

namespace smarttrade::http {

struct client_options {
    endpoint where;
    std::string ca_file; ///< empty: the system's trust store
    std::size_t max_connections = 8;
};

/// A transport over the network. Used on its executor only.
struct client : transport {
    /// Reads the trust store again, which blocks for 20 ms: connections made from now on believe the new one, idle ones
    /// are closed. If it cannot be used the old one stays; then, why.
    virtual std::optional<std::string> reload_trust() = 0;
};

/// HTTP/1.1 over TCP or TLS (1.2 and up, name verified) to one server. Keeps at most `max_connections` open; requests
/// wait for one of them in order of arrival, inside their deadline. A connection that the server has closed, or on
/// which it has said anything unasked, is noticed before anything is written to it, so that a stale keep-alive never
/// makes a request's outcome unknown. Replies: at most 16 MiB. Throws std::runtime_error if `where` is plain HTTP to
/// another machine, or one that names `ca_file` if TLS needs it and it cannot be used.
std::unique_ptr<client> make_client(asio::any_io_executor ex, async::time_source& time, client_options options);

/// The same with another source of addresses.
std::unique_ptr<client> make_client(asio::any_io_executor ex, async::time_source& time, client_options options,
                                    std::unique_ptr<resolver> names);

} // namespace smarttrade::http
