#include "service/secrets.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace smarttrade::service {

namespace {

constexpr std::size_t secret_max = 16'384;

std::string headline(const config::secret_source& source, const std::string& path, std::string_view trouble) {
    return fmt::format("{}:{}:{}: error: secret {}: {}", source.at.file, source.at.line, source.at.column, path,
                       trouble);
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

} // namespace

base::secret read_secret(const config::secret_source& source, secret_form form) {
    const char* handed_over = std::getenv("CREDENTIALS_DIRECTORY");
    const bool by_systemd = source.from == config::secret_source::kind::credential && handed_over;
    std::string path = source.name;
    if (source.from == config::secret_source::kind::credential)
        path = fmt::format("{}/{}", handed_over ? handed_over : "/etc/credstore", source.name);
    const auto refuse = [&](std::string_view trouble) { throw secret_unusable{headline(source, path, trouble)}; };
    const open_file file{path};
    struct stat found {};
    if (file.id() < 0 && ::stat(path.c_str(), &found) == 0) refuse("cannot be opened by this user");
    if (file.id() < 0 && by_systemd)
        refuse(fmt::format("cannot be found; systemd takes it from /etc/credstore/{} at each start", source.name));
    if (file.id() < 0) refuse("cannot be found");
    if (::fstat(file.id(), &found) != 0 || !S_ISREG(found.st_mode)) refuse("is not a file");
    if (!by_systemd && (found.st_mode & 0077U) != 0) refuse("others may read it, expected mode 0600: chmod 600 it");
    const auto whole = read_all(file.id());
    if (whole.size() > secret_max) refuse("is too long for a secret");
    auto text = without_line_end(whole);
    if (text.empty()) refuse("cannot be read or is empty");
    const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
    if (form == secret_form::one_line && !std::ranges::all_of(text.reveal(), printable))
        refuse("holds more than one word, expected the key alone on one line");
    return text;
}

client::api_key read_key(const config::credential& of) {
    auto key = read_secret(of.api_key);
    if (!of.rsa) return {std::move(key), wire::signer::with_hmac(read_secret(of.secret))};
    const auto signer = wire::signer::with_rsa(read_secret(of.secret, secret_form::pem));
    if (!signer) throw secret_unusable{headline(of.secret, of.secret.name, signer.error().reason)};
    return {std::move(key), *signer};
}

void hide_memory() {
    const rlimit none{0, 0};
    SMARTTRADE_ASSERT(::setrlimit(RLIMIT_CORE, &none) == 0); // to lower a limit is always allowed
    SMARTTRADE_ASSERT(::prctl(PR_SET_DUMPABLE, 0) == 0);
}

} // namespace smarttrade::service
