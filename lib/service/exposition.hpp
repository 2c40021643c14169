#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/histogram.hpp"

namespace smarttrade::service {

using metric_labels = std::vector<std::pair<std::string_view, std::string>>;

/// One line: `name{label="value"} 7`.
struct metric_sample {
    metric_labels labels;
    double value = 0;
    std::string_view suffix{}; ///< of the name: `_bucket`, `_sum` and `_count` of a histogram
};

enum class metric_type { gauge, counter, histogram };

struct metric_family {
    std::string_view name; ///< without the prefix that all have
    metric_type type{};
    std::string_view help;
    std::vector<metric_sample> samples; ///< their labels tell them apart
};

/// The samples of a histogram, its times in seconds.
std::vector<metric_sample> samples_of(const histogram& from);

/// The text format of Prometheus, version 0.0.4: each family with HELP and TYPE, under the prefix `smarttraded_`.
std::string exposition(const std::vector<metric_family>& all);
inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

} // namespace smarttrade::service
