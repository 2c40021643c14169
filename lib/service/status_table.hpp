#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/status_report.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

/// The table of trades in lines, each as wide as the window allows.
struct status_table {
    std::string head;
    std::vector<std::vector<std::string>> trades; ///< the lines of each: a reason that is too long stands below its row
};

/// On a narrow window the least important columns go first; then the reason is cut, but for one that a person must
/// see: that goes on below, and a command in it stays whole. Without a window nothing is cut.
status_table table_of(const status_report& report, colours how, std::optional<window> shown_in);

/// What stands below it: counts and budget, a halt, each hold, each key's limiter.
std::vector<std::string> notes_of(const status_report& report, std::optional<window> shown_in);

/// Both, for people.
std::string render_status(const status_report& report, colours how = colours::off, std::optional<window> shown_in = {});

} // namespace smarttrade::service
