#pragma once

#include <stdexcept>

namespace smarttrade::journal {

/// Cannot be used: not a sound database, a newer schema, or bound to another account. For main: exit 78.
struct unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace smarttrade::journal
