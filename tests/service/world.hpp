#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "async/task_group.hpp"
#include "client/rate_gate.hpp"
#include "paper_server/exchange.hpp"
#include "service/log_format.hpp"
#include "service/plan_reader.hpp"
#include "service/reconciler.hpp"
#include "support/events_page.hpp"
#include "support/sim_clock.hpp"
#include "support/temp_folder.hpp"

namespace smarttrade::test {

using namespace std::chrono_literals;

struct captured_log final : service::log_sink {
    std::vector<std::string> lines;
    void write(const service::log_event& what) override {
        CHECK(undocumented(std::string{service::kind_of(what.what).word}, what.fields) == "");
        lines.push_back(service::format_message(what));
    }
    std::size_t count(std::string_view part) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [&](const auto& l) { return l.find(part) != std::string::npos; }));
    }
};

/// What the network does to the next request of a kind.
enum class fault { none, lost_reply, drop, refuse };

/// The way to the paper exchange, with faults as ordered. Remembers what reached the exchange.
class faulty_wire final : public http::transport {
public:
    faulty_wire(paper_server::exchange& to, async::time_source& time) : to_{to}, time_{time} {}

    void next(const std::string& method, std::vector<fault> faults) {
        faults_[method].assign(faults.begin(), faults.end());
    }
    void cut(bool down) { down_ = down; }
    /// From now on every request that begins so (`GET /public/api/...`) is answered with this status; 0: normally.
    void force(const std::string& method_and_target, int status) {
        forced_ = method_and_target;
        forced_status_ = status;
    }

    asio::awaitable<http::send_result> send(http::request what, async::mono_time) override {
        co_await time_.sleep_until(time_.now() + 20ms);
        auto& queue = faults_[what.method];
        const auto hit = down_ ? fault::refuse : queue.empty() ? fault::none : queue.front();
        if (!down_ && !queue.empty()) queue.pop_front();
        if (hit == fault::refuse) co_return http::send_failure{true, "connect: Connection refused"};
        if (hit == fault::drop) co_return http::send_failure{false, "wait for the reply: End of file"};
        if (forced_status_ != 0 && (what.method + ' ' + what.target).starts_with(forced_)) {
            ++forced_answers;
            http::response reply;
            reply.status = forced_status_;
            reply.body = R"({"error":"Forced","error_description":"as the test wants it"})";
            co_return reply;
        }
        executed.push_back(what.method + ' ' + what.target);
        executed_at.push_back(time_.now());
        auto reply = to_.answer(what);
        if (hit == fault::lost_reply) co_return http::send_failure{false, "wait for the reply: End of file"};
        co_return reply;
    }

    std::size_t creates() const {
        return static_cast<std::size_t>(std::ranges::count(executed, "POST /public/api/v2/smart_trades"));
    }
    std::vector<std::string> executed;
    std::vector<async::mono_time> executed_at;
    std::size_t forced_answers = 0;

private:
    paper_server::exchange& to_;
    async::time_source& time_;
    std::map<std::string, std::deque<fault>> faults_;
    bool down_ = false;
    std::string forced_;
    int forced_status_ = 0;
};

/// One paper exchange, one journal, and daemons that come and go, all under virtual time in one thread.
class world {
public:
    explicit world(const std::string& account_type = "paper_trading",
                   trade::account_mode account_mode = trade::account_mode::paper)
        : exchange{exchange_options(account_type), clock}, wire{exchange, clock}, mode{account_mode} {}

    /// A daemon's life: starts, runs for a while of virtual time, is stopped.
    void run_daemon(const std::string& plans, std::chrono::nanoseconds how_long,
                    std::function<void(service::reconciler&)> at_end = {},
                    std::function<void(service::reconciler&)> half_way = {}) {
        const auto end = clock.now() + how_long;
        live(plans, end, [&](service::reconciler& reconciler, async::task_group& tasks) {
            tasks.spawn([&] { return reconciler.run(); });
            tasks.spawn([&]() -> asio::awaitable<void> {
                co_await clock.sleep_until(end - how_long / 2);
                if (half_way) half_way(reconciler);
                co_await clock.sleep_until(end);
                if (at_end) at_end(reconciler);
                co_await stop(reconciler, tasks);
            });
        });
    }

    /// As `smarttraded apply`: nothing if it has not ended within an hour.
    std::optional<service::reconciler::convergence> apply(const std::string& plans) {
        std::optional<service::reconciler::convergence> reached;
        live(plans, clock.now() + 1h, [&](service::reconciler& reconciler, async::task_group& tasks) {
            tasks.spawn([&]() -> asio::awaitable<void> {
                reached = co_await reconciler.run_until_converged();
                co_await stop(reconciler, tasks);
            });
        });
        return reached;
    }

