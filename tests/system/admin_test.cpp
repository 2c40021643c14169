// The admin pages of the real daemon, asked with raw bytes: no client would send all of this.
#include <array>
#include <csignal>
#include <filesystem>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/process.hpp"
#include "support/temp_folder.hpp"
#include "system/program_path.hpp"

using namespace smarttrade;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr const char* plan = R"(trades:
  btc:
    pair: USDT_BTC
    position: {type: buy, order_type: market, units: 0.01}
    stop_loss: 9000
)";

std::string config_in(const test::temp_folder& dir, const std::string& listen) {
    std::filesystem::create_directory(dir.file("plans"));
    dir.write("plans/btc.yaml", plan);
    return dir.write("smarttraded.yaml", fmt::format(R"(
instance: pages
accounts: {{main: {{id: 1, mode: paper}}}}
paper: {{balance: {{USDT: 100000}}, market: {{walk: {{seed: 7, start: {{USDT_BTC: 9700}}}}}}}}
plans: {{paths: [plans]}}
state_dir: "{}"
reconcile: {{interval: 1s}}
log: {{format: text}}
admin: {{listen: "{}"}}
)",
                                                     dir.file("state"), listen));
}

/// A daemon on the embedded exchange, whose trade is entered.
struct daemon_with_pages {
    explicit daemon_with_pages(const std::string& listen = "127.0.0.1:0")
        : process{{test::program_path(), "run", "-c", config_in(dir, listen)}} {
        const std::string before = " admin=";
        for (bool entered = false; !entered;) {
            const auto line = process.read_line();
            REQUIRE(line.has_value());
            if (const auto at = line->find(before); at != std::string::npos)
                address = line->substr(at + before.size(), line->find(' ', at + 1) - at - before.size());
            entered = line->find(" trade.entered") != std::string::npos;
        }
        REQUIRE(address.find(':') != std::string::npos);
    }

    tcp::socket connect() const {
        tcp::socket peer{ctx};
        const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
        peer.connect({asio::ip::make_address(address.starts_with('[') ? "::1" : "127.0.0.1"), port});
        return peer;
    }
    /// What comes back until the daemon closes, which `Connection: close` or HTTP/1.0 asks for.
    std::string ask(const std::string& bytes) const {
        auto peer = connect();
        boost::system::error_code ignored;
        asio::write(peer, asio::buffer(bytes), ignored); // it may hang up before it has read everything
        std::string told;
        std::array<char, 4096> block{};
        for (boost::system::error_code ended; !ended;) {
            const auto count = peer.read_some(asio::buffer(block), ended);
            told.append(block.data(), count);
        }
        return told;
    }
    std::string get(const std::string& path, const std::string& host = "localhost") const {
        return ask(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, host));
    }

    mutable asio::io_context ctx{1};
    test::temp_folder dir;
    test::process process;
    std::string address;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string body_of(const std::string& reply) { return reply.substr(reply.find("\r\n\r\n") + 4); }

} // namespace

