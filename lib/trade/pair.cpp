#include "trade/pair.hpp"

#include <algorithm>

namespace smarttrade::trade {

std::optional<pair> pair::parse(std::string_view text) {
    constexpr std::size_t length_max = 64;
    const auto split = text.find('_');
    if (text.size() > length_max || split == 0 || split == std::string_view::npos || split + 1 == text.size())
        return std::nullopt;
    const bool clean = std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!clean) return std::nullopt;
    return pair{std::string{text.substr(0, split)}, std::string{text.substr(split + 1)}};
}

} // namespace smarttrade::trade
