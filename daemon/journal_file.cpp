#include "journal_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "ask.hpp"

namespace smarttrade::daemon {

bool has_journal(const std::string& file) {
    if (::access(file.c_str(), R_OK) == 0) return true;
    if (errno == ENOENT) return false;
    if (errno == EACCES) throw permission_denied{file + ": permission denied; only root and the daemon's user read it"};
    throw std::system_error{errno, std::generic_category(), file};
}

void require_journal(const std::string& file) {
    if (!has_journal(file)) throw std::runtime_error{file + ": no daemon has run on this state directory yet"};
}

} // namespace smarttrade::daemon
