#include "support/scripted_server.hpp"

#include <array>
#include <memory>
#include <utility>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "async/time_source.hpp"

namespace smarttrade::test {

using asio::ip::tcp;
using async::nothrow;

std::string whole_reply(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " Told\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
           + body;
}

namespace {

std::size_t announced_length(const std::string& head) {
    const std::string name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

asio::awaitable<std::size_t> drop_rest(tcp::socket& peer) {
    std::size_t seen = 0;
    std::vector<char> some(std::size_t{64} << 10U);
    for (;;) {
        const auto [failed, count] = co_await peer.async_read_some(asio::buffer(some), nothrow);
        seen += count;
        if (failed) co_return seen;
    }
}

asio::awaitable<bool> send_bytewise(tcp::socket& peer, const std::string& text) {
    for (const char& one : text) {
        const auto [failed, count] = co_await asio::async_write(peer, asio::const_buffer(&one, 1), nothrow);
        static_cast<void>(count);
        if (failed) co_return false;
    }
    co_return true;
}

} // namespace

scripted_server::scripted_server(async::task_group& tasks, const asio::any_io_executor& ex, const std::string& address,
                                 std::uint16_t port)
    : acceptor_{ex, tcp::endpoint{asio::ip::make_address(address), port}}, changed_{ex, async::mono_time::max()},
      paused_{ex, async::mono_time::max()} {
    tasks.spawn([this, &tasks] { return accept(tasks); });
}

asio::awaitable<void> scripted_server::accept(async::task_group& tasks) {
    for (;;) {
        auto [failed, peer] = co_await acceptor_.async_accept(nothrow);
        if (failed) co_return;
        ++connections_;
        server_script steps;
        if (!scripts_.empty()) {
            steps = std::move(scripts_.front());
            scripts_.pop_front();
            ++at_work_; // before anybody can ask
        }
        const auto held = std::make_shared<tcp::socket>(std::move(peer));
        tasks.spawn([this, held, steps] { return serve(std::move(*held), steps); });
    }
}

void scripted_server::go_on() {
    at_work_ += std::exchange(pausing_, 0);
    paused_.cancel();
}

void scripted_server::narrow() { acceptor_.set_option(asio::socket_base::receive_buffer_size{4096}); }

asio::awaitable<void> scripted_server::obeyed() {
    while (at_work_ > 0) co_await changed_.async_wait(nothrow);
}

asio::awaitable<void> scripted_server::serve(tcp::socket peer, server_script steps) {
    peer.set_option(tcp::no_delay{true});
    std::string unread;
    if (!steps.empty()) {
        const bool goes_on = co_await run(peer, std::move(steps), unread);
        --at_work_;
        changed_.cancel();
        if (!goes_on) co_await drop_rest(peer);
        if (!goes_on) co_return;
    }
    const auto good = whole_reply(200, "good");
    for (;;) {
        const bool arrived = co_await read_request(peer, unread);
        if (!arrived) co_return;
        co_await asio::async_write(peer, asio::buffer(good), nothrow);
    }
}

asio::awaitable<bool> scripted_server::run(tcp::socket& peer, server_script steps, std::string& unread) {
    for (const auto& step : steps) {
        const bool goes_on = co_await obey(step, peer, unread);
        if (!goes_on) co_return false;
    }
    co_return true;
}

asio::awaitable<void> scripted_server::pause() {
    ++pausing_;
    --at_work_;
    changed_.cancel();
    co_await paused_.async_wait(nothrow);
}

/// False: the connection is done with.
asio::awaitable<bool> scripted_server::obey(const server_step& step, tcp::socket& peer, std::string& unread) {
    using kind = server_step::kind;
    async::error_code failed;
    switch (step.does) {
    case kind::read_bytes: {
        auto into = asio::dynamic_buffer(unread);
        co_await asio::async_read(peer, into, asio::transfer_exactly(step.bytes), nothrow);
        co_return true;
    }
    case kind::read_request: co_return co_await read_request(peer, unread);
    case kind::read_rest: rest_ = co_await drop_rest(peer); co_return false;
    case kind::send: co_await asio::async_write(peer, asio::buffer(step.text), nothrow); co_return true;
    case kind::send_bytewise: co_return co_await send_bytewise(peer, step.text);
    case kind::pause: co_await pause(); co_return true;
    case kind::finish: peer.shutdown(tcp::socket::shutdown_send, failed); co_return false;
    case kind::reset:
        peer.set_option(asio::socket_base::linger{true, 0});
        peer.close();
        co_return false;
    case kind::stay_silent: silent_.push_back(std::move(peer)); co_return false;
    }
    co_return false;
}

asio::awaitable<bool> scripted_server::read_request(tcp::socket& peer, std::string& unread) {
    const auto [failed, head] =
        co_await asio::async_read_until(peer, asio::dynamic_buffer(unread), "\r\n\r\n", nothrow);
    if (failed) co_return false;
    const auto whole = head + announced_length(unread.substr(0, head));
    if (unread.size() < whole) {
        const auto [cut, count] = co_await asio::async_read(peer, asio::dynamic_buffer(unread),
                                                            asio::transfer_exactly(whole - unread.size()), nothrow);
        static_cast<void>(count);
        if (cut) co_return false;
    }
    requests_.push_back(unread.substr(0, whole));
    unread.erase(0, whole);
    co_return true;
}

} // namespace smarttrade::test
