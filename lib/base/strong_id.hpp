#pragma once

#include <compare>
#include <cstdint>

namespace smarttrade::base {

/// An integer that names one kind of thing and is not mixed up with another kind.
/// 64 bits: sub-trade ids pass 2^31 (api.md E.1).
template <class Tag>
struct strong_id {
    std::int64_t value = 0;
    friend auto operator<=>(const strong_id&, const strong_id&) = default;
};

} // namespace smarttrade::base
