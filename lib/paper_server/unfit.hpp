#pragma once

#include <stdexcept>

namespace smarttrade::paper_server {

/// What an exchange is started with cannot work, now or later. Not the disk, and not another process on its file: with
/// those it is worth another attempt.
struct unfit : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The state file is of another version, or of other accounts than the exchange is started with. what() says which; the
/// mend depends on who gave the file.
struct state_unfit : unfit {
    using unfit::unfit;
};

} // namespace smarttrade::paper_server
