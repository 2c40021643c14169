#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "service/operator_desk.hpp"
#include "support/sim_clock.hpp"

namespace smarttrade::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using service::control_answer;
using service::control_request;
using service::control_verdict;
using service::control_word;
using service::operator_answer;

inline operator_answer said(bool done, std::string why) {
    operator_answer answer;
    answer.done = done;
    answer.why = std::move(why);
    return answer;
}

inline service::named_trade known(std::int64_t account, std::string name, bool in_plans) {
    service::named_trade trade;
    trade.identity = {trade::account_id{account}, std::move(name), 1};
    trade.account = account == 1 ? "main" : "spot";
    trade.in_plans = in_plans;
    return trade;
}

/// A service that remembers what it was told and answers as the test wants, after some time.
struct scripted_port final : service::operator_port {
    explicit scripted_port(sim_clock& time) : clock{time} {}

    asio::awaitable<operator_answer> answer_for(std::string word) {
        co_await clock.sleep_until(clock.now() + takes[word]);
        orders.push_back(word);
        if (word == throwing) throw std::runtime_error{"the journal is full"};
        const auto refused = refusals.find(word);
        co_return refused == refusals.end() ? said(true, word + " done") : said(false, refused->second);
    }
    asio::awaitable<operator_answer> order(service::operator_word word, trade::trade_identity of,
                                           std::optional<trade::smart_trade_id> id) override {
        return answer_for(fmt::format("{} {}:{}.{}{}", base::name_of(word), of.account.value, of.name, of.revision,
                                      id ? fmt::format(" id {}", id->value) : ""));
    }
    asio::awaitable<operator_answer> confirm(std::string hold) override { return answer_for("confirm " + hold); }
    asio::awaitable<operator_answer> halt() override { return answer_for("halt"); }
    asio::awaitable<operator_answer> resume() override { return answer_for("resume"); }
    asio::awaitable<operator_answer> reload() override { return answer_for("reload"); }
    service::status_report status() const override {
        service::status_report report;
        report.plans = "3f2a91 ok";
        return report;
    }
    std::vector<reconcile::hold> holds() const override { return held; }
    std::vector<service::named_trade> trades() const override { return all; }
    bool is_read() const override { return has_read; }
    std::vector<std::string> accounts() const override { return {"main", "spot"}; }
    asio::awaitable<service::dry_run> plan(std::vector<service::source_file> files) override {
        planned = std::move(files);
        service::dry_run run;
        co_return run;
    }
    asio::awaitable<std::vector<service::finding>> examine() override {
        co_await clock.sleep_until(clock.now() + takes["examine"]);
        co_return found;
    }
    asio::awaitable<service::trade_listing> list(std::string account, std::vector<trade::smart_trade_id> ids) override {
        co_await clock.sleep_until(clock.now() + takes["list"]);
        orders.push_back(fmt::format("list {} {}", account, ids.size()));
        co_return listing;
    }

    asio::awaitable<service::told_story> explain(std::string name, std::string account) override {
        co_await clock.sleep_until(clock.now() + takes["explain"]);
        orders.push_back(fmt::format("explain {} {}", name, account));
        if (throwing == "explain") throw std::runtime_error{"journal.db: not a journal"};
        co_return story;
    }

    sim_clock& clock;
    std::vector<std::string> orders;
    std::map<std::string, std::chrono::nanoseconds> takes;
    std::map<std::string, std::string> refusals;
    std::string throwing;
    std::vector<service::named_trade> all;
    bool has_read = true;
    std::vector<reconcile::hold> held;
    std::vector<service::source_file> planned;
    service::trade_listing listing;
    std::vector<service::finding> found;
    service::told_story story;
};

struct desk_world {
    sim_clock clock;
    scripted_port port{clock};
    service::operator_desk desk{port, clock};

    control_answer ask(const control_request& what, service::peer who = {0, {0}, true, {}}) {
        return ask(service::encode(what), std::move(who));
    }
    control_answer ask(std::string line, service::peer who = {0, {0}, true, {}}) {
        asio::io_context ctx{1};
        std::string answer;
        auto asking = [&]() -> asio::awaitable<void> {
            auto told = co_await desk.answer(line, who);
            answer = std::move(told);
        };
        asio::co_spawn(ctx, asking, [](std::exception_ptr) {});
        run_simulated(ctx, clock, clock.now() + 2h);
        auto read = service::read_answer(answer);
        REQUIRE(read.has_value());
        return std::move(*read);
    }
};

inline control_request on(control_word word, std::string name, std::string account = {}) {
    control_request what;
    what.command = word;
    what.name = std::move(name);
    what.account = std::move(account);
    return what;
}

inline control_request close_all(std::string account = {}, std::string match = {}) {
    auto what = on(control_word::close, {}, std::move(account));
    what.all = true;
    what.match = std::move(match);
    return what;
}

} // namespace smarttrade::test
