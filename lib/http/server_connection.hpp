#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/asio/ip/tcp.hpp>

#include "http/server.hpp"

namespace smarttrade::http {

/// One peer of a server, from its first byte to its last. It holds a few KiB at most while it waits for a request.
class server_connection {
public:
    /// What it is at. `idle`: waits for a request; `arriving`: has a part of one; `at_work`: the handler has it,
    /// without a deadline; `answering`: the peer takes the answer; `leaving`: closed, or about to be.
    enum class phase { idle, arriving, at_work, answering, leaving };

    server_connection(asio::ip::tcp::socket socket, async::time_source& time, const server_bounds& bounds);

    /// Why something is no request: answered, and then the connection is closed.
    struct refusal {
        int status = 0;
        std::string error, why;
    };
    using arrival = std::variant<std::monostate, request, refusal>; ///< monostate: the peer is gone, or was closed
    asio::awaitable<arrival> read();
    /// False: the connection is of no more use.
    asio::awaitable<bool> answer(response reply);
    asio::awaitable<void> refuse(refusal why);
    void hang_up(delivery how);

    phase now() const { return phase_; }
    bool is_late() const { return phase_ != phase::at_work && time_.now() >= deadline_; }

private:
    class reading;

    asio::awaitable<bool> receive(std::size_t most);
    asio::awaitable<bool> send(std::string_view head, std::string_view body = {});
    asio::awaitable<void> trickle(std::string text);
    asio::awaitable<void> leave();
    void enter(phase what, std::chrono::seconds at_most);

    asio::ip::tcp::socket socket_;
    async::time_source& time_;
    const server_bounds& bounds_;
    phase phase_ = phase::idle;
    async::mono_time deadline_;
    bool keep_alive_ = true;
    bool is_old_ = false;    ///< HTTP/1.0: it must be told that its connection is kept
    bool head_only_ = false; ///< the request was HEAD
    std::string unread_;     ///< of the next request
};

} // namespace smarttrade::http
