#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::service {

/// Who is at the other end of the control socket, as the kernel says it.
struct peer {
    uid_t uid = 0;
    std::vector<gid_t> groups; ///< its main group and the others
    bool may_write = false;
    std::string why_not; ///< why it may only look, and who may do more; empty if it may write
};

/// The peer of a connected Unix socket (SO_PEERCRED, SO_PEERGROUPS), without its rights. Nothing if the kernel does not
/// say who it is.
std::optional<peer> peer_of(int socket);

/// Who may command (design.md 9): root, the daemon's own user, and members of `admin.operators`. Groups are looked up
/// once: a new one counts from the next start.
class operator_rights {
public:
    explicit operator_rights(const std::vector<std::string>& group_names);

    /// Fills in what the peer may do.
    void operator()(peer& who) const;

    /// Groups of the configuration that this machine does not know.
    const std::vector<std::string>& unknown_groups() const { return unknown_; }

private:
    uid_t own_;
    std::vector<gid_t> groups_;
    std::vector<std::string> unknown_;
    std::string allowed_; ///< for people
};

/// Its members reach the control socket, and may look.
inline constexpr std::string_view reading_group = "smarttraded";

/// The group's number; nothing (-1) if there is none.
gid_t find_group(const std::string& name);
inline constexpr gid_t no_group = static_cast<gid_t>(-1);

} // namespace smarttrade::service
