#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include "async/time_source.hpp"

namespace smarttrade::http {

namespace asio = boost::asio;

using header_list = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that name, compared without case; empty if there is none.
std::string_view find_header(const header_list& headers, std::string_view name);

struct request {
    std::string method; ///< `GET`, `POST`, ...
    std::string target; ///< path and query, percent-encoded as it goes out: the bytes that were signed
    std::string body;   ///< sent exactly so; empty: no body
    header_list headers;
};

/// What a server does with a response, so that a test server can fail as networks do. `close`: not a byte of it leaves
/// and the connection is closed; `reset`: the same with a TCP RST; `trickle`: a byte a second.
enum class delivery { whole, close, reset, trickle };

struct response {
    int status = 0;
    std::string body;
    header_list headers;
    delivery ends = delivery::whole;   ///< obeyed by `server`; a client's replies are always whole
    std::chrono::milliseconds delay{}; ///< how long whoever serves waits before it sends
};

/// A request without a readable reply. `not_sent` only when proven: a part of its body was not handed over, or, if it
/// has none, not one byte of it was (design.md 5). A server may have counted even that: limits look at the header only.
struct send_failure {
    bool not_sent = false;
    std::string reason; ///< one line for a person: "connect refused", "no reply within 15s"
    bool left = false;  ///< some bytes were handed over; matters with `not_sent` only: the server may have counted it
};
using send_result = boost::system::result<response, send_failure>;

/// value() on a failed send_result throws std::runtime_error with its reason (found by argument-dependent lookup).
[[noreturn]] void throw_exception_from_error(const send_failure& failure, const boost::source_location& where);

/// One request to one server. Never retries, never follows a redirect. `deadline` bounds all of it, from resolve to
/// the last byte. Cancelling the awaiting coroutine closes the connection; the request then counts as maybe executed.
struct transport {
    virtual ~transport() = default;
    virtual asio::awaitable<send_result> send(request what, async::mono_time deadline) = 0;
};

/// What a server does with a request. Runs on the server's executor; called concurrently while it awaits.
using handler = std::function<asio::awaitable<response>(request)>;

/// A transport without a network: the server is a handler in the same process.
class in_process final : public transport {
public:
    explicit in_process(handler serve) : serve_{std::move(serve)} {}
    asio::awaitable<send_result> send(request what, async::mono_time deadline) override;

private:
    handler serve_;
};

} // namespace smarttrade::http
