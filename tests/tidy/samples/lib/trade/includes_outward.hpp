#pragma once
// #include "service/reconciler.hpp"
#include "async/time_source.hpp" // breach: trade includes async/time_source.hpp, but arrows point inward
#include "money/decimal.hpp"
#include <config/settings.hpp> // breach: trade includes config/settings.hpp, but arrows point inward
