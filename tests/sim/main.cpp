// sim: plays worlds. Each seed is one world: plans, a market, people and whatever can fail; see tests/README.md.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/shrink.hpp"

namespace smarttrade::sim {

namespace {

volatile std::sig_atomic_t playing = 0; ///< the seed at hand, for the last words of an assertion

extern "C" void tell_seed(int) {
    char text[128];
    const int size = std::snprintf(text, sizeof text, "sim: aborted at seed=%ld commit=%s\n",
                                   static_cast<long>(playing), SMARTTRADED_COMMIT);
    if (size > 0 && ::write(STDERR_FILENO, text, static_cast<std::size_t>(size)) < 0) ::_exit(134);
    std::signal(SIGABRT, SIG_DFL);
}

/// What many worlds came to: the summary line.
struct summary {
    std::size_t seeds = 0, requests = 0;
    int kills = 0, violations = 0;
    std::chrono::nanoseconds lasted{};
    std::map<incident, int> hits;

    void add(const outcome& came) {
        ++seeds;
        requests += came.requests;
        kills += came.kills;
        lasted += came.lasted;
        for (const auto& [what, count] : came.hits) hits[what] += count;
        if (came.broken) ++violations;
    }
    std::string text() const {
        std::string faults;
        for (const auto& [what, count] : hits) faults += fmt::format(" {} {}", base::name_of(what), count);
        return fmt::format("{} seeds: {} simulated hours, {} requests, kills {}, violations {}; happenings:{}", seeds,
                           std::chrono::duration_cast<std::chrono::hours>(lasted).count(), requests, kills, violations,
                           faults);
    }
};

void tell_failure(const script& of, const violation& broken) {
    fmt::print("seed={} commit={}\nbroken: {}: {}\n", of.seed, SMARTTRADED_COMMIT, broken.invariant, broken.how);
    std::fflush(stdout);
    const auto least = shrink(of, broken);
    fmt::print("the shortest story that breaks it ({} worlds tried){}:\n", least.worlds,
               of.outside_model ? ", outside the fault model" : "");
    for (const auto& each : least.story) fmt::print("  {}\n", tell(each));
    fmt::print("  then: {}: {}\nreplay: sim --seed {} --log\n", least.broken.invariant, least.broken.how, of.seed);
    std::fflush(stdout);
}

struct seed_range {
    std::uint64_t first = 1, last = 1'000;
};

std::optional<seed_range> read_range(const std::string& text) {
    seed_range read;
    const auto* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, read.first);
    if (first.ec != std::errc{} || std::string_view{first.ptr, end}.substr(0, 2) != "..") return std::nullopt;
    const auto last = std::from_chars(first.ptr + 2, end, read.last);
    if (last.ec != std::errc{} || last.ptr != end || read.last < read.first) return std::nullopt;
    return read;
}

int play_all(seed_range range, voice how, int failures_max) {
    summary all;
    for (auto seed = range.first; seed <= range.last && all.violations < failures_max; ++seed) {
        playing = static_cast<std::sig_atomic_t>(seed);
        const script of{seed};
        const auto came = play(of, of.story, how);
        all.add(came);
        if (came.broken) tell_failure(of, *came.broken);
    }
    fmt::print("{}\n", all.text());
    return all.violations == 0 ? 0 : 1;
}

} // namespace

} // namespace smarttrade::sim

int main(int count, char** words) {
    using namespace smarttrade::sim;
    CLI::App app{"Plays simulated worlds against the real service and judges each by the invariants."};
    std::string seeds = "1..1000";
    std::uint64_t seed = 0;
    bool log = false;
    int failures_max = 3;
    app.add_option("--seeds", seeds, "A..B, one world each")
        ->check([](const std::string& text) { return read_range(text) ? "" : "expected A..B with A not above B"; })
        ->capture_default_str();
    auto* one = app.add_option("--seed", seed, "one world");
    app.add_flag("--log", log, "print what happens and what the daemon logs");
    app.add_option("--failures", failures_max, "stop after so many")->capture_default_str();
    CLI11_PARSE(app, count, words);
    std::signal(SIGABRT, tell_seed);
    const auto range = *one ? seed_range{seed, seed} : *read_range(seeds);
    return play_all(range, log ? voice::aloud : voice::silent, failures_max);
}