    /// As `smarttraded plan` without a daemon: what would be done if these were the plans. Then it lives on a while.
    service::reconciler::rehearsal rehearse(const std::string& plans, std::chrono::minutes then = 0min) {
        service::reconciler::rehearsal made;
        live("trades: {}\n", clock.now() + 1h, [&](service::reconciler& reconciler, async::task_group& tasks) {
            tasks.spawn([&]() -> asio::awaitable<void> {
                const auto account = reconciler.accounts().front();
                co_await reconciler.eyes().pass(account);
                auto wishes = wishes_of(plans);
                made = co_await reconciler.rehearse(std::move(wishes), "abcdef");
                for (auto end = clock.now() + then; clock.now() < end;) {
                    co_await reconciler.eyes().pass(account);
                    co_await clock.sleep_until(clock.now() + 5s);
                }
                co_await stop(reconciler, tasks);
            });
        });
        return made;
    }

    sim_clock clock;
    temp_folder folder;
    captured_log log;
    paper_server::exchange exchange;
    faulty_wire wire;
    trade::account_mode mode; ///< of the one account
    service::reconciler::settings settings = [] {
        service::reconciler::settings made;
        made.interval = 5s;
        made.rules.instance = "sim";
        made.rules.settle = 30s;
        made.rules.create_max = 24;
        return made;
    }();

private:
    asio::awaitable<void> stop(service::reconciler& reconciler, async::task_group& tasks) {
        reconciler.stop();
        co_await reconciler.drain(clock.now());
        tasks.cancel();
    }

    void live(const std::string& plans, async::mono_time end,
              const std::function<void(service::reconciler&, async::task_group&)>& start) {
        asio::io_context ctx{1};
        client::rate_gate gate{ctx.get_executor(), {{"", 100, 60s, 300s, 5}}, clock};
        client::api_client api{
            {"/public/api", mode, {base::secret{"key"}, wire::signer::with_hmac(base::secret{"secret"})}, 15s},
            wire,
            clock,
            gate};
        journal::journal journal{folder.file("journal.db"), ctx.get_executor(), "paper 1:paper", clock.utc_now()};
        service::ledger book{journal, clock, log};
        service::reconciler reconciler{ctx.get_executor(),
                                       settings,
                                       {{trade::account_id{1}, "main", mode, &api}},
                                       [this] { return next_nonce(); },
                                       book,
                                       clock,
                                       log};
        reconciler.accept(trades_of(plans), service::short_hash(plans));
        async::task_group tasks{ctx.get_executor()};
        tasks.spawn([&] { return exchange.run(); });
        start(reconciler, tasks);
        std::exception_ptr failure;
        auto joined = [&tasks] { return tasks.join(); };
        asio::co_spawn(ctx, joined, [&](std::exception_ptr e) { failure = e; });
        run_simulated(ctx, clock, end + 1h);
        if (failure) std::rethrow_exception(failure);
    }

public:
    static std::vector<trade::desired_trade> trades_of(const std::string& plans) {
        const plan::surroundings around{{{{"main", trade::account_id{1}}}}, {}, {}};
        service::source_reading sources;
        sources.files = {{"plans.yaml", plans}};
        auto set = service::plan_reader{}.judge(sources, around);
        INFO(service::render_all(set.diagnostics, sources.files));
        REQUIRE_FALSE(base::has_errors(set.diagnostics));
        return std::move(set.trades);
    }

private:
    static std::vector<reconcile::wish> wishes_of(const std::string& plans) {
        std::vector<reconcile::wish> wishes;
        for (auto& each : trades_of(plans)) {
            auto body = service::create_body(each.request);
            wishes.push_back({std::move(each), std::move(body)});
        }
        return wishes;
    }

    static paper_server::options exchange_options(const std::string& account_type) {
        paper_server::options how;
        how.keys = {{"key", "secret"}};
        how.accounts.push_back({trade::account_id{1},
                                account_type,
                                account_type == "paper_trading",
                                {{"USDT", money::decimal{1'000'000}}, {"BTC", money::decimal{100}}}});
        const money::price start{money::decimal{9700}};
        how.prices[{"USDT", "BTC"}] = {start, start, start};
        return how;
    }

    std::string next_nonce() {
        auto text = fmt::format("{:08}", ++nonces_);
        for (char& c : text) c = static_cast<char>('a' + (c - '0'));
        return text;
    }
    int nonces_ = 0;
};

} // namespace smarttrade::test
