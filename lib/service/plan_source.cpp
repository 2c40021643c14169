#include "service/plan_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/assert.hpp"
#include "base/printable.hpp"
#include "trade/rules.hpp"
#include "wire/json.hpp"
#include "yaml/source_text.hpp"

namespace smarttrade::service {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_max = 16U << 20U;
constexpr std::size_t files_max = 10'000;

struct open_file {
    int fd = -1;

    explicit open_file(int opened) : fd{opened} {}
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() {
        if (fd >= 0) ::close(fd);
    }
};

base::utc_time modified_at(const struct ::stat& status) {
    const auto at = std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
    return base::utc_time{std::chrono::floor<std::chrono::milliseconds>(at)};
}

/// A path as messages may carry it.
std::string shown(const std::string& path) {
    auto text = base::printable(path, '?');
    const auto is_foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    if (!yaml::is_utf8(text)) std::ranges::replace_if(text, is_foreign, '?');
    return text;
}

base::diagnostic trouble_with(const std::string& path, std::string_view trouble) {
    return {{shown(path), 0, 0}, base::severity::error, {}, std::string{trouble}, {}};
}

/// A file that is named twice, or named beside its folder, would be two files of the same trades.
void read_into(source_reading& all, std::set<std::string>& seen, const std::string& path) {
    if (!seen.insert(fs::path{path}.lexically_normal().string()).second) return;
    // The journal and the control socket carry names as JSON: a set that was taken so could not be read again.
    if (!yaml::is_utf8(path))
        return all.errors.push_back(trouble_with(path, "its name is not UTF-8 text, expected one that is: rename it"));
    auto read = read_file(path);
    if (!read.trouble.empty()) return all.errors.push_back(trouble_with(path, read.trouble));
    all.edited_at = std::max(all.edited_at.value_or(read.modified_at), read.modified_at);
    all.files.push_back({path, std::move(read.text)});
}

} // namespace

std::vector<std::string> plan_files_in(const std::string& folder, std::error_code& failed) {
    std::vector<std::string> found;
    for (fs::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed)) {
        const auto extension = at->path().extension();
        const bool hidden = at->path().filename().native().starts_with('.');
        if (!hidden && (extension == ".yaml" || extension == ".yml")) found.push_back(at->path().string());
        if (found.size() > files_max) break;
    }
    std::ranges::sort(found);
    return found;
}

file_reading read_file(const std::string& path) {
    const auto trouble = [] { return file_reading{{}, std::generic_category().message(errno)}; };
    // Without waiting: the other end of a pipe may never come.
    const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0 && errno == ENOENT) {
        std::error_code failed;
        const bool is_link = fs::is_symlink(fs::symlink_status(path, failed));
        return is_link ? file_reading{{}, "is a link to what does not exist"}
                       : file_reading{{}, "does not exist", true};
    }
    if (file.fd < 0) return trouble();
    struct ::stat status {};
    if (::fstat(file.fd, &status) != 0) return trouble();
    if (!S_ISREG(status.st_mode)) return {{}, "is not a regular file"};
    std::string text;
    std::array<char, std::size_t{64} << 10U> block{};
    for (;;) {
        const auto count = ::read(file.fd, block.data(), block.size());
        if (count < 0) return trouble();
        if (count == 0) return {std::move(text), {}, false, modified_at(status)};
        text.append(block.data(), static_cast<std::size_t>(count));
        if (text.size() > file_max) return {{}, "is larger than 16 MiB"}; // it may grow while it is read
    }
}

source_reading read_sources(const std::vector<std::string>& paths) {
    source_reading all;
    std::set<std::string> seen;
    for (const auto& path : paths) {
        std::error_code failed;
        if (!fs::is_directory(path, failed)) {
            read_into(all, seen, path);
            continue;
        }
        const auto files = plan_files_in(path, failed);
        if (failed)
            all.errors.push_back(trouble_with(path, failed.message()));
        else if (files.empty())
            all.errors.push_back(trouble_with(path, "holds no plan files (*.yaml, *.yml); to manage none, leave one "
                                                    "that says: trades: {}"));
        else if (files.size() > files_max)
            all.errors.push_back(trouble_with(path, "holds more than 10000 plan files"));
        for (const auto& file : files) read_into(all, seen, file);
    }
    return all;
}

std::vector<std::string> plan_paths(const std::vector<std::string>& configured, const std::string& config_file) {
    const auto folder = fs::path{config_file}.parent_path();
    std::vector<std::string> paths;
    for (const auto& path : configured) paths.push_back((folder / path).lexically_normal().string());
    return paths;
}

plan::surroundings surroundings_of(const config::settings& settings) {
    plan::surroundings around;
    around.accounts.emplace();
    for (const auto& account : settings.accounts) around.accounts->push_back({account.name, account.id});
    around.max_leverage = settings.guardrails.max_leverage;
    around.max_order_total = settings.guardrails.max_order_total;
    return around;
}

std::vector<std::pair<std::string, std::string>> terms_of(const trade::trade_request& request) {
    std::vector<std::pair<std::string, std::string>> terms{{"pair", request.pair.text()},
                                                           {"type", std::string{base::name_of(request.type())}},
                                                           {"units", request.position.units.to_short_string()}};
    if (request.position.price) terms.emplace_back("price", request.position.price->to_short_string());
    return terms;
}

std::string place_of(const trade::desired_trade& plan) {
    const auto& file = plan.at.file;
    return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), plan.at.line); // npos + 1 is 0
}

std::string create_body(trade::trade_request request) {
    request.note.clear();
    auto body = wire::write_json(trade::write_request(request));
    body.shrink_to_fit(); // kept as long as the wish; the writer makes room for an entity
    return body;
}

std::optional<trade::trade_request> read_create_body(std::string_view body) {
    const auto tree = wire::parse_json(body);
    if (!tree) return std::nullopt;
    return trade::read_request(*tree, trade::strictness::author).request;
}

std::string render_all(const std::vector<base::diagnostic>& all, const std::vector<source_file>& files) {
    std::string out;
    for (const auto& each : all) {
        const auto source = std::ranges::find(files, each.at.file, &source_file::name);
        out += base::render(each, source == files.end() ? std::string_view{} : source->text);
    }
    return out;
}

std::string encode_files(const std::vector<source_file>& files) {
    boost::json::array list;
    for (const auto& file : files) list.push_back(boost::json::object{{"name", file.name}, {"text", file.text}});
    return boost::json::serialize(list);
}

std::vector<source_file> decode_files(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = boost::json::parse({text.data(), text.size()}, failed);
    std::vector<source_file> files;
    if (failed || !parsed.is_array()) return files;
    for (const auto& each : parsed.get_array()) {
        const auto* object = each.if_object();
        const auto* name = object ? object->if_contains("name") : nullptr;
        const auto* body = object ? object->if_contains("text") : nullptr;
        if (!name || !name->is_string() || !body || !body->is_string()) return {};
        files.push_back({std::string{name->get_string()}, std::string{body->get_string()}});
    }
    return files;
}

std::string full_hash(std::string_view encoded) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    SMARTTRADE_ASSERT(EVP_Digest(encoded.data(), encoded.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
}

std::string short_hash(std::string_view encoded) { return full_hash(encoded).substr(0, 6); }

} // namespace smarttrade::service
