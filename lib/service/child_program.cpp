#include "service/child_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "async/time_source.hpp"

namespace smarttrade::service {

namespace {

constexpr std::array kept_variables{"PATH", "HOME", "LANG", "LC_ALL", "TZ"};

void check(int failed, const std::string& doing) {
    if (failed != 0) throw std::system_error{failed, std::generic_category(), doing};
}

/// A descriptor that closes.
class descriptor {
public:
    explicit descriptor(int number) : number_{number} {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

/// A file in memory: unlike a pipe it is never full, and nobody minds if the program does not read it.
int file_of(const std::string& text, const std::string& program) {
    const int file = ::memfd_create("event", MFD_CLOEXEC);
    if (file < 0) check(errno, program);
    std::size_t done = 0;
    while (done < text.size()) {
        const auto count = ::write(file, text.data() + done, text.size() - done);
        if (count < 0) {
            const int why = errno;
            ::close(file);
            check(why, program);
        }
        done += static_cast<std::size_t>(count);
    }
    ::lseek(file, 0, SEEK_SET);
    return file;
}

/// What posix_spawn is told: a group of its own, the signals as a program expects them, and no descriptor of ours.
class spawn_terms {
public:
    spawn_terms(int input, const std::string& program) {
        check(::posix_spawn_file_actions_init(&files_), program);
        check(::posix_spawnattr_init(&how_), program);
        ::posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
        sigset_t all, none;
        sigfillset(&all);
        sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&how_, &all); // we ignore SIGPIPE; it need not
        ::posix_spawnattr_setsigmask(&how_, &none);
        ::posix_spawnattr_setpgroup(&how_, 0);
        constexpr int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
        ::posix_spawnattr_setflags(&how_, static_cast<short>(flags));
    }
    spawn_terms(const spawn_terms&) = delete;
    spawn_terms& operator=(const spawn_terms&) = delete;
    ~spawn_terms() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&how_);
    }
    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* how() const { return &how_; }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t how_;
};

pid_t start(const std::string& program, const std::string& input) {
    const descriptor file{file_of(input, program)};
    const spawn_terms terms{file.number(), program};
    std::vector<std::string> kept;
    for (const auto* name : kept_variables)
        if (const char* value = std::getenv(name)) kept.push_back(std::string{name} + '=' + value);
    std::vector<char*> environment;
    for (auto& each : kept) environment.push_back(each.data());
    environment.push_back(nullptr);
    auto name = program;
    const std::array<char*, 2> words{name.data(), nullptr};
    pid_t pid = -1;
    check(::posix_spawn(&pid, program.c_str(), terms.files(), terms.how(), words.data(), environment.data()), program);
    return pid;
}

} // namespace

child_program::child_program(asio::any_io_executor ex, const std::string& program, const std::string& input)
    : pid_{start(program, input)}, exit_{std::move(ex)} {
    // glibc 2.36 declares pidfd_open without C linkage.
    const int watch = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    boost::system::error_code failed;
    if (watch >= 0) exit_.assign(watch, failed); // else ended() fails, and it is killed
}

child_program::~child_program() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

asio::awaitable<boost::system::result<int>> child_program::ended() {
    // Asio may hand on an event that was meant for an earlier descriptor of the same number: look before it is
    // believed.
    for (bool over = false; !over; over = has_ended()) {
        const auto [failed] = co_await exit_.async_wait(asio::posix::stream_descriptor::wait_read, async::nothrow);
        if (failed) co_return failed;
    }
    ::kill(-pid_, SIGKILL); // what it left behind; not yet reaped, so the number is still its own
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    co_return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool child_program::has_ended() const {
    siginfo_t told{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &told, WEXITED | WNOHANG | WNOWAIT) == 0 && told.si_pid == pid_;
}

} // namespace smarttrade::service