TEST_CASE("admin: a daemon serves its metrics, its health and its status where service.started says") {
    const daemon_with_pages daemon;
    CHECK(has(daemon.get("/healthz"), "HTTP/1.1 200 OK\r\n"));
    CHECK(body_of(daemon.get("/healthz")) == "ok\n");
    CHECK(body_of(daemon.get("/readyz")) == "ready\n");
    const auto metrics = daemon.get("/metrics");
    CHECK(has(metrics, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    CHECK(has(metrics, "\nsmarttraded_trades{phase=\"entered\",verdict=\"in_sync\"} "));
    CHECK(has(metrics, "\nsmarttraded_requests_total{endpoint=\"POST /v2/smart_trades\",outcome=\"accepted\"} 1\n"));
    CHECK(has(metrics, "\nsmarttraded_exposure{account=\"main\",quote=\"USDT\"} 9"));
    CHECK(has(metrics, "\nsmarttraded_plans_valid 1\n"));
    CHECK(has(metrics, "\nsmarttraded_api_up 1\n"));
    CHECK_FALSE(has(metrics, "btc")); // no trade is a label
    const auto status = daemon.get("/status");
    CHECK(has(status, "Content-Type: application/json\r\n"));
    const auto told = boost::json::parse(body_of(status));
    CHECK(told.at("trades").at(0).at("name") == "btc");
    CHECK(told.at("halted") == false);
}

TEST_CASE("admin: what is no request for this machine, or none at all, gets a clear answer") {
    const daemon_with_pages daemon;
    CHECK(has(daemon.get("/metrics", "evil.example"), "HTTP/1.1 403 "));
    CHECK(has(daemon.get("/metrics?x=1", "127.0.0.1:1"), "HTTP/1.1 200 "));
    CHECK(has(daemon.get("http://localhost/healthz"), "HTTP/1.1 200 "));
    CHECK(has(daemon.get("http://evil.example/healthz"), "HTTP/1.1 403 "));
    CHECK(has(daemon.get("/nothing"), "HTTP/1.1 404 "));
    CHECK(has(daemon.ask("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), "HTTP/1.1 400 "));
    CHECK(has(daemon.ask("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 400 "));
    CHECK(has(daemon.ask("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n"), "\r\n\r\nok\n"));
    CHECK(has(daemon.ask("\x16\x03\x01\x02TLS?\r\n\r\n"), "HTTP/1.1 400 "));
    const auto huge = daemon.get("/healthz", std::string(std::size_t{1} << 20U, 'x'));
    CHECK((huge.empty() || has(huge, "HTTP/1.1 431 "))); // the reset may overtake the answer
    CHECK(body_of(daemon.get("/healthz")) == "ok\n");    // and nobody else has noticed
}

TEST_CASE("admin: nothing is changed from here, and HEAD is GET without its body") {
    const daemon_with_pages daemon;
    const auto posted = daemon.ask("POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                                   "Connection: close\r\n\r\nhalt");
    CHECK(has(posted, "HTTP/1.1 405 "));
    CHECK(has(posted, "Allow: GET, HEAD\r\n"));
    const auto head = daemon.ask("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(has(head, "HTTP/1.1 200 OK\r\n"));
    CHECK(has(head, "Content-Length: 3\r\n"));
    CHECK(body_of(head).empty());
}

TEST_CASE("admin: the daemon ends at once though peers are connected and say nothing") {
    daemon_with_pages daemon;
    const auto silent = daemon.connect();
    auto half = daemon.connect();
    asio::write(half, asio::buffer(std::string{"GET /metrics HTTP/1.1\r\nHo"}));
    daemon.process.signal(SIGTERM);
    const auto rest = daemon.process.read_all();
    CHECK(has(rest, "service.stopped"));
    CHECK(daemon.process.wait() == 0);
}

TEST_CASE("admin: a localhost by name is one that is bound") {
    const daemon_with_pages daemon{"localhost:0"};
    CHECK(daemon.address.starts_with("localhost:"));
    CHECK(body_of(daemon.get("/healthz")) == "ok\n");
}

TEST_CASE("admin: a port that is taken keeps no trade from being managed, and is told with what to do") {
    asio::io_context ctx{1};
    const tcp::acceptor taken{ctx, {asio::ip::address_v4::loopback(), 0}};
    const auto port = taken.local_endpoint().port();
    const test::temp_folder dir;
    test::process daemon{{test::program_path(), "run", "-c", config_in(dir, fmt::format("127.0.0.1:{}", port))}};
    std::string said;
    while (!has(said, "service.ready")) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        said += *line + '\n';
    }
    CHECK(
        has(said, fmt::format("service.degraded \"admin.listen 127.0.0.1:{0}: Address already in use; another program "
                              "listens there: give admin.listen another port, or find it with: ss -ltnp 'sport = "
                              ":{0}'; until the next start there is no admin page\"",
                              port)));
    daemon.signal(SIGTERM);
    daemon.read_all();
    CHECK(daemon.wait() == 0);
}
