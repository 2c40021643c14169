// Kills, cuts and confuses the daemon and its exchange, round after round, and counts their trades.
#include <charconv>
#include <exception>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "system/torture_world.hpp"

namespace {

using smarttrade::test::tally;
using smarttrade::test::torture_world;

constexpr int rounds_of_a_world = 10; ///< then it starts afresh, so that its history stays quick to read

struct task {
    int rounds = 50;
    std::uint64_t seed = 1; ///< of the first world; the next one has the next number
};

template <class Number> bool read(std::string_view text, Number& into) {
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, into);
    return read.ec == std::errc{} && read.ptr == end;
}

std::optional<task> read_task(int count, char** words) {
    task made;
    for (int i = 1; i < count; i += 2) {
        const std::string_view flag{words[i]};
        const std::string_view value{i + 1 < count ? words[i + 1] : ""};
        const bool known =
            (flag == "--rounds" && read(value, made.rounds)) || (flag == "--seed" && read(value, made.seed));
        if (!known) return std::nullopt;
    }
    return made;
}

/// Whether all was well.
bool run_world(std::uint64_t seed, int rounds, tally& all) {
    torture_world world{seed};
    bool well = true;
    for (int round = 1; well && round <= rounds; ++round) {
        try {
            world.round();
        } catch (const std::exception& failed) {
            fmt::print("round {} of seed {}: {}\n", round, seed, failed.what());
            fmt::print("{}\nagain: torture --seed {} --rounds {}\n", world.stop(), seed, round);
            well = false;
        }
    }
    all.add(world.so_far());
    return well;
}

} // namespace

int main(int count, char** words) {
    const auto what = read_task(count, words);
    if (!what) {
        fmt::print(stderr, "usage: torture [--rounds N] [--seed S]\n");
        return 64;
    }
    tally all;
    auto seed = what->seed;
    bool well = true;
    for (int left = what->rounds; well && left > 0; left -= rounds_of_a_world)
        well = run_world(seed++, std::min(left, rounds_of_a_world), all);
    fmt::print("{}\n", all.summary());
    return well ? 0 : 1;
}
