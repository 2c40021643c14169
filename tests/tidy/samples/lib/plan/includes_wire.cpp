#include "plan/plan.hpp"
#include "trade/pair.hpp"
#include "wire/json.hpp" // breach: plan includes wire/json.hpp, but arrows point inward
#include "yaml/node.hpp"
