#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/doctor.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

/// In the order of `checkup`, those of one kind as they were found.
void sort_findings(std::vector<finding>& all);

bool all_well(const std::vector<finding>& all);

/// `{"checks":[{"check","of","level","finding","mend"}],"well":true}`, one line.
std::string encode_findings(const std::vector<finding>& all);
std::optional<std::vector<finding>> decode_findings(std::string_view json);

/// `ok    disk         21 GiB free at /var/lib/smarttraded`, a line each; one that is not well ends in what to do. On a
/// narrow `shown_in` the lines go on below, indented.
std::string render_findings(const std::vector<finding>& all, colours how, std::optional<window> shown_in = {});

} // namespace smarttrade::service
