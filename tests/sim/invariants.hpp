#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/evidence.hpp"

namespace smarttrade::sim {

/// A claim about every world. `broken` says how it is broken, or nothing.
struct invariant {
    std::string_view name;
    std::optional<std::string> (*broken)(const evidence& of);
};

/// Hold at every moment, whatever fails.
std::span<const invariant> safety();
/// So do these: nothing is done that people and plans did not ask for.
std::span<const invariant> obedience();
/// Hold once the faults are over and time was given.
std::span<const invariant> liveness();

/// Nobody but the market or a person can bring it any further.
bool is_settled(const reconcile::standing& now);

/// What a change does to a trade, by the last words of its path.
bool cancels_whole(const sent_request& each);
bool closes_whole(const sent_request& each);

struct violation {
    std::string_view invariant;
    std::string how;
};
/// The first of them that is broken.
std::optional<violation> first_broken(std::span<const invariant> all, const evidence& of);

} // namespace smarttrade::sim
