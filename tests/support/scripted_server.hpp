#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/task_group.hpp"

namespace smarttrade::test {

namespace asio = boost::asio;

/// One thing that a server does with a connection.
struct server_step {
    enum class kind { read_bytes, read_request, read_rest, send, send_bytewise, pause, finish, reset, stay_silent };
    kind does;
    std::string text{};
    std::size_t bytes = 0;
};
using server_script = std::vector<server_step>;

inline server_step reads(std::size_t bytes) { return {server_step::kind::read_bytes, "", bytes}; }
inline server_step reads_request() { return {server_step::kind::read_request}; }
inline server_step reads_rest() { return {server_step::kind::read_rest}; } ///< all there is, until the client is gone
inline server_step sends(std::string text) { return {server_step::kind::send, std::move(text)}; }
inline server_step sends_bytewise(std::string text) { return {server_step::kind::send_bytewise, std::move(text)}; }
inline server_step pauses() { return {server_step::kind::pause}; }    ///< until go_on()
inline server_step finishes() { return {server_step::kind::finish}; } ///< FIN; what still comes is read and dropped
inline server_step resets() { return {server_step::kind::reset}; }    ///< RST
inline server_step stays_silent() { return {server_step::kind::stay_silent}; } ///< and keeps the connection

/// A server on a free loopback port that does as it is told, byte for byte. A connection takes the first script that
/// is left; when that is done, or if there is none, each request is answered with 200 `good`.
class scripted_server {
public:
    explicit scripted_server(async::task_group& tasks, const asio::any_io_executor& ex,
                             const std::string& address = "127.0.0.1", std::uint16_t port = 0);

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void next(server_script steps) { scripts_.push_back(std::move(steps)); }

    void go_on();
    void narrow(); ///< takes some KB at most that nobody reads; the rest stays with the client's kernel
    /// Returns once every script that was taken is done, or has nothing to do but wait.
    asio::awaitable<void> obeyed();

    std::size_t connections() const { return connections_; }
    const std::vector<std::string>& requests() const { return requests_; } ///< those that arrived whole
    std::size_t rest() const { return rest_; }                             ///< bytes that reads_rest() has seen

private:
    asio::awaitable<void> accept(async::task_group& tasks);
    asio::awaitable<void> serve(asio::ip::tcp::socket peer, server_script steps);
    asio::awaitable<void> pause();
    asio::awaitable<bool> run(asio::ip::tcp::socket& peer, server_script steps, std::string& unread);
    asio::awaitable<bool> obey(const server_step& step, asio::ip::tcp::socket& peer, std::string& unread);
    asio::awaitable<bool> read_request(asio::ip::tcp::socket& peer, std::string& unread);

    asio::ip::tcp::acceptor acceptor_;
    std::deque<server_script> scripts_;
    std::size_t connections_ = 0, at_work_ = 0, pausing_ = 0;
    asio::steady_timer changed_, paused_;
    std::vector<std::string> requests_;
    std::size_t rest_ = 0;
    std::vector<asio::ip::tcp::socket> silent_; // kept open
};

/// A reply with a Content-Length, kept alive.
std::string whole_reply(int status, const std::string& body);

} // namespace smarttrade::test
