#pragma once

#include "sim/world.hpp"

namespace smarttrade::sim {

/// A story that breaks an invariant, without whatever it breaks it without: every happening that is left is needed.
struct shrunk {
    std::vector<happening> story;
    violation broken;
    int worlds = 0; ///< how many were tried
};

shrunk shrink(const script& of, violation broken);

} // namespace smarttrade::sim
