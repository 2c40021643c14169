#include "service/peer.hpp"

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace smarttrade::service {

std::optional<peer> peer_of(int socket) {
    ucred told{};
    socklen_t size = sizeof told;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &told, &size) != 0) return std::nullopt;
    std::vector<gid_t> groups(32);
    for (;;) {
        size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        const bool fits = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0;
        if (!fits && errno != ERANGE) return std::nullopt;
        groups.resize(size / sizeof(gid_t)); // of a buffer that is too small: what it needs
        if (fits) break;
    }
    groups.push_back(told.gid);
    return peer{told.uid, std::move(groups), false, {}};
}

operator_rights::operator_rights(const std::vector<std::string>& group_names) : own_{::geteuid()} {
    allowed_ = own_ == 0 ? "root" : fmt::format("root, the daemon's user {}", own_);
    for (const auto& name : group_names) {
        const auto group = find_group(name);
        if (group == no_group) {
            unknown_.push_back(name);
            continue;
        }
        groups_.push_back(group);
        allowed_ += fmt::format(" and members of group {}", name);
    }
}

void operator_rights::operator()(peer& who) const {
    const auto is_operator = [&](gid_t group) { return std::ranges::find(groups_, group) != groups_.end(); };
    who.may_write = who.uid == 0 || who.uid == own_ || std::ranges::any_of(who.groups, is_operator);
    who.why_not.clear();
    if (!who.may_write) who.why_not = fmt::format("user {} may only look; to command is for {}", who.uid, allowed_);
}

gid_t find_group(const std::string& name) {
    group entry{};
    group* found = nullptr;
    std::vector<char> room(1024);
    for (;;) {
        const int failed = ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
        if (failed != ERANGE || room.size() > (1U << 20U)) break;
        room.resize(room.size() * 2); // a group with many members
    }
    return found ? found->gr_gid : no_group;
}

} // namespace smarttrade::service
