#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// Takes one request line (JSON) and gives the answer line (JSON).
using control_handler = std::function<std::string(std::string_view)>;

/// The daemon's Unix socket: JSON lines, mode 0660. A line has at most 64 KiB; at most 32 peers at once.
class control_socket {
public:
    control_socket(asio::any_io_executor ex, std::string path, control_handler handler, async::time_source& time);
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

/// Sends one line to a daemon and waits up to 10 s for its answer. Nothing if nobody listens there.
std::optional<std::string> ask_daemon(const std::string& path, std::string_view line, async::time_source& time);

/// The protocol's one version so far: `{"v":1,"command":"status"}`.
std::string control_request(std::string_view command);
/// The command of a request line; empty if it is none of this version.
std::string control_command(std::string_view line);
/// `{"v":1,"error":"..."}`
std::string control_error(std::string_view message);

} // namespace smarttrade::service
