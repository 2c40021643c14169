// A name service that hangs for longer than anybody wants to wait: a request, or the end of the process.
#include <future>
#include <memory>
#include <new>
#include <optional>

#include <doctest/doctest.h>

#include "http/resolver.hpp"
#include "loopback.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// A lookup that answers only when told to, and tells when it is done.
struct slow_service {
    std::promise<http::resolved> answer;
    std::shared_future<http::resolved> answered = answer.get_future().share();
    std::promise<void> done;
    int lookups = 0;

    http::system_resolver::lookup lookup() {
        return [this](const std::string&, const std::string&) {
            ++lookups;
            auto found = answered.get();
            done.set_value();
            return found;
        };
    }
};

http::addresses here() { return {{asio::ip::address_v4::loopback(), 80}}; }

} // namespace

TEST_CASE("http: the end of the process does not wait for a name service that hangs, nor does a cancelled request") {
    slow_service service;
    {
        asio::io_context ctx{1};
        async::system_time time;
        http::system_resolver names{ctx.get_executor(), service.lookup()};
        async::task_group asking{ctx.get_executor()};
        std::optional<http::resolved> found;
        asking.spawn([&]() -> asio::awaitable<void> { found = co_await names.resolve("api.test", "443"); });
        ctx.poll();
        CHECK_FALSE(found);
        asking.cancel();
        ctx.poll();
        REQUIRE(found);
        CHECK(found->error() == asio::error::operation_aborted);
    } // the loop is gone; the lookup hangs on
    service.answer.set_value(here());
    service.done.get_future().wait();
}

TEST_CASE("http: a name is looked up once for all who ask meanwhile, and again for those who ask later") {
    slow_service service;
    asio::io_context ctx{1};
    http::system_resolver names{ctx.get_executor(), service.lookup()};
    std::vector<http::resolved> found;
    const auto ask = [&]() -> asio::awaitable<void> {
        auto answer = co_await names.resolve("api.test", "443");
        found.push_back(std::move(answer));
    };
    async::task_group asking{ctx.get_executor()};
    for (int i = 0; i < 5; ++i) asking.spawn(ask);
    ctx.poll();
    service.answer.set_value(here());
    while (found.size() < 5) ctx.run_one();
    for (const auto& one : found) CHECK(one.value() == here());
    CHECK(service.lookups == 1);
    service.done.get_future().wait();
    service.done = {};
    asking.spawn(ask);
    ctx.restart();
    while (found.size() < 6) ctx.run_one();
    CHECK(service.lookups == 2);
}

TEST_CASE("F21: a name that does not exist is an error, an address its own answer") {
    world w;
    int lookups = 0;
    auto none = [&](const std::string&, const std::string&) -> http::resolved {
        ++lookups;
        return async::error_code{asio::error::host_not_found};
    };
    http::system_resolver names{w.ctx.get_executor(), none};
    w.run([&]() -> asio::awaitable<void> {
        const auto nothing = co_await names.resolve("api.test", "443");
        REQUIRE_FALSE(nothing.has_value());
        CHECK(nothing.error() == asio::error::host_not_found);
        const auto v4 = co_await names.resolve("127.0.0.1", "80");
        CHECK(v4.value() == here());
        const auto v6 = co_await names.resolve("::1", "443");
        CHECK(v6.value().at(0).address().is_v6());
    });
    CHECK(lookups == 1);
}

TEST_CASE("http: a lookup that runs out of memory is an error, not the end of the process") {
    world w;
    auto starved = [](const std::string&, const std::string&) -> http::resolved { throw std::bad_alloc{}; };
    http::system_resolver names{w.ctx.get_executor(), starved};
    w.run([&]() -> asio::awaitable<void> {
        const auto found = co_await names.resolve("api.test", "443");
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error() == asio::error::no_memory);
    });
}

TEST_CASE("http: the machine knows itself by name") {
    const auto found = http::system_resolver::ask_system("localhost", "80");
    REQUIRE(found.has_value());
    for (const auto& one : *found) CHECK(one.address().is_loopback());
}
