#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace smarttrade::test {

/// A child process whose standard output and error come back as one stream of lines. Killed when it goes.
class process {
public:
    explicit process(std::vector<std::string> command) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::dup2(ends[1], STDERR_FILENO);
            std::vector<char*> argv;
            for (auto& word : command) argv.push_back(word.data());
            argv.push_back(nullptr);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        out_ = ::fdopen(ends[0], "r");
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process() {
        signal(SIGKILL);
        wait();
        std::fclose(out_);
    }

    /// The next line without its line feed; nothing at the end. Blocks: the test's own time limit bounds it.
    std::optional<std::string> read_line() {
        std::string line;
        for (int c = std::fgetc(out_); c != EOF; c = std::fgetc(out_)) {
            if (c == '\n') return line;
            line += static_cast<char>(c);
        }
        return line.empty() ? std::nullopt : std::optional{line};
    }

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
    pid_t pid_ = -1;
    int code_ = -1;
    std::FILE* out_ = nullptr;
};

} // namespace smarttrade::test
