#pragma once

#include <string>

#include "config/settings.hpp"

namespace smarttrade::service {

/// What a journal of this configuration belongs to: `https://api.3commas.io/public/api 32455218:paper`, with `paper` in
/// the place of the address where the embedded exchange serves. Compared as text, so it must not change: the accounts
/// in the order of their ids, each with its mode.
std::string journal_binding(const config::settings& settings);

} // namespace smarttrade::service
