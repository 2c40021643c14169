#include "service/secrets.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace smarttrade::service {

namespace {

constexpr std::size_t secret_max = 16'384;

std::string headline(const config::secret_source& source, secret_role role, const std::string& path,
                     std::string_view trouble) {
    return fmt::format("{}:{}:{}: error: {} {}: {}", source.at.file, source.at.line, source.at.column,
                       base::name_of(role), path, trouble);
}

/// An open file, closed at the end.
class open_file {
public:
    // Not waiting: a FIFO in the place of the file must not hang the start.
    explicit open_file(const std::string& path) : id_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() {
        if (id_ >= 0) ::close(id_);
    }
    int id() const { return id_; }

private:
    int id_;
};

/// Into the one block that will be wiped; a stream would leave its buffer behind. Empty: it cannot be read.
base::secret read_all(int file) {
    auto all = base::secret::with_room(secret_max + 1);
    std::size_t filled = 0;
    while (filled < all.size()) {
        const auto count = ::read(file, all.writable() + filled, all.size() - filled);
        if (count < 0) return {};
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    all.shorten(filled);
    return all;
}

/// In a block of its own size: the one it was read into is wiped and freed.
base::secret without_line_end(const base::secret& read) {
    auto text = read.reveal();
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return base::secret{text};
}

wire::signer read_signer(const config::credential& of) {
    if (!of.rsa) return wire::signer::with_hmac(read_secret(of.secret, secret_role::secret));
    const auto signer = wire::signer::with_rsa(read_secret(of.secret, secret_role::rsa_private_key));
    if (!signer)
        throw secret_unusable{headline(of.secret, secret_role::rsa_private_key, of.secret.name, signer.error().reason)};
    return *signer;
}

} // namespace

base::secret read_secret(const config::secret_source& source, secret_role role) {
    const char* handed_over = std::getenv("CREDENTIALS_DIRECTORY");
    const bool by_systemd = source.from == config::secret_source::kind::credential && handed_over;
    std::string path = source.name;
    if (source.from == config::secret_source::kind::credential)
        path = fmt::format("{}/{}", handed_over ? handed_over : "/etc/credstore", source.name);
    const auto refuse = [&](std::string_view trouble, std::string mend = {}) {
        throw secret_unusable{headline(source, role, path, trouble), std::move(mend)};
    };
    const open_file file{path};
    const bool is_forbidden = file.id() < 0 && errno == EACCES; // it, or the folder that it is in
    struct stat found {};
    if (is_forbidden || (file.id() < 0 && ::stat(path.c_str(), &found) == 0)) refuse("cannot be opened by this user");
    if (file.id() < 0 && by_systemd)
        refuse(fmt::format("cannot be found; systemd takes it from /etc/credstore/{} at each start", source.name));
    if (file.id() < 0) refuse("cannot be found");
    if (::fstat(file.id(), &found) != 0 || !S_ISREG(found.st_mode)) refuse("is not a file");
    if (!by_systemd && (found.st_mode & 0077U) != 0) refuse("others may read it", "chmod 600 " + path);
    const auto whole = read_all(file.id());
    if (whole.size() > secret_max) refuse("is too long for a secret");
    auto text = without_line_end(whole);
    if (text.empty()) refuse("cannot be read or is empty");
    const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
    if (role != secret_role::rsa_private_key && !std::ranges::all_of(text.reveal(), printable))
        refuse("holds more than one word, expected the key alone on one line");
    return text;
}

client::api_key read_key(const config::credential& of) {
    auto key = read_secret(of.api_key, secret_role::api_key);
    return {std::move(key), read_signer(of)};
}

std::vector<secret_unusable> troubles_of(const config::credential& of) {
    std::vector<secret_unusable> all;
    const auto attempt = [&all](auto read) {
        try {
            read();
        } catch (const secret_unusable& trouble) {
            all.push_back(trouble);
        }
    };
    attempt([&] { read_secret(of.api_key, secret_role::api_key); });
    attempt([&] { read_signer(of); });
    return all;
}

void hide_memory() {
    const rlimit none{0, 0};
    SMARTTRADE_ASSERT(::setrlimit(RLIMIT_CORE, &none) == 0); // to lower a limit is always allowed
    SMARTTRADE_ASSERT(::prctl(PR_SET_DUMPABLE, 0) == 0);
}

} // namespace smarttrade::service
