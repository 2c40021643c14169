#include <sys/stat.h>

#include <cctype>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "system/exchange_process.hpp"
#include "system/program_path.hpp"
#include "system/said_by.hpp"
#include "wire/signature.hpp"

using namespace smarttrade;
using test::said_by;

namespace {

const std::string key = "CanaryKey4711";
const std::string secret = "canary-secret-0815-that-nobody-may-see";
const std::string wrong_secret = "canary-wrong-2342-that-nobody-may-see";
constexpr const char* plan = R"(trades:
  btc:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 9000}
    stop_loss: 8000
    take_profit: [{order_type: limit, price: 9900}]
)";

void write_secret(const test::temp_folder& dir, const std::string& name, const std::string& text, mode_t mode = 0600) {
    ::chmod(dir.write(name, text + "\n").c_str(), mode);
}

std::string write_config(const test::temp_folder& dir, const test::exchange_process& exchange, const char* format) {
    auto config = test::write_config(
        dir, exchange,
        fmt::format("instance: canary\naccounts: {{spot: {{id: 1, mode: paper}}}}\nreconcile: {{interval: 1s, settle: "
                    "1s}}\nlog: {{level: debug, format: {}}}\n",
                    format));
    write_secret(dir, "key", key);
    write_secret(dir, "secret", secret);
    return config;
}

std::string all_files_of(const std::string& folder) {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file{entry.path(), std::ios::binary};
        all.append(std::istreambuf_iterator<char>{file}, {});
    }
    return all;
}

/// The secrets, and whatever looks like a signature: one is good for ever (api.md A.2).
std::vector<std::string> found_in(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& canary : {key, secret, wrong_secret, secret.substr(0, 12), wrong_secret.substr(0, 12)})
        if (text.find(canary) != std::string::npos) found.push_back(canary);
    const auto size = wire::sign_hmac(secret, "").size();
    std::size_t digits = 0;
    for (const char c : text) {
        digits = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
        if (digits == size) found.emplace_back("a signature");
    }
    return found;
}

/// What the daemon says until it is ready, and what it answers through its socket.
std::string said_by_a_run(const std::string& config) {
    test::process daemon{{test::program_path(), "run", "-c", config}};
    std::string said;
    while (said.find("service.ready") == std::string::npos) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        said += *line + '\n';
    }
    said += said_by({"status", "--json", "-c", config}, 0);
    daemon.signal(SIGHUP); // reads the keys again
    while (said.find("plans.accepted", said.find("service.ready")) == std::string::npos) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        said += *line + '\n';
    }
    daemon.signal(SIGTERM);
    return said + daemon.read_all();
}

} // namespace

TEST_CASE("F30: no key, secret or signature in any log, journal, error or JSON output") {
    for (const char* format : {"text", "logfmt", "json"}) {
        CAPTURE(format);
        const test::temp_folder dir;
        test::exchange_process exchange{dir, {"--key", key + ':' + secret}};
        std::filesystem::create_directory(dir.file("plans"));
        dir.write("plans/btc.yaml", plan);
        const auto config = write_config(dir, exchange, format);
        std::string said = said_by({"apply", "-c", config}, 0); // a create, and what leads to it
        CHECK(said.find("trade.created") != std::string::npos);
        said += said_by({"status", "--json", "-c", config}, 0);
        said += said_by({"check", "--json", "-c", config}, 0);
        said += said_by_a_run(config);
        write_secret(dir, "secret", wrong_secret);
        const auto refused = said_by({"apply", "-c", config}, 1); // 401
        CHECK(refused.find("signature_invalid") != std::string::npos);
        write_secret(dir, "secret", secret, 0644);
        const auto unreadable = said_by({"apply", "-c", config}, 78); // others may read it
        CHECK(unreadable.find("chmod 600") != std::string::npos);
        write_secret(dir, "secret", secret + "\n" + key);
        const auto two_lines = said_by({"apply", "-c", config}, 78);
        write_secret(dir, "secret", secret);
        exchange.kill();
        const auto down = said_by({"apply", "-c", config}, 1); // nobody listens
        CHECK(down.find("api.down") != std::string::npos);
        said += refused + unreadable + two_lines + down;
        CHECK(found_in(said) == std::vector<std::string>{});
        const auto kept = all_files_of(dir.file("state"));
        CHECK(kept.find("USDT_BTC") != std::string::npos); // the journal is among what was searched
        CHECK(found_in(kept) == std::vector<std::string>{});
        // The search finds what is there: the key's own files, and a signature.
        CHECK_FALSE(found_in(all_files_of(dir.file(""))).empty());
        CHECK(found_in(wire::sign_hmac(secret, "x")) == std::vector<std::string>{"a signature"});
    }
}
