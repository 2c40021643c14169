#pragma once

#include "yaml/node.hpp"

namespace smarttrade::plan {

/// The expanded trade over the expanded defaults of its file: a deep merge in which lists and `price units trailing
/// timeout` replace whole and `none` takes away (design.md 4). Afterwards no `none` is left but a note's.
yaml::node merge_defaults(const yaml::node& defaults, yaml::node trade);

/// Fills in what a trade may leave out: `price_type` at exits without a type, and exits that are off.
void fill_in(yaml::node& trade);

} // namespace smarttrade::plan
