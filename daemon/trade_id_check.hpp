#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/printable.hpp"

namespace smarttrade::daemon {

/// For options that take the id of a trade on the exchange; CLI11's own check tells the range of its numbers.
inline CLI::Validator trade_id_check() {
    return {[](std::string& word) {
                std::int64_t id = 0;
                const auto* end = word.data() + word.size();
                const auto [rest, failed] = std::from_chars(word.data(), end, id);
                const bool is_id = failed == std::errc{} && rest == end && id > 0;
                return is_id ? std::string{} : fmt::format("'{}', expected a whole number", base::printable(word, ' '));
            },
            "POSITIVE"};
}

} // namespace smarttrade::daemon
