#pragma once

#include <ctime>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "journal/journal.hpp"

/// How long until facts are durable, as whoever waits for them sees it.
namespace smarttrade::bench {

namespace asio = boost::asio;

inline double read_clock_us(clockid_t which) {
    timespec now{};
    ::clock_gettime(which, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}
inline double wall_us() { return read_clock_us(CLOCK_MONOTONIC); }
inline double cpu_us() { return read_clock_us(CLOCK_PROCESS_CPUTIME_ID); }

struct run_times {
    std::vector<double> each_us; ///< sorted
    double cpu_us = 0, wall_us = 0;
    double at(double share) const {
        return each_us[static_cast<std::size_t>(share * static_cast<double>(each_us.size() - 1))];
    }
};

using facts_of = std::vector<reconcile::fact> (*)(int number);

inline asio::awaitable<void> write_many(journal::journal& into, facts_of make, int first, int count, run_times& out) {
    for (int i = 0; i < count; ++i) {
        auto facts = make(first + i);
        const auto start = wall_us();
        const auto ended = co_await into.record(std::move(facts));
        if (!ended) throw std::runtime_error{ended.error().reason};
        out.each_us.push_back(wall_us() - start);
    }
}

inline void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

/// `writers` at once record what `make` gives, `records` times in all, with a thread that blocks as in the daemon.
inline run_times time_records(const std::string& file, facts_of make, int writers, int records) {
    asio::io_context loop{1};
    asio::thread_pool worker{1};
    journal::journal into{file, worker.get_executor(), "bench", {}};
    run_times times;
    const auto cpu = cpu_us();
    const auto wall = wall_us();
    for (int writer = 0; writer < writers; ++writer)
        asio::co_spawn(loop, write_many(into, make, writer * 1'000'000, records / writers, times), rethrow);
    loop.run();
    times.wall_us = wall_us() - wall;
    times.cpu_us = cpu_us() - cpu;
    std::ranges::sort(times.each_us);
    return times;
}

} // namespace smarttrade::bench
