#include "base/nearest_word.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace smarttrade::base {

namespace {

constexpr std::size_t word_max = 64;

/// Optimal string alignment: insert, delete, replace, swap of neighbours cost one each.
std::size_t distance(std::string_view a, std::string_view b) {
    std::array<std::array<std::size_t, word_max + 1>, 3> rows{};
    auto* before = &rows[0];
    auto* above = &rows[1];
    auto* row = &rows[2];
    for (std::size_t j = 0; j <= b.size(); ++j) (*above)[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        (*row)[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = (*above)[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            (*row)[j] = std::min({replace, (*above)[j] + 1, (*row)[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) (*row)[j] = std::min((*row)[j], (*before)[j - 2] + 1);
        }
        auto* oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return (*above)[b.size()];
}

} // namespace

std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > word_max) return std::nullopt;
    std::optional<std::string_view> best;
    auto best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    constexpr std::size_t candidates_max = 200; // each takes its time, and a hostile file may have very many
    for (const auto candidate : candidates.first(std::min(candidates.size(), candidates_max))) {
        if (candidate.size() > word_max) continue;
        const auto d = distance(word, candidate);
        if (d >= best_distance) continue;
        best = candidate;
        best_distance = d;
    }
    return best;
}

} // namespace smarttrade::base
