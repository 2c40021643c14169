#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "async/time_source.hpp"
#include "http/transport.hpp"

namespace smarttrade::http {

/// What a server puts up with. Times are looked at once a second.
struct server_bounds {
    std::size_t connections_max = 512; ///< one more, and the one that is longest without a whole request gives way
    std::size_t header_max = std::size_t{64} << 10U; ///< bytes; beyond it 431
    std::size_t fields_max = 100;                    ///< beyond it 431
    std::size_t body_max = std::size_t{1} << 20U;    ///< bytes; beyond it 413
    std::chrono::seconds idle_max{60};               ///< from one answer to the first byte of the next request
    std::chrono::seconds arrival_max{20};            ///< from a request's first byte to its last, however they trickle
    std::chrono::seconds answer_max{30};             ///< for a peer to take a whole answer
};

/// A plain HTTP/1.1 server, for loopback. Requests of one connection are answered in their order. What is no request is
/// answered 400, 413 or 431 in the API's form of an error, and its connection closed; a handler that throws is answered
/// 500. A response that does not end whole closes its connection unanswered.
/// HEAD comes to the handler as GET, and its answer leaves without the body. An HTTP/1.0 peer keeps its connection if
/// it asks for that.
class server {
public:
    server(asio::any_io_executor ex, async::time_source& time, handler serve, server_bounds bounds = {});
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
