#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "async/wakeup.hpp"
#include "service/settling.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// How the files of these paths look without being read: equal as long as none was written, replaced, added or taken
/// away, also through links. Blocks, a stat each.
std::string look_of_files(const std::vector<std::string>& paths);

/// Sees edits of the plan files: at once where the kernel tells of them (inotify), else within two seconds.
class plan_watch {
public:
    /// `paths` as read_sources() takes them. `changed` is called each time they have settled after a change.
    plan_watch(asio::any_io_executor ex, std::vector<std::string> paths, std::chrono::nanoseconds settle,
               async::time_source& time, std::function<void()> changed);

    asio::awaitable<void> run();                                 ///< until cancelled
    void is_read() { settling_.is_read(look_of_files(paths_)); } ///< to be called before they are read elsewhere

private:
    void listen();
    asio::awaitable<void> hear();
    asio::awaitable<void> look();

    std::vector<std::string> paths_;
    async::time_source& time_;
    std::function<void()> changed_;
    settling settling_;
    asio::posix::stream_descriptor events_; ///< of inotify; closed where there is none
    std::optional<async::mono_time> moved_; ///< when something was heard last, since the last look
    async::wakeup heard_;
};

} // namespace smarttrade::service
