#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

struct text_style {
    bool full_time = true; ///< date and zone as well: off a terminal
    bool color = false;
};

/// As the text form paints its word; empty: not at all (terminal.hpp).
std::string_view colour_of(log_level level);

// One line each, without a line feed; control characters of foreign texts never get through.

/// `09:12:05.002 notice  btc-swing    trade.entered  units=0.01 id=30404547 "why"`
std::string format_text(const log_event& what, base::utc_time at, text_style style);
/// `ts=2026-03-02T09:12:05.002Z level=notice name=btc-swing event=trade.entered units=0.01 why="..."`
std::string format_logfmt(const log_event& what, base::utc_time at);
std::string format_json(const log_event& what, base::utc_time at);
/// The text form without time and level: MESSAGE= of the journal.
std::string format_message(const log_event& what);

/// What the system's journal is sent, `NAME=value` each: MESSAGE without time and level, PRIORITY, MESSAGE_ID, and what
/// a person filters by (design.md 9).
std::vector<std::string> journal_fields(const log_event& what);

} // namespace smarttrade::service
