#include "service/key_lock.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/assert.hpp"

namespace smarttrade::service {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

/// A descriptor that closes itself.
class open_socket {
public:
    explicit open_socket(int flags) : handle_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)} {
        if (handle_ < 0) fail("the lock of an API key");
    }
    open_socket(const open_socket&) = delete;
    open_socket& operator=(const open_socket&) = delete;
    ~open_socket() {
        if (handle_ >= 0) ::close(handle_);
    }
    int get() const { return handle_; }
    int release() { return std::exchange(handle_, -1); }

private:
    int handle_;
};

/// A leading NUL makes it a name that is no file.
struct abstract_address {
    explicit abstract_address(const std::string& name) {
        SMARTTRADE_ASSERT(name.size() + 1 <= sizeof where.sun_path);
        where.sun_family = AF_UNIX;
        std::memcpy(where.sun_path + 1, name.data(), name.size());
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    }
    const sockaddr* get() const { return static_cast<const sockaddr*>(static_cast<const void*>(&where)); }
    sockaddr_un where{};
    socklen_t size = 0;
};

/// Whoever listens is told by the kernel to whoever connects; nobody accepts. 0: not told.
pid_t holder_of(const abstract_address& at) {
    const open_socket asks{SOCK_NONBLOCK};
    if (::connect(asks.get(), at.get(), at.size) != 0) return 0;
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(asks.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

std::string_view without_final_slash(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

} // namespace

std::string key_lock::name_of(std::string_view base_url, const base::secret& key) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    const auto url = without_final_slash(base_url);
    const auto bytes = key.reveal();
    bool done = hash && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
    done =
        done && EVP_DigestUpdate(hash.get(), url.data(), url.size()) == 1 && EVP_DigestUpdate(hash.get(), "\n", 1) == 1;
    done = done && EVP_DigestUpdate(hash.get(), bytes.data(), bytes.size()) == 1;
    SMARTTRADE_ASSERT(done && EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr) == 1);
    std::string name = "smarttraded-";
    for (std::size_t i = 0; i < 16; ++i) name += fmt::format("{:02x}", digest[i]);
    return name;
}

key_lock::key_lock(std::string_view base_url, const base::secret& key, std::string_view credential) {
    const abstract_address at{name_of(base_url, key)};
    open_socket mine{0};
    if (::bind(mine.get(), at.get(), at.size) == 0 && ::listen(mine.get(), SOMAXCONN) == 0) {
        held_ = mine.release();
        return;
    }
    if (errno != EADDRINUSE) fail("the lock of an API key");
    const auto holder = holder_of(at);
    throw key_busy{fmt::format("the API key of credentials '{}' is used by another process on this host{}: two would "
                               "each count its rate limit alone; stop that one, or give each a key of its own",
                               credential, holder > 0 ? fmt::format(" (pid {})", holder) : std::string{})};
}

key_lock::key_lock(key_lock&& other) noexcept : held_{std::exchange(other.held_, -1)} {}

key_lock::~key_lock() {
    if (held_ >= 0) ::close(held_);
}

} // namespace smarttrade::service
