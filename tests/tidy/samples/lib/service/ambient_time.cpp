// A comment may say steady_clock::now, and so may a text.
#include <chrono>

namespace smarttrade::service {

using clock = std::chrono::steady_clock;

auto a = std::chrono::steady_clock::now();             // breach: steady_clock::now: time comes from async::time_source
auto b = std::chrono::system_clock::now();             // breach: system_clock::now
auto c = clock::now();                                 // breach: clock::now
std::chrono::high_resolution_clock d;                  // breach: high_resolution_clock
auto e = gettimeofday(&now, nullptr);                  // breach: gettimeofday
auto f = ::clock_gettime(CLOCK_MONOTONIC, &now);       // breach: clock_gettime
auto g = std::time(&seconds);                          // breach: std::time
auto h = time(nullptr), i = ::time(NULL);              // breach: time(nullptr)
auto j = ::time(NULL);                                 // breach: time(NULL)
void set(asio::steady_timer& t) { t.expires_after(1s); } // breach: expires_after(
auto sound = machine.time().now();
auto text = "steady_clock::now";

} // namespace smarttrade::service
