#include "service/exposition.hpp"

#include <array>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

constexpr std::array<std::string_view, 3> type_names{"gauge", "counter", "histogram"};

/// The format knows these three escapes, and the last of them between quotes only.
std::string escaped(std::string_view text, bool is_quoted) {
    std::string made;
    for (const char c : text) {
        if (c == '\n') {
            made += "\\n";
            continue;
        }
        if (c == '\\' || (c == '"' && is_quoted)) made += '\\';
        made += c;
    }
    return made;
}

/// Fifteen digits are what a double holds of a decimal: 0.1 + 0.2 is told as 0.3.
std::string number(double value) { return fmt::format("{:.15g}", value); }

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>{time}.count(); }

void write_sample(std::string& out, std::string_view name, const metric_sample& sample) {
    out += fmt::format("smarttraded_{}{}", name, sample.suffix);
    char before = '{';
    for (const auto& [label, value] : sample.labels) {
        out += fmt::format("{}{}=\"{}\"", before, label, escaped(value, true));
        before = ',';
    }
    if (!sample.labels.empty()) out += '}';
    out += fmt::format(" {}\n", number(sample.value));
}

} // namespace

std::vector<metric_sample> samples_of(const histogram& from) {
    std::vector<metric_sample> made;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < from.bounds().size(); ++i) {
        so_far += from.counts()[i];
        made.push_back({{{"le", number(seconds(from.bounds()[i]))}}, static_cast<double>(so_far), "_bucket"});
    }
    const auto all = static_cast<double>(from.count());
    made.push_back({{{"le", "+Inf"}}, all, "_bucket"});
    made.push_back({{}, seconds(from.sum()), "_sum"});
    made.push_back({{}, all, "_count"});
    return made;
}

std::string exposition(const std::vector<metric_family>& all) {
    std::string out;
    for (const auto& family : all) {
        out += fmt::format("# HELP smarttraded_{} {}\n", family.name, escaped(family.help, false));
        out += fmt::format("# TYPE smarttraded_{} {}\n", family.name,
                           type_names.at(static_cast<std::size_t>(family.type)));
        for (const auto& sample : family.samples) write_sample(out, family.name, sample);
    }
    return out;
}

} // namespace smarttrade::service
