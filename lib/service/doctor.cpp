#include "service/doctor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "service/state_dir.hpp"

namespace smarttrade::service {

namespace {

finding well(checkup what, std::string told) { return {what, {}, health::ok, std::move(told), {}}; }

finding ill(checkup what, health is, std::string told, std::string mend) {
    return {what, {}, is, std::move(told), std::move(mend)};
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes >= 10'240 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return fmt::format("{} {}", bytes, units.at(unit));
}

finding state_to_be_made(const std::string& path, const directory_reading& told) {
    if (told.can_write) return well(checkup::state, path + " is not there yet; it is made with the first need of it");
    return ill(checkup::state, health::fail,
               fmt::format("{} is not there, and user {} cannot make it", path, told.user),
               "systemctl start smarttraded makes it; without systemd: set state_dir to a directory of your own");
}

} // namespace

finding judge_state(const std::string& path, const directory_reading& told) {
    const auto fail = [&](std::string what, std::string mend) {
        return ill(checkup::state, health::fail, path + ' ' + what, std::move(mend));
    };
    if (!told.exists) return state_to_be_made(path, told);
    if (!told.is_directory) return fail("is not a directory", "remove it, or set state_dir to another path");
    if (told.owner != told.user && !told.is_root)
        return fail(fmt::format("belongs to {}, and this is {}", told.owner, told.user),
                    fmt::format("sudo -u {} smarttraded doctor", told.owner));
    if (!told.can_write)
        return fail(fmt::format("cannot be written by {}", told.user),
                    "see that its file system is not mounted read-only: findmnt --target " + path);
    if (!told.strangers.empty())
        return fail(
            fmt::format("holds what does not belong to its owner {}: {}", told.owner, fmt::join(told.strangers, ", ")),
            fmt::format("chown -R {} {}", told.owner, path));
    if (!told.journal_trouble.empty())
        return ill(checkup::state, health::fail, told.journal_trouble,
                   fmt::format("smarttraded journal verify {}", journal_file_in(path)));
    if (!told.bound_to.empty() && told.bound_to != told.configured)
        return ill(checkup::state, health::fail,
                   fmt::format("{} belongs to '{}', the configuration names '{}'", journal_file_in(path), told.bound_to,
                               told.configured),
                   "give it another state_dir, or put the configuration back");
    if (told.others_see)
        return ill(checkup::state, health::warn, path + " is open to others, and it holds all that was traded",
                   "chmod 700 " + path);
    return well(checkup::state, fmt::format("{} of {}", path, told.owner));
}

/// The journal keeps a mebibyte for close and cancel on a full disk; what it needs day by day is some more.
finding judge_disk(const std::string& path, const disk_reading& told) {
    constexpr std::uint64_t fail_below = std::uint64_t{64} << 20U, warn_below = std::uint64_t{1} << 30U;
    const auto room = fmt::format("{} of {} free at {}", size_text(told.free_bytes), size_text(told.total_bytes), path);
    if (!told.can_make_files)
        return ill(checkup::disk, health::fail, "no inode is left at " + path, "remove files there: df -i " + path);
    if (told.free_bytes < fail_below)
        return ill(checkup::disk, health::fail,
                   room + ": on a full disk only your own close, cancel and halt are obeyed",
                   "make room: df -h " + path);
    if (told.free_bytes < warn_below) return ill(checkup::disk, health::warn, room, "make room: df -h " + path);
    return well(checkup::disk, room);
}

finding judge_daemon(const std::string& socket, daemon_contact how, bool is_held, const std::string& state) {
    const auto fail = [](std::string what, std::string mend) {
        return ill(checkup::daemon, health::fail, std::move(what), std::move(mend));
    };
    switch (how) {
    case daemon_contact::answered: return well(checkup::daemon, "answers at " + socket);
    case daemon_contact::silent:
        return fail("listens at " + socket + ", but does not answer",
                    "journalctl -u smarttraded may say why, and systemctl restart smarttraded starts it anew");
    case daemon_contact::forbidden:
        return fail("permission denied at " + socket, "see the line `rights`, or: sudo smarttraded doctor");
    case daemon_contact::other_release:
        return fail("is of another release than this command", "systemctl restart smarttraded");
    case daemon_contact::nobody: break;
    }
    if (is_held)
        return fail(fmt::format("a smarttraded works on {}, but none listens at {}", state, socket),
                    "if it is a command like plan or apply, wait for its end; else: journalctl -u smarttraded");
    return well(checkup::daemon, "none runs, so this is a look without it; to start it: systemctl start smarttraded");
}

std::vector<finding> judge_rights(const rights_reading& told) {
    std::vector<finding> all;
    for (const auto& group : told.unknown_operators) {
        const bool of_the_package = group == config::default_operators;
        if (of_the_package && !told.group_exists) continue; // not installed as a package: one may do without them
        all.push_back(ill(checkup::rights, health::warn,
                          fmt::format("admin.operators names the group {}, which this machine does not know", group),
                          of_the_package ? "systemd-sysusers" : "groupadd " + group + ", or mend admin.operators"));
    }
    const auto& user = told.user;
    if (told.is_root || told.runs_daemon) {
        all.push_back(well(checkup::rights, user + " may look and command"));
    } else if (told.group_exists && !told.in_group) {
        all.push_back(
            ill(checkup::rights, health::fail, user + " is not in group smarttraded, and cannot reach the daemon",
                told.in_group_at_next_login ? "log in again: the membership counts from then on"
                                            : fmt::format("sudo usermod -aG smarttraded {}, then log in again", user)));
    } else if (told.is_operator) {
        all.push_back(well(checkup::rights, user + " may look and command"));
    } else {
        auto who = told.operators.empty() ? std::string{"root"}
                                          : fmt::format("root and members of {}", fmt::join(told.operators, ", "));
        all.push_back(well(checkup::rights, fmt::format("{} may look; to command is for {}", user, who)));
    }
    return all;
}

} // namespace smarttrade::service
