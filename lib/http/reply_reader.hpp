#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/buffer.hpp>

#include "http/transport.hpp"

namespace smarttrade::http {

/// What a client takes for one reply: header lines, the body.
inline constexpr std::size_t reply_header_max = std::size_t{64} << 10U;
inline constexpr std::size_t reply_body_max = std::size_t{16} << 20U;

/// The bytes of a connection -> one reply after the other. An interim reply (1xx) is read over: it says nothing yet.
class reply_reader {
public:
    enum class state { needs_more, complete, broken };

    reply_reader();
    ~reply_reader();

    /// Forgets what was read so far. Before each request.
    void begin();

    /// Where the next bytes belong; never empty while the state is needs_more.
    asio::mutable_buffer space();
    state received(std::size_t count); ///< so many were put into space()
    state ended();                     ///< the server closed, in the way its protocol says

    const std::string& why_broken() const { return why_broken_; }

    /// Once complete: the reply, and whether its connection may carry another request. It may not if the server has
    /// sent more than the reply: those bytes would be taken for the answer to the next request.
    response take();
    bool keeps_alive() const;

private:
    class parser;
    state parse();
    state broken(std::string why);

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0, begin_ = 0, end_ = 0; // of bytes_: those between begin_ and end_ were received, not parsed
    std::size_t header_bytes_ = 0;               // of all header lines, those of interim replies too
    bool any_ = false;
    std::unique_ptr<parser> parser_;
    std::string why_broken_;
};

} // namespace smarttrade::http
