#include "service/secrets.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

constexpr std::size_t secret_max = 16'384;

std::string headline(const config::secret_source& source, const std::string& path, std::string_view trouble) {
    return fmt::format("{}:{}:{}: error: secret {}: {}", source.at.file, source.at.line, source.at.column, path,
                       trouble);
}

} // namespace

std::string read_secret(const config::secret_source& source) {
    const char* handed_over = std::getenv("CREDENTIALS_DIRECTORY");
    const bool by_systemd = source.from == config::secret_source::kind::credential && handed_over;
    std::string path = source.name;
    if (source.from == config::secret_source::kind::credential)
        path = fmt::format("{}/{}", handed_over ? handed_over : "/etc/credstore", source.name);
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) throw secret_unusable{headline(source, path, "cannot be found")};
    if (!S_ISREG(found.st_mode)) throw secret_unusable{headline(source, path, "is not a file")};
    if (!by_systemd && (found.st_mode & 0077U) != 0)
        throw secret_unusable{headline(source, path, "others may read it, expected mode 0600: chmod 600 it")};
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (!file || text.empty()) throw secret_unusable{headline(source, path, "cannot be read or is empty")};
    if (text.size() > secret_max) throw secret_unusable{headline(source, path, "is too long for a secret")};
    return text;
}

} // namespace smarttrade::service
