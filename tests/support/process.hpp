#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace smarttrade::test {

/// A child process whose standard output and error come back as one stream of lines. Killed when this goes.
class process {
public:
    explicit process(std::vector<std::string> command) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL); // also when the test itself is killed
            ::dup2(ends[1], STDOUT_FILENO);
            ::dup2(ends[1], STDERR_FILENO);
            std::vector<char*> argv;
            for (auto& word : command) argv.push_back(word.data());
            argv.push_back(nullptr);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        out_ = ends[0];
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process() {
        signal(SIGKILL);
        wait();
        ::close(out_);
    }

    /// The next line without its line feed; nothing at the end. Blocks: the test's own time limit bounds it.
    std::optional<std::string> read_line() { return read_line(std::chrono::milliseconds{-1}); }

    /// Nothing also when it stays silent for so long.
    std::optional<std::string> read_line(std::chrono::milliseconds patience) {
        for (;;) {
            const auto end = unread_.find('\n');
            if (end != std::string::npos || (at_end_ && !unread_.empty())) {
                auto line = unread_.substr(0, end);
                unread_.erase(0, end == std::string::npos ? end : end + 1);
                return line;
            }
            if (at_end_ || !hears(patience)) return std::nullopt;
            receive();
        }
    }

    /// It has closed its output, as it does when it ends, and all of that was read.
    bool at_end() const { return at_end_ && unread_.empty(); }

    std::string read_all() {
        std::string text;
        while (const auto line = read_line()) text += *line + '\n';
        return text;
    }

    void signal(int number) const {
        if (pid_ > 0) ::kill(pid_, number);
    }

    /// Exit code, or 128 + signal.
    int wait() {
        if (pid_ <= 0) return code_;
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return code_;
    }

private:
    bool hears(std::chrono::milliseconds patience) const {
        ::pollfd on{out_, POLLIN, 0};
        return ::poll(&on, 1, static_cast<int>(patience.count())) != 0;
    }

    void receive() {
        std::array<char, 4096> bytes;
        const auto count = ::read(out_, bytes.data(), bytes.size());
        at_end_ = count <= 0;
        if (count > 0) unread_.append(bytes.data(), static_cast<std::size_t>(count));
    }

    pid_t pid_ = -1;
    int code_ = -1;
    int out_ = -1;
    bool at_end_ = false;
    std::string unread_;
};

} // namespace smarttrade::test
