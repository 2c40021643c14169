#include "service/doctor_host.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "http/endpoint.hpp"
#include "http/trust_store.hpp"
#include "journal/reader.hpp"
#include "service/journal_binding.hpp"
#include "service/peer.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::service {

namespace {

std::string name_of_user(uid_t id) {
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> room(1024);
    while (::getpwuid_r(id, &entry, room.data(), room.size(), &found) == ERANGE && room.size() < (1U << 20U))
        room.resize(room.size() * 2);
    return found ? found->pw_name : fmt::format("{}", id);
}

/// The nearest directory above that exists: where a missing one would be made, and on whose disk.
std::string existing_part_of(const std::string& path) {
    std::error_code ignored;
    auto at = std::filesystem::absolute(path, ignored);
    while (at.has_relative_path() && !std::filesystem::exists(at, ignored)) at = at.parent_path();
    return at.string();
}

directory_reading read_directory(const std::string& path) {
    directory_reading told;
    const auto user = ::geteuid();
    told.user = name_of_user(user);
    told.is_root = user == 0;
    struct stat found {};
    told.exists = ::stat(path.c_str(), &found) == 0;
    const auto& written = told.exists ? path : existing_part_of(path);
    told.can_write = ::access(written.c_str(), W_OK | X_OK) == 0;
    if (!told.exists) return told;
    told.is_directory = S_ISDIR(found.st_mode);
    told.owner = name_of_user(found.st_uid);
    told.others_see = (found.st_mode & 0077U) != 0;
    for (const auto* name : state_files) {
        struct stat file {};
        if (::stat((path + '/' + name).c_str(), &file) == 0 && file.st_uid != found.st_uid)
            told.strangers.emplace_back(name);
    }
    return told;
}

/// Only as somebody who may read it: to all others the directory's owner is told.
void read_journal(const std::string& state_dir, directory_reading& into) {
    const auto file = journal_file_in(state_dir);
    const bool may_read = into.is_directory && (into.is_root || into.owner == into.user);
    struct stat found {};
    if (!may_read || ::stat(file.c_str(), &found) != 0 || found.st_size == 0) return;
    try {
        into.bound_to = journal::reader{file}.binding();
    } catch (const std::runtime_error& trouble) {
        into.journal_trouble = trouble.what();
    }
}

finding examine_state(const config::settings& settings, const std::string& state_dir) {
    auto told = read_directory(state_dir);
    told.configured = journal_binding(settings);
    read_journal(state_dir, told);
    return judge_state(state_dir, told);
}

finding examine_disk(const std::string& state_dir) {
    const auto where = existing_part_of(state_dir);
    struct statvfs found {};
    if (::statvfs(where.c_str(), &found) != 0)
        return {checkup::disk, {}, health::fail, where + " does not tell its free room", "df -h " + where};
    const bool counts_files = found.f_files > 0; // btrfs has no fixed number of them
    return judge_disk(where, {std::uint64_t{found.f_bavail} * found.f_frsize,
                              std::uint64_t{found.f_blocks} * found.f_frsize, !counts_files || found.f_favail > 0});
}

/// What is thrown begins with the place in the configuration, which belongs to the mend.
finding unreadable_key(const std::string& credential, const secret_unusable& trouble) {
    constexpr std::string_view mark = ": error: ";
    const std::string text = trouble.what();
    const auto at = text.find(mark);
    finding made{checkup::credentials, credential, health::fail, text, "mend the file, or credentials." + credential};
    if (at == std::string::npos) return made;
    made.told = text.substr(at + mark.size());
    if (trouble.mend.empty()) {
        made.mend += fmt::format(" ({})", text.substr(0, at));
        return made;
    }
    made.told.resize(made.told.size() - trouble.mend.size() - 2); // and the colon
    made.mend = trouble.mend;
    return made;
}

std::vector<finding> examine_keys(const config::settings& settings) {
    std::vector<finding> all;
    for (const auto& each : settings.credentials) {
        const bool is_used =
            std::ranges::find(settings.accounts, each.name, &config::account::credentials) != settings.accounts.end();
        if (!is_used) continue;
        const auto troubles = troubles_of(each);
        for (const auto& trouble : troubles) all.push_back(unreadable_key(each.name, trouble));
        if (troubles.empty())
            all.push_back({checkup::credentials,
                           each.name,
                           health::ok,
                           each.rsa ? "key and RSA private key can be read" : "key and secret can be read",
                           {}});
    }
    return all;
}

finding examine_trust(const config::settings& settings) {
    finding made{checkup::trust, {}, health::ok, {}, {}};
    const auto where = http::parse_base_url(settings.api.base_url);
    if (where && !where->tls) {
        made.told = "not needed: api.base_url is plain HTTP to this machine";
    } else if (auto trouble = http::trust_trouble(settings.api.ca_file); !trouble.empty()) {
        made.is = health::fail;
        made.told = std::move(trouble);
        made.mend = settings.api.ca_file.empty() ? "apt install ca-certificates" : "mend the file, or api.ca_file";
    } else {
        made.told = settings.api.ca_file.empty() ? "the system's certificates can be read"
                                                 : "the certificates of " + settings.api.ca_file + " can be read";
    }
    return made;
}

bool is_member(gid_t group) {
    if (group == no_group) return false;
    std::vector<gid_t> own(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    own.resize(static_cast<std::size_t>(std::max(0, ::getgroups(static_cast<int>(own.size()), own.data()))));
    return ::getegid() == group || std::ranges::find(own, group) != own.end();
}

/// As the group database has it by now: what counts from the next login on.
bool will_be_member(const std::string& user, gid_t group) {
    int count = 64;
    std::vector<gid_t> all(static_cast<std::size_t>(count));
    while (::getgrouplist(user.c_str(), ::getegid(), all.data(), &count) < 0 && all.size() < (1U << 16U))
        all.resize(static_cast<std::size_t>(std::max<int>(count, static_cast<int>(all.size()) * 2)));
    all.resize(std::min(all.size(), static_cast<std::size_t>(std::max(0, count))));
    return std::ranges::find(all, group) != all.end();
}

} // namespace

std::vector<finding> examine_host(const config::settings& settings, const std::string& state_dir) {
    std::vector<finding> all{examine_state(settings, state_dir), examine_disk(state_dir)};
    const auto add = [&all](std::vector<finding> more) { std::ranges::move(more, std::back_inserter(all)); };
    if (settings.paper) {
        add(nothing_to_ask());
        return all;
    }
    add(examine_keys(settings));
    all.push_back(examine_trust(settings));
    add(judge_limits(settings.rate_limits, config::documented_limits()));
    return all;
}

rights_reading read_rights(const std::vector<std::string>& operators, const std::string& socket) {
    rights_reading told;
    const auto user = ::geteuid();
    told.user = name_of_user(user);
    told.is_root = user == 0;
    struct stat found {};
    told.runs_daemon = ::stat(socket.c_str(), &found) == 0 && found.st_uid == user;
    const auto group = find_group(std::string{reading_group});
    told.group_exists = group != no_group;
    told.in_group = is_member(group);
    told.in_group_at_next_login = told.group_exists && !told.in_group && will_be_member(told.user, group);
    for (const auto& name : operators) {
        const auto known = find_group(name);
        (known == no_group ? told.unknown_operators : told.operators).push_back(name);
        told.is_operator = told.is_operator || is_member(known);
    }
    return told;
}

} // namespace smarttrade::service
