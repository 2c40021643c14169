#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace smarttrade::base {

/// The candidate nearest to a mistyped word: at most a third of its letters wrong (a swap of neighbours counts one),
/// else nothing. For "did you mean". Words over 64 bytes have no neighbours, and beyond some hundred candidates none is
/// looked at.
std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> candidates);

} // namespace smarttrade::base
