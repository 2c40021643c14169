#pragma once

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "bench/fleet.hpp"
#include "bench/journal_load.hpp"
#include "service/assembly.hpp"
#include "support/sim_clock.hpp"
#include "wire/account.hpp"

namespace smarttrade::bench {

inline const std::string journal_binding = "https://api.3commas.io/public/api 32455218:paper";

/// Writes what a daemon of the past has left to this start.
inline void fill_journal(const std::string& file, std::vector<reconcile::fact> facts) {
    asio::io_context loop{1};
    journal::journal into{file, loop.get_executor(), journal_binding, written};
    auto work = [&]() -> asio::awaitable<void> {
        const auto ended = co_await into.record(std::move(facts));
        if (!ended) throw std::runtime_error{ended.error().reason};
    };
    asio::co_spawn(loop, work, rethrow);
    loop.run();
}

/// The whole service under virtual time, without its network: the exchange is a function that makes each page of its
/// list when it is asked for, and so holds nothing.
class lone_daemon {
public:
    lone_daemon(const std::string& journal_file, int trades)
        : lone_daemon{journal_file, trades, [trades] {
                          return service::source_reading{{{"swings.yaml", plan_text(trades)}}, {}};
                      }} {}
    /// `trades` is how many of them the exchange has.
    lone_daemon(const std::string& journal_file, int trades, std::function<service::source_reading()> read_plans)
        : trades_{trades}, daemon_{settings_, outside(journal_file, std::move(read_plans)), service::writes::allowed} {}
    ~lone_daemon() {
        daemon_.reconciler().stop();
        tasks_.cancel();
        run_for(std::chrono::seconds{0});
    }
    lone_daemon(const lone_daemon&) = delete;
    lone_daemon& operator=(const lone_daemon&) = delete;

    /// Reads the plans and leads their trades for that long.
    void live(std::chrono::seconds time) {
        tasks_.spawn([this]() -> asio::awaitable<void> {
            co_await daemon_.load_plans();
            co_await daemon_.reconciler().run();
        });
        run_for(time);
    }
    /// Reads the plans once. False: they were refused.
    bool reload() {
        bool valid = false;
        tasks_.spawn([&]() -> asio::awaitable<void> { valid = co_await daemon_.load_plans(); });
        run_for(std::chrono::seconds{0});
        return valid;
    }
    const reconcile::decision& standing() { return daemon_.reconciler().standing(); }
    int pages() const { return pages_; } ///< that the exchange has made

private:
    struct silent final : service::log_sink {
        void write(const service::log_event&) override {}
    };

    static config::settings settings() {
        config::settings made;
        made.instance = instance;
        made.accounts = {{"main", account, trade::account_mode::paper, "main", {}}};
        made.rate_limits = {{"", 100, std::chrono::seconds{60}, std::chrono::seconds{300}, 5},
                            {"GET /v2/smart_trades", 40, std::chrono::seconds{10}, std::chrono::seconds{10}, 0}};
        return made;
    }

    service::ports outside(const std::string& journal_file, std::function<service::source_reading()> read_plans) {
        return {.loop = loop_.get_executor(),
                .journal_worker = loop_.get_executor(),
                .time = time_,
                .network = network_,
                .log = log_,
                .journal_file = journal_file,
                .nonces = [] { return std::string{"aaaaaaaa"}; },
                .read_plans = std::move(read_plans),
                .key_of =
                    [](const std::string&) {
                        return client::api_key{base::secret{"k"}, wire::signer::with_hmac(base::secret{"s"})};
                    },
                .slots_of = [](const std::string&) { return std::unique_ptr<client::slot_store>{}; }};
    }

    asio::awaitable<http::response> serve(http::request asked) {
        http::response reply;
        reply.status = 200;
        if (asked.target.find("/accounts/") != std::string::npos) {
            trade::account told;
            told.id = account;
            told.type = "paper_trading";
            told.market = "Binance Spot account simulator";
            reply.body = wire::write_account(told);
            co_return reply;
        }
        const auto at = asked.target.find("&page=");
        if (at == std::string::npos) throw std::runtime_error{"not expected: " + asked.method + ' ' + asked.target};
        const auto first = (std::stoi(asked.target.substr(at + 6)) - 1) * wire::list_query::per_page;
        std::vector<trade::smart_trade> page;
        for (int i = first; i < std::min(first + wire::list_query::per_page, trades_); ++i)
            page.push_back(entity_of(i));
        reply.body = wire::write_smart_trades(page);
        ++pages_;
        co_return reply;
    }

    void run_for(std::chrono::seconds time) { test::run_simulated(loop_, time_, time_.now() + time); }

    int trades_;
    int pages_ = 0;
    asio::io_context loop_{1};
    test::sim_clock time_{written + std::chrono::hours{1}};
    silent log_;
    http::in_process network_{[this](http::request asked) { return serve(std::move(asked)); }};
    config::settings settings_ = settings();
    service::assembly daemon_;
    async::task_group tasks_{loop_.get_executor()};
};

} // namespace smarttrade::bench
