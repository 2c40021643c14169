#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>

#include "async/time_source.hpp"

namespace smarttrade::http {

namespace asio = boost::asio;

using addresses = std::vector<asio::ip::tcp::endpoint>;
using resolved = boost::system::result<addresses>;

/// Host names to addresses, as a port. Port numbers come as text.
struct resolver {
    virtual ~resolver() = default;
    /// Ends at once with operation_aborted when cancelled. An address as host is its own answer.
    virtual asio::awaitable<resolved> resolve(std::string host, std::string port) = 0;
};

/// The machine's own name service, which only blocks (getaddrinfo: with the usual resolv.conf up to 10 s a server). So
/// each lookup has a thread of its own, which nobody waits for: Asio's resolver would hold a cancelled request, and the
/// end of the process too, until its one thread came back. Whoever asks for a name that is being looked up already
/// shares the answer, so that a dead name service costs one thread, not one a request.
class system_resolver final : public resolver {
public:
    using lookup = std::function<resolved(const std::string& host, const std::string& port)>; ///< may block

    explicit system_resolver(asio::any_io_executor ex, lookup blocking = &ask_system);
    ~system_resolver() override;
    asio::awaitable<resolved> resolve(std::string host, std::string port) override;

    static resolved ask_system(const std::string& host, const std::string& port);

private:
    struct mailbox;
    struct question;
    static resolved look_up_safely(const lookup& blocking, const std::string& host, const std::string& port);
    std::shared_ptr<question> ask(const std::string& host, const std::string& port); ///< null: no thread to be had

    asio::any_io_executor ex_;
    lookup blocking_;
    std::vector<std::shared_ptr<question>> open_; // no answer yet
};

} // namespace smarttrade::http
