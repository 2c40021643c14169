#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace smarttrade::service {

/// Another process writes here. For main: exit 75 of the daemon, 1 of a command.
struct state_dir_busy : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A configured path that can never work. For main: exit 78.
struct path_unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a state directory holds.
inline constexpr std::array state_files{"lock", "journal.db", "journal.ballast", "limiter.db", "paper.db"};

/// Whether a process holds the lock of that directory. False also if this user cannot tell.
bool is_held(const std::string& state_dir);

/// The journal of a state directory, also while nobody holds it.
std::string journal_file_in(const std::string& state_dir);

/// The daemon's own directory, held by a lock from construction to destruction: one writer at a time, also after
/// kill -9, which frees the lock. Made with mode 0700 if it is not there.
class state_dir {
public:
    explicit state_dir(std::string path); ///< throws state_dir_busy or std::system_error
    state_dir(const state_dir&) = delete;
    state_dir& operator=(const state_dir&) = delete;
    ~state_dir();

    std::string journal_file() const { return journal_file_in(path_); }
    std::string limiter_file() const { return path_ + "/limiter.db"; }
    std::string paper_file() const { return path_ + "/paper.db"; }

private:
    std::string path_;
    int lock_ = -1;
};

/// state_dir of the configuration, else $STATE_DIRECTORY, else /var/lib/smarttraded.
std::string choose_state_dir(const std::string& configured);

/// admin.socket of the configuration, else in $RUNTIME_DIRECTORY, else in the state directory.
std::string choose_socket(const std::string& configured, const std::string& state_dir);

/// Where a daemon of that state directory may listen, for whoever asks from a shell, where $RUNTIME_DIRECTORY is not
/// set: what systemd keeps in /var/lib/NAME has its socket in /run/NAME. The likeliest first.
std::vector<std::string> sockets_of(const std::string& configured, const std::string& state_dir);

} // namespace smarttrade::service
