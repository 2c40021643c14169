#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace smarttrade::base {

void assertion_failed(const char* claim, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: bug: '%s' does not hold\n", file, line, claim);
    std::abort();
}

} // namespace smarttrade::base
