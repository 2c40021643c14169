// What the journal costs, on the disk that the folder given lies on: how long until an intent and its request are
// durable, alone and with eight writers at once (from the call to the answer, so wall time; CPU beside it), how long a
// start takes on a journal of 100,000 events, from the memory and from the disk, and how long a piece of pruning holds
// up whoever records. Run it on a quiet machine: the disk is shared.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/journal_load.hpp"
#include "reconcile/history.hpp"
#include "support/in_project.hpp"

namespace {

using namespace smarttrade;
using reconcile::fact, reconcile::fact_kind;
using namespace bench;

std::string example_entity() {
    std::ifstream file{test::in_project("tests/wire/entities/e2.json")};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

constexpr int trades = 2000;

fact fact_of(fact_kind kind, int trade, const std::string& nonce) {
    fact made;
    made.kind = kind;
    made.at = base::utc_time{std::chrono::milliseconds{1'772'442'000'000}};
    made.identity = {trade::account_id{7}, "trade-" + std::to_string(trade), 1};
    made.nonce = nonce;
    return made;
}

std::vector<fact> intent_and_request(int number) {
    const auto nonce = "n" + std::to_string(number);
    auto intent = fact_of(fact_kind::intent, number % trades, nonce);
    intent.body = std::string(600, 'b');
    intent.text = "USDT_BTC";
    auto request = fact_of(fact_kind::request, number % trades, nonce);
    request.text = "POST /v2/smart_trades 640 bytes";
    request.body = std::string(640, 'r');
    return {std::move(intent), std::move(request)};
}

void measure_records(const std::string& folder, int writers, int pairs) {
    const auto file = folder + "/records" + std::to_string(writers) + ".db";
    const auto times = time_records(file, intent_and_request, writers, pairs);
    std::printf("%d writer(s): p50 %6.0f us  p99 %6.0f us  worst %7.0f us  cpu %5.1f us/pair  %6.0f pairs/s\n", writers,
                times.at(0.5), times.at(0.99), times.at(1), times.cpu_us / pairs, pairs / times.wall_us * 1e6);
}

/// A trade that was created, bound, changed again and again, and looked at in between: every fifth event is what was
/// seen of it, about 3 KB.
std::vector<fact> life_of(int trade, const std::string& entity, int events) {
    const trade::smart_trade_id id{30'000'000 + trade};
    const auto nonce = "l" + std::to_string(trade);
    auto all = intent_and_request(trade);
    for (auto& one : all) one.nonce = nonce;
    auto outcome = fact_of(fact_kind::outcome, trade, nonce);
    outcome.ended = trade::outcome::accepted;
    auto bound = fact_of(fact_kind::bound, trade, nonce);
    bound.body = all[0].body;
    all.push_back(std::move(outcome));
    all.push_back(std::move(bound));
    constexpr std::array cycle{fact_kind::observed, fact_kind::write, fact_kind::request, fact_kind::written,
                               fact_kind::echo};
    for (int i = 0; static_cast<int>(all.size()) < events; ++i) {
        const auto kind = cycle[static_cast<std::size_t>(i) % cycle.size()];
        auto one = fact_of(kind, trade, fmt::format("w{}-{}", trade, i / 5));
        if (kind == fact_kind::observed) one.nonce.clear(), one.text = entity;
        if (kind == fact_kind::write || kind == fact_kind::request) one.body = std::string(640, 'r');
        all.push_back(std::move(one));
    }
    for (auto& one : all)
        if (one.kind != fact_kind::intent && one.kind != fact_kind::request) one.trade_id = id;
    return all;
}

void fill(const std::string& file, int events) {
    asio::io_context loop{1};
    journal::journal into{file, loop.get_executor(), "bench", {}};
    auto entity = example_entity();
    if (const auto at = entity.find("waiting_targets"); at != std::string::npos) entity.replace(at, 15, "finished");
    auto work = [&]() -> asio::awaitable<void> {
        for (int trade = 0; trade < trades; ++trade) {
            auto facts = life_of(trade, entity, events / trades);
            co_await into.record(std::move(facts));
        }
    };
    asio::co_spawn(loop, work, rethrow);
    loop.run();
}

/// The next reads of the file come from the disk.
void forget(const std::string& file) {
    const int held = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    ::fsync(held);
    ::posix_fadvise(held, 0, 0, POSIX_FADV_DONTNEED);
    ::close(held);
}

void measure_start(const std::string& folder, int events) {
    const auto file = folder + "/start.db";
    fill(file, events);
    std::printf("a journal of %d events, %.1f MB\n", events,
                static_cast<double>(std::filesystem::file_size(file)) / 1e6);
    asio::io_context loop{1};
    for (const bool from_disk : {false, false, true}) {
        if (from_disk) forget(file);
        const auto cpu = cpu_us();
        const auto wall = wall_us();
        journal::journal again{file, loop.get_executor(), "bench", {}};
        const auto opened = wall_us();
        reconcile::history past;
        again.for_each([&](const fact& what) { past.apply(what, {}); });
        std::printf("start from %s: open %4.0f ms, fold %4.0f ms, cpu %4.0f ms in all, %zu trades\n",
                    from_disk ? "disk  " : "memory", (opened - wall) / 1e3, (wall_us() - opened) / 1e3,
                    (cpu_us() - cpu) / 1e3, past.trades().size());
    }
}

/// All trades ended long ago: the first pruning after three months without one.
void measure_pruning(const std::string& folder) {
    asio::io_context loop{1};
    asio::thread_pool worker{1};
    journal::journal book{folder + "/start.db", worker.get_executor(), "bench", {}};
    const base::utc_time later{std::chrono::milliseconds{1'772'442'000'000} + std::chrono::days{100}};
    std::vector<double> pieces;
    std::int64_t rows = 0;
    auto work = [&]() -> asio::awaitable<void> {
        for (bool more = true; more;) {
            const auto start = wall_us();
            const auto ended = co_await book.prune(later);
            pieces.push_back(wall_us() - start);
            more = ended.value().more;
            rows += ended.value().rows;
        }
    };
    asio::co_spawn(loop, work, rethrow);
    loop.run();
    std::ranges::sort(pieces);
    std::printf("pruning: %lld rows in %zu pieces, p50 %.1f ms, worst %.1f ms\n", static_cast<long long>(rows),
                pieces.size(), pieces[pieces.size() / 2] / 1e3, pieces.back() / 1e3);
}

} // namespace

int main(int count, char** words) {
    const std::string folder = count > 1 ? words[1] : "journal_bench.tmp";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    measure_records(folder, 1, 4000);
    measure_records(folder, 8, 16'000);
    measure_start(folder, 100'000);
    measure_pruning(folder);
    std::filesystem::remove_all(folder);
}
