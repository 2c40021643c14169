#include "service/meters.hpp"

namespace smarttrade::service {

using namespace std::chrono_literals;

// Requests: from a local exchange to api.timeout and beyond. Edits: seen within plans.settle + 2 s (design.md 9), or
// whenever somebody says reload where nothing watches.
meters::meters(base::utc_time start)
    : start_{start}, request_times_{{10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2500ms, 5s, 10s, 30s}},
      edit_times_{{500ms, 1s, 2s, 3s, 5s, 10s, 30s, 60s, 300s, 3600s}} {
    for (const auto& each : all_endings) endings_[each] = 0;
}

void meters::request_ended(const wire::api_request& what, trade::outcome how, std::chrono::nanoseconds took) {
    ++requests_[{wire::endpoint_of(what), how}];
    request_times_.observe(took);
}

void meters::plans_accepted(base::utc_time at, std::optional<base::utc_time> edited_at) {
    const auto known_until = accepted_at_.value_or(start_);
    if (edited_at && *edited_at > known_until && *edited_at <= at) edit_times_.observe(at - *edited_at);
    accepted_at_ = at;
}

} // namespace smarttrade::service
