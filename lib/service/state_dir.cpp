#include "service/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

} // namespace

state_dir::state_dir(std::string path) : path_{std::move(path)} {
    if (const auto parent = std::filesystem::path{path_}.parent_path(); !parent.empty())
        std::filesystem::create_directories(parent);
    if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) fail(path_);
    const auto file = path_ + "/lock";
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) fail(file);
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(std::exchange(lock_, -1));
    throw state_dir_busy{fmt::format("{}: another smarttraded writes here", path_)};
}

state_dir::~state_dir() {
    if (lock_ >= 0) ::close(lock_);
}

bool is_held(const std::string& state_dir) {
    const int file = ::open((state_dir + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return held;
}

std::string journal_file_in(const std::string& state_dir) { return state_dir + "/journal.db"; }

std::string choose_state_dir(const std::string& configured) {
    if (!configured.empty()) return configured;
    const char* told = std::getenv("STATE_DIRECTORY");
    return told && *told ? told : "/var/lib/smarttraded";
}

std::string choose_socket(const std::string& configured, const std::string& state_dir) {
    if (!configured.empty()) return configured;
    const char* told = std::getenv("RUNTIME_DIRECTORY");
    return (told && *told ? std::string{told} : state_dir) + "/control.sock";
}

std::vector<std::string> sockets_of(const std::string& configured, const std::string& state_dir) {
    constexpr std::string_view states = "/var/lib/";
    std::vector<std::string> all;
    if (configured.empty() && !std::getenv("RUNTIME_DIRECTORY") && state_dir.starts_with(states))
        all.push_back("/run/" + state_dir.substr(states.size()) + "/control.sock");
    all.push_back(choose_socket(configured, state_dir));
    return all;
}

} // namespace smarttrade::service
