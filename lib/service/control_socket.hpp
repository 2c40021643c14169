#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "service/peer.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// Takes one request line and gives the answer line, both without line feed. May take its time: no other peer waits.
using control_handler = std::function<asio::awaitable<std::string>(std::string line, peer who)>;

/// Fills in what a peer may do: operator_rights.
using peer_judge = std::function<void(peer& who)>;

/// What the socket puts up with.
struct control_bounds {
    std::size_t peers_max = 32; ///< one more, and one that waits gives way: first those that may only look
    /// Of those, the peers that may only look. The places left are for `halt` and `close`, however many look and wait
    /// for a slow answer.
    std::size_t readers_max = 24;
    std::size_t line_max = std::size_t{64} << 10U;          ///< bytes, of a peer that may only look
    std::size_t operator_line_max = std::size_t{32} << 20U; ///< bytes, of one that may command: plans come so
    std::chrono::seconds line_wait_max{30}; ///< from the answer before to the end of the next line, however it trickles
    std::chrono::seconds answer_wait_max{10}; ///< for a peer to take a whole answer
};

/// The daemon's Unix socket: JSON lines, mode 0660, of the group `smarttraded` where there is one (design.md 9). The
/// lines of one peer are answered in their order.
class control_socket {
public:
    control_socket(asio::any_io_executor ex, std::string path, peer_judge judge, control_handler handler,
                   async::time_source& time, control_bounds bounds = {});
    control_socket(const control_socket&) = delete;
    control_socket& operator=(const control_socket&) = delete;
    ~control_socket(); ///< removes the socket file

    /// Binds; a socket file left by a killed daemon is replaced. Throws path_unusable if the path is too long for a
    /// socket, else std::system_error; both name the path.
    void listen();
    asio::awaitable<void> run(); ///< serves until cancelled

private:
    struct inside;
    std::unique_ptr<inside> inside_;
};

/// How asking a daemon ended.
struct daemon_reply {
    enum class kind {
        nobody,    ///< nobody listens there
        forbidden, ///< this user may not reach the socket
        silent,    ///< somebody listens, but gave no answer in time, or hung up
        answered
    };
    kind is{};
    std::string line; ///< the answer without its line feed
};

/// Sends one line to the daemon and waits `patience` for its answer.
daemon_reply ask_daemon(const std::string& path, std::string line, async::time_source& time,
                        std::chrono::seconds patience);

} // namespace smarttrade::service
