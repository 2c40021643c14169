#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "command.hpp"
#include "journal/audit.hpp"
#include "journal/reader.hpp"
#include "journal/unusable.hpp"
#include "journal_file.hpp"
#include "load_config.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace {

/// A daemon may run meanwhile: a reader beside it changes nothing, and asks nothing of the exchange.
std::string journal_of(const common_options& common) {
    const auto settings = load_config(common.config_file);
    auto file = service::journal_file_in(service::choose_state_dir(settings.state_dir));
    require_journal(file);
    return file;
}

/// Where lines go: a file that only its owner may read, or standard output. Throws what the disk says, also at the end.
class line_file {
public:
    explicit line_file(std::string path) : path_{std::move(path)} {
        if (path_ == "-") return;
        const int made = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (made < 0) fail();
        out_ = ::fdopen(made, "w");
    }
    line_file(const line_file&) = delete;
    line_file& operator=(const line_file&) = delete;
    ~line_file() {
        if (out_ != stdout) std::fclose(out_);
    }

    void write(const std::string& line) {
        if (std::fputs(line.c_str(), out_) < 0 || std::fputc('\n', out_) < 0) fail();
    }
    void end() {
        if (std::fflush(out_) != 0) fail();
    }

private:
    [[noreturn]] void fail() const {
        throw std::system_error{errno, std::generic_category(), path_ == "-" ? "standard output" : path_};
    }

    std::string path_;
    std::FILE* out_ = stdout;
};

int export_to(const std::string& journal, const std::string& file) {
    journal::reader source{journal};
    line_file out{file};
    source.for_each([&](const journal::entry& one) { out.write(journal::export_line(one)); });
    out.end();
    return 0;
}

int verify(const std::string& file) {
    if (!has_journal(file)) throw std::runtime_error{file + ": does not exist"};
    const auto found = journal::verify(file);
    for (const auto& one : found.findings) {
        const auto place = one.seq == 0 ? file : fmt::format("{}: event {}", file, one.seq);
        fmt::print("{}: {}\n", place, one.text);
    }
    const auto count = found.findings.size();
    fmt::print("{}: {} event{}{}: {} finding{}\n", file, found.events, found.events == 1 ? "" : "s",
               found.binding.empty() ? "" : fmt::format(" of '{}'", found.binding), count, count == 1 ? "" : "s");
    return count == 0 ? 0 : 1;
}

int back_up(const std::string& journal, const std::string& file) {
    journal::reader source{journal};
    source.back_up(file);
    fmt::print("{}: the journal as it is now; to go on from it, stop the daemon, put it in the place of {} and remove "
               "{}-wal and {}-shm\n",
               file, journal, journal, journal);
    return 0;
}

/// A journal that cannot be used is this command's finding, not a broken configuration.
int told(const std::function<int()>& work) {
    try {
        return work();
    } catch (const journal::unusable& trouble) {
        fmt::print(stderr, "smarttraded: {}\n", trouble.what());
        return 1;
    }
}

} // namespace

void add_journal_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("journal", "the daemon's memory: look at it, check it, copy it");
    command->require_subcommand(1);
    const auto add = [&](const char* name, const char* what, const char* file_is,
                         std::function<int(std::string)> work) {
        auto* sub = command->add_subcommand(name, what);
        const auto file = std::make_shared<std::string>();
        sub->add_option("FILE", *file, file_is)->required();
        sub->callback([&exit_code, file, work] { exit_code = told([&] { return work(*file); }); });
    };
    add("export", "every event as a line of JSON", "where to; - is standard output",
        [&common](const std::string& file) { return export_to(journal_of(common), file); });
    add("verify", "whether a journal or a backup is sound and free of contradictions", "a journal or a backup of one",
        [&common](const std::string& file) {
            if (common.config_given) load_config(common.config_file);
            return verify(file);
        });
    add("backup", "a copy of the journal, also while a daemon runs", "a new file",
        [&common](const std::string& file) { return back_up(journal_of(common), file); });
}

} // namespace smarttrade::daemon
