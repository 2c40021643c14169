// What libFuzzer calls with each text it thinks of.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text{bytes, bytes + size};
    const auto fault = smarttrade::fuzz::check_config(text);
    if (fault.empty()) return 0;
    std::fprintf(stderr, "broken: %s\n", fault.c_str());
    std::abort();
}
