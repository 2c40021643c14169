#pragma once

#include <sys/types.h>

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/result.hpp>

namespace smarttrade::service {

namespace asio = boost::asio;

/// One run of a program of the operator's, in a process group of its own. Killed with all its group, and reaped, when
/// this goes.
class child_program {
public:
    /// Starts it with `input` as its whole standard input. Throws std::system_error that names the program.
    child_program(asio::any_io_executor ex, const std::string& program, const std::string& input);
    child_program(const child_program&) = delete;
    child_program& operator=(const child_program&) = delete;
    ~child_program();

    /// Waits for its end: its exit code, or 128 + signal. Never throws but when cancelled before it waits.
    asio::awaitable<boost::system::result<int>> ended();

private:
    bool has_ended() const; ///< not yet reaped

    pid_t pid_ = -1;
    asio::posix::stream_descriptor exit_; ///< a pidfd: readable once it has ended
};

} // namespace smarttrade::service
