// limiter_server fixed|sliding N W_MS [PORT]: a server that counts, for limiter_driver. Answers 200, and 429 to
// whatever is more than N in a window of W_MS by its own clock; what was answered 429 counts too. Fixed windows begin
// at whole multiples of W_MS since 1970. Prints `listening http://127.0.0.1:PORT`; GET /count answers
// {"served":..,"throttled":..}, uncounted. Ends with SIGTERM.

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "async/system_time.hpp"
#include "bench/serve.hpp"

using namespace smarttrade;
using std::chrono::nanoseconds;

namespace {

class counter {
public:
    counter(bool slides, std::size_t requests, nanoseconds per)
        : slides_{slides}, requests_{requests}, per_{per}, offset_{time_.utc_now().time_since_epoch()
                                                                   - time_.now().time_since_epoch()} {}

    http::response answer(const http::request& what) {
        http::response reply;
        reply.status = 200;
        if (what.target == "/count") {
            reply.body = fmt::format(R"({{"served":{},"throttled":{}}})", served_, throttled_);
            return reply;
        }
        const nanoseconds now = time_.now().time_since_epoch() + offset_;
        const auto begin = slides_ ? now - per_ : now / per_ * per_ - nanoseconds{1};
        while (!seen_.empty() && seen_.front() <= begin) seen_.pop_front();
        seen_.push_back(now);
        const bool fits = seen_.size() <= requests_;
        ++(fits ? served_ : throttled_);
        if (!fits) reply.status = 429;
        reply.body = "{}";
        return reply;
    }

private:
    async::system_time time_;
    bool slides_;
    std::size_t requests_;
    nanoseconds per_, offset_;
    std::deque<nanoseconds> seen_; ///< in the window
    std::size_t served_ = 0, throttled_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    const std::string_view window = argc > 1 ? argv[1] : "";
    if (argc < 4 || argc > 5 || (window != "fixed" && window != "sliding")) {
        std::fputs("usage: limiter_server fixed|sliding N W_MS [PORT]\n", stderr);
        return 64;
    }
    counter all{window == "sliding", std::strtoul(argv[2], nullptr, 10),
                std::chrono::milliseconds{std::strtoll(argv[3], nullptr, 10)}};
    const auto port = static_cast<std::uint16_t>(argc > 4 ? std::atoi(argv[4]) : 0);
    return bench::serve(port, [&all](const http::request& what) { return all.answer(what); });
}
