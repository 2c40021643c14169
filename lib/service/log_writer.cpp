#include "service/log_writer.hpp"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "service/log_format.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

namespace {

using config::log_format;

class stream_log final : public leveled_log {
public:
    stream_log(log_level level, log_format format, async::time_source& time)
        : leveled_log{level}, format_{format}, time_{time} {
        const bool terminal = ::isatty(STDERR_FILENO) == 1;
        style_ = {!terminal, colours_of(STDERR_FILENO) == colours::on};
    }

    void write(const log_event& what) override {
        if (kind_of(what.what).level < least) return;
        const auto line = one_line(what) + '\n';
        std::fwrite(line.data(), 1, line.size(), stderr); // unbuffered: one write a line
    }

private:
    std::string one_line(const log_event& what) const {
        const auto at = time_.utc_now();
        if (format_ == log_format::json) return format_json(what, at);
        if (format_ == log_format::logfmt) return format_logfmt(what, at);
        return format_text(what, at, style_);
    }

    log_format format_;
    async::time_source& time_;
    text_style style_;
};

class journal_log final : public leveled_log {
public:
    using leveled_log::leveled_log;

    void write(const log_event& what) override {
        if (kind_of(what.what).level < least) return;
        auto fields = journal_fields(what);
        std::vector<iovec> parts;
        for (auto& field : fields) parts.push_back({field.data(), field.size()});
        sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    }
};

/// Whether standard error is the journal's own stream, as systemd tells in JOURNAL_STREAM (device:inode).
bool stderr_is_journal() {
    const char* told = std::getenv("JOURNAL_STREAM");
    struct stat found {};
    if (!told || ::fstat(STDERR_FILENO, &found) != 0) return false;
    return fmt::format("{}:{}", found.st_dev, found.st_ino) == told;
}

log_format choose(log_format asked) {
    if (asked != log_format::automatic) return asked;
    if (stderr_is_journal()) return log_format::journal;
    return ::isatty(STDERR_FILENO) == 1 ? log_format::text : log_format::logfmt;
}

} // namespace

std::unique_ptr<leveled_log> make_log(log_level level, config::log_format format, async::time_source& time) {
    const auto chosen = choose(format);
    if (chosen == log_format::journal) return std::make_unique<journal_log>(level);
    return std::make_unique<stream_log>(level, chosen, time);
}

} // namespace smarttrade::service
