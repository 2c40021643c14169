#pragma once

#include <string>

namespace smarttrade::daemon {

/// Whether a journal is there to be read. A folder that this user may not look into is not one that is empty: throws
/// permission_denied, or std::system_error.
bool has_journal(const std::string& file);

/// Throws also when there is none.
void require_journal(const std::string& file);

} // namespace smarttrade::daemon
