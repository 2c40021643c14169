#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "async/time_source.hpp"
#include "http/reply_reader.hpp"
#include "http/trust_store.hpp"

namespace smarttrade::http {

namespace asio = boost::asio;

/// One connection to a server, plain or TLS. However it ends, also if the process dies, the kernel takes back what the
/// server has not been sent yet: a request that counts as lost must not arrive minutes later (RST instead of FIN).
class connection {
public:
    explicit connection(asio::any_io_executor ex);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Each once, in this order; empty: done, else why not. With TLS the certificate must be for `host`.
    asio::awaitable<std::string> connect(asio::ip::tcp::endpoint to);
    asio::awaitable<std::string> secure(std::shared_ptr<trust_store> trust, std::string host);

    /// Empty: all of it was handed over to the kernel; else why not. `written` grows with what certainly was; of a TLS
    /// record that was handed over in part no server can read a byte. `text` must stay until the end.
    asio::awaitable<std::string> write(std::string_view text, std::size_t& written);

    /// Empty: replies() holds a whole reply; else why not.
    asio::awaitable<std::string> read_reply();
    reply_reader& replies() { return reader_; }

    /// Whether it may carry another request: not closed by the server, not a byte unasked since the last reply. What a
    /// TLS server says between replies (a goodbye, a ticket) ends it too: to dial again is cheap, a wrong reply is not.
    bool is_quiet() const;

    void cut_off();                                               ///< now; whatever is going on ends with an error
    void say_goodbye();                                           ///< closes an idle connection as TCP means it
    bool trusts(const std::shared_ptr<trust_store>& store) const; ///< whether `store` is what it was secured with

private:
    struct parts;
    std::unique_ptr<parts> parts_;
    reply_reader reader_;
};

} // namespace smarttrade::http
