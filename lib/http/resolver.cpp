#include "http/resolver.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "async/wakeup.hpp"

namespace smarttrade::http {

using async::error_code;

/// What its thread knows of the loop, which it may outlive.
struct system_resolver::mailbox {
    explicit mailbox(asio::any_io_executor ex) : home{std::move(ex)} {}

    std::mutex lock;
    asio::any_io_executor home; // under the lock; empty: the loop may be gone
};

/// One lookup, as those who wait for it see it. Lives and dies on the loop.
struct system_resolver::question {
    question(const asio::any_io_executor& ex, std::string name, std::string number)
        : host{std::move(name)}, port{std::move(number)}, answered{ex}, answers_to{std::make_shared<mailbox>(ex)} {}

    const std::string host, port;
    async::latch answered;
    std::optional<resolved> answer;
    std::shared_ptr<mailbox> answers_to;
};

resolved system_resolver::ask_system(const std::string& host, const std::string& port) {
    asio::io_context here{1};
    asio::ip::tcp::resolver one{here};
    error_code failed;
    const auto found = one.resolve(host, port, asio::ip::tcp::resolver::numeric_service, failed);
    if (failed) return failed;
    addresses all;
    for (const auto& entry : found)
        if (std::ranges::find(all, entry.endpoint()) == all.end()) all.push_back(entry.endpoint());
    return all;
}

/// In the detached thread, where an exception would end the process.
resolved system_resolver::look_up_safely(const lookup& blocking, const std::string& host, const std::string& port) {
    try {
        return blocking(host, port);
    } catch (const std::exception&) {
        return error_code{asio::error::no_memory};
    }
}

system_resolver::system_resolver(asio::any_io_executor ex, lookup blocking)
    : ex_{std::move(ex)}, blocking_{std::move(blocking)} {}

system_resolver::~system_resolver() {
    for (const auto& left : open_) {
        const std::lock_guard hold{left->answers_to->lock};
        left->answers_to->home = {};
    }
}

asio::awaitable<resolved> system_resolver::resolve(std::string host, std::string port) {
    error_code no_address;
    const auto literal = asio::ip::make_address(host, no_address);
    if (!no_address) {
        const auto number = static_cast<std::uint16_t>(std::stoul(port));
        co_return addresses{{literal, number}};
    }
    const auto asked = ask(host, port);
    if (!asked) co_return error_code{asio::error::no_memory}; // the machine gives no thread
    co_await asked->answered.wait();
    if (!asked->answered.is_set()) co_return error_code{asio::error::operation_aborted};
    co_return *asked->answer;
}

std::shared_ptr<system_resolver::question> system_resolver::ask(const std::string& host, const std::string& port) {
    std::erase_if(open_, [](const auto& past) { return past->answered.is_set(); });
    const auto same = [&](const auto& one) { return one->host == host && one->port == port; };
    if (const auto found = std::ranges::find_if(open_, same); found != open_.end()) return *found;
    const auto made = std::make_shared<question>(ex_, host, port);
    auto in_thread = [host, port, blocking = blocking_, to = made->answers_to, asker = std::weak_ptr{made}] {
        auto answer = look_up_safely(blocking, host, port);
        const std::lock_guard hold{to->lock};
        if (!to->home) return;
        asio::post(to->home, [asker, answer = std::move(answer)]() mutable {
            const auto one = asker.lock();
            if (!one) return;
            one->answer = std::move(answer);
            one->answered.set();
        });
    };
    try {
        // The one thread that nobody joins: getaddrinfo cannot be interrupted, and who joins it would wait as long as
        // the name service hangs. All it touches after the lookup is the mailbox, which it owns in part.
        std::thread{std::move(in_thread)}.detach();
    } catch (const std::exception&) { // no thread, or no memory for one
        return nullptr;
    }
    open_.push_back(made);
    return made;
}

} // namespace smarttrade::http
