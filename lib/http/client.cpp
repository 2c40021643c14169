#include "http/client.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "async/with_deadline.hpp"
#include "http/connection.hpp"
#include "http/deadlines.hpp"
#include "http/dialer.hpp"
#include "http/pool.hpp"
#include "http/request_text.hpp"

namespace smarttrade::http {

namespace {

/// All that a request needs while it is on its way: shared by the client and its requests, so that whichever is
/// destroyed first, as when a loop is left in the middle of things, takes nothing from the other.
struct works {
    works(asio::any_io_executor ex, async::time_source& clock, client_options options, std::unique_ptr<resolver> names)
        : time{clock}, where{options.where}, connections{ex, options.max_connections}, limits{ex, clock},
          way{ex, clock, std::move(options.where), std::move(options.ca_file), std::move(names)} {}

    async::time_source& time;
    endpoint where;
    pool connections;
    deadlines limits;
    dialer way;
};

send_failure not_sent(std::string reason) { return {true, std::move(reason)}; }

std::string no_answer(const char* doing, std::chrono::nanoseconds waited) {
    return fmt::format("{}: no answer within {} ms", doing,
                       std::chrono::duration_cast<std::chrono::milliseconds>(waited).count());
}

/// Not sent is certain only if the server cannot have all of it: fewer bytes were handed over than the request has, and
/// either none were or it has a body, whose announced length the server then waits for in vain.
asio::awaitable<send_result> exchange(works& in, connection& on, const request& what, async::mono_time deadline) {
    const auto begun = in.time.now();
    const auto text = request_text(in.where, what);
    deadlines::guard limit{in.limits, deadline, on};
    const auto failure = [&](const char* doing, const std::string& why) {
        return limit.passed() ? no_answer(doing, in.time.now() - begun) : fmt::format("{}: {}", doing, why);
    };
    std::size_t written = 0;
    const auto unwritten = co_await on.write(text, written);
    if (!unwritten.empty()) {
        const bool proven = written == 0 || !what.body.empty();
        co_return send_failure{proven, failure("send", unwritten), written > 0};
    }
    const auto unread = co_await on.read_reply();
    if (!unread.empty()) co_return send_failure{false, failure("wait for the reply", unread), true};
    co_return on.replies().take();
}

asio::awaitable<send_result> send_over(std::shared_ptr<works> in, request what, async::mono_time deadline) {
    if (auto fault = fault_of(what); !fault.empty()) co_return not_sent("cannot be sent: " + fault);
    const auto begun = in->time.now();
    auto place = in->connections.try_enter();
    if (!place) {
        auto turn = co_await async::with_deadline(in->time, deadline, in->connections.enter());
        if (!turn && turn.error() != asio::error::timed_out) co_return not_sent("wait for a connection: given up");
        if (!turn) co_return not_sent(no_answer("wait for a connection", in->time.now() - begun));
        place = std::move(*turn);
    }
    auto on = in->connections.take_idle(in->time.now());
    while (!on) {
        auto made = co_await in->way.dial(deadline);
        if (!made.on) co_return not_sent(std::move(made.why));
        if (in->way.trusts_still(*made.on)) on = std::move(made.on); // else the trust was reloaded meanwhile
    }
    if (in->time.now() >= deadline) co_return not_sent("no time was left to send it");
    auto reply = co_await exchange(*in, *on, what, deadline);
    if (reply && on->replies().keeps_alive() && in->way.trusts_still(*on))
        in->connections.keep(std::move(on), in->time.now());
    co_return reply;
}

class pooled_client final : public client {
public:
    explicit pooled_client(std::shared_ptr<works> in) : in_{std::move(in)} {}

    asio::awaitable<send_result> send(request what, async::mono_time deadline) override {
        return send_over(in_, std::move(what), deadline);
    }

    std::optional<std::string> reload_trust() override {
        try {
            in_->way.reload_trust();
        } catch (const std::runtime_error& failed) {
            return failed.what();
        }
        in_->connections.close_idle();
        return std::nullopt;
    }

private:
    std::shared_ptr<works> in_;
};

} // namespace

std::unique_ptr<client> make_client(asio::any_io_executor ex, async::time_source& time, client_options options,
                                    std::unique_ptr<resolver> names) {
    return std::make_unique<pooled_client>(
        std::make_shared<works>(std::move(ex), time, std::move(options), std::move(names)));
}

std::unique_ptr<client> make_client(asio::any_io_executor ex, async::time_source& time, client_options options) {
    auto names = std::make_unique<system_resolver>(ex);
    return make_client(std::move(ex), time, std::move(options), std::move(names));
}

} // namespace smarttrade::http
