#pragma once

namespace smarttrade::base {

/// Prints the broken claim on stderr and aborts. The supervisor restarts us, and the journal makes that safe.
[[noreturn]] void assertion_failed(const char* claim, const char* file, int line);

} // namespace smarttrade::base

/// For our own bugs only, never for input from outside. Stays on in release builds.
#define SMARTTRADE_ASSERT(claim)                                                                                       \
    ((claim) ? static_cast<void>(0) : ::smarttrade::base::assertion_failed(#claim, __FILE__, __LINE__))
