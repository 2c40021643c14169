#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

namespace smarttrade::config {

/// `accounts` and `credentials`, and what they have to do with each other and with `paper`.
void read_accounts(const section& root, settings& out);

void read_rate_limits(const section& root, const yaml::node* list, settings& out);
void read_guardrails(const section& root, settings& out);

/// `paper`; absent: the real API.
void read_paper(const section& root, settings& out);

} // namespace smarttrade::config
