#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "async/time_source.hpp"
#include "http/endpoint.hpp"
#include "http/transport.hpp"

namespace smarttrade::http {

struct client_options {
    endpoint where;
    std::string ca_file; ///< empty: the system's trust store
    std::size_t max_connections = 8;
};

/// HTTP/1.1 over TCP or TLS (1.2 and up, name verified) to one server. Keeps at most `max_connections` open; a request
/// waits for one of them inside its deadline. An idle connection that the server has closed is noticed before anything
/// is written to it, so a stale keep-alive never makes a request's outcome unknown. Replies: at most 16 MiB. Throws
/// std::runtime_error that names `ca_file` if TLS needs it and it cannot be used.
std::unique_ptr<transport> make_client(asio::any_io_executor ex, async::time_source& time, client_options options);

} // namespace smarttrade::http
