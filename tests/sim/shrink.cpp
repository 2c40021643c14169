#include "sim/shrink.hpp"

#include <algorithm>

namespace smarttrade::sim {

namespace {

std::vector<happening> without(const std::vector<happening>& story, std::size_t from, std::size_t count) {
    auto rest = story;
    const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(from);
    rest.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, rest.size() - from)));
    return rest;
}

} // namespace

/// Leaves out half of the story, then quarters, and so on down to single happenings, until none can be spared.
shrunk shrink(const script& of, violation broken) {
    shrunk best{of.story, std::move(broken), 0};
    for (auto chunk = std::max<std::size_t>(1, of.story.size() / 2);;) {
        bool shorter = false;
        for (std::size_t at = 0; at < best.story.size();) {
            auto fewer = without(best.story, at, chunk);
            auto came = play(of, fewer, voice::silent);
            ++best.worlds;
            if (!came.broken || came.broken->invariant != best.broken.invariant) {
                at += chunk;
                continue;
            }
            best.story = std::move(fewer);
            best.broken = std::move(*came.broken);
            shorter = true;
        }
        if (chunk == 1 && !shorter) return best;
        if (chunk > 1) chunk /= 2;
    }
}

} // namespace smarttrade::sim
