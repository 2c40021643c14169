#pragma once

#include <memory>

#include "async/time_source.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

/// A log of which the level may change.
struct leveled_log : log_sink {
    explicit leveled_log(log_level level) : least{level} {}
    log_level least; ///< events below it are dropped
};

/// The log of a running daemon: standard error in the configured format, or the journal's own socket with its fields.
/// `automatic`: the journal under systemd, text on a terminal, else logfmt. Events below `level` are dropped.
std::unique_ptr<leveled_log> make_log(log_level level, config::log_format format, async::time_source& time);

} // namespace smarttrade::service
