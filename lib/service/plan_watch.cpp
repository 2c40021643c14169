#include "service/plan_watch.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "service/plan_source.hpp"

namespace smarttrade::service {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto rescan = 2s;   ///< for file systems that tell nothing (design.md 9)
constexpr auto between = 5ms; ///< two looks: whoever writes without end must not keep us busy

std::string look_of(const std::string& path) {
    struct ::stat is {};
    if (::stat(path.c_str(), &is) != 0) return path + " -\n";
    return fmt::format("{} {} {} {} {}.{} {}.{}\n", path, is.st_dev, is.st_ino, is.st_size, is.st_mtim.tv_sec,
                       is.st_mtim.tv_nsec, is.st_ctim.tv_sec, is.st_ctim.tv_nsec);
}

/// Folders in which something happens when one of these paths changes, links and what they lead to.
std::set<std::string> folders_around(const std::vector<std::string>& paths) {
    std::set<std::string> folders;
    const auto add = [&](const fs::path& path) {
        std::error_code failed;
        if (fs::is_directory(path, failed)) folders.insert(path.string());
        folders.insert(path.parent_path().empty() ? "." : path.parent_path().string());
    };
    for (const auto& path : paths) {
        add(path);
        std::error_code failed;
        const auto target = fs::canonical(path, failed);
        if (!failed && target != path) add(target);
    }
    return folders;
}

} // namespace

std::string look_of_files(const std::vector<std::string>& paths) {
    std::string all;
    for (const auto& path : paths) {
        std::error_code failed;
        if (!fs::is_directory(path, failed)) {
            all += look_of(path);
            continue;
        }
        for (const auto& file : plan_files_in(path, failed)) all += look_of(file);
        if (failed) all += fmt::format("{} {}\n", path, failed.message());
    }
    return all;
}

plan_watch::plan_watch(asio::any_io_executor ex, std::vector<std::string> paths, std::chrono::nanoseconds settle,
                       async::time_source& time, std::function<void()> changed)
    : paths_{std::move(paths)}, time_{time}, changed_{std::move(changed)}, settling_{settle, look_of_files(paths_)},
      events_{ex}, heard_{ex} {
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) return; // the limit of its user is reached: the slow look sees all
    events_.assign(fd);
    listen();
}

asio::awaitable<void> plan_watch::run() {
    using namespace asio::experimental::awaitable_operators;
    if (events_.is_open())
        co_await (hear() && look());
    else
        co_await look();
}

/// Again with each look: what a link leads to may be another folder by then. A folder that is watched already is the
/// same watch.
void plan_watch::listen() {
    if (!events_.is_open()) return;
    constexpr auto what = IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB;
    for (const auto& folder : folders_around(paths_))
        ::inotify_add_watch(events_.native_handle(), folder.c_str(), what | IN_ONLYDIR);
}

asio::awaitable<void> plan_watch::hear() {
    std::array<char, 4096> told{};
    for (;;) {
        const auto [failed, size] = co_await events_.async_read_some(asio::buffer(told), async::nothrow);
        if (failed) co_return;
        moved_ = time_.now();
        heard_.notify(); // which file it was, the look tells
    }
}

asio::awaitable<void> plan_watch::look() {
    for (;;) {
        if (settling_.look(look_of_files(paths_), time_.now(), std::exchange(moved_, std::nullopt))) changed_();
        listen();
        const auto slow = time_.now() + rescan;
        const auto next = std::min(settling_.due().value_or(slow), slow);
        co_await heard_.wait_until(time_, next);
        const auto now = time_.now();
        if (now < next) co_await time_.sleep_until(std::min(now + between, next));
    }
}

} // namespace smarttrade::service
