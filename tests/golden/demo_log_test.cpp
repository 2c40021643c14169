// The first minutes of `smarttraded run -c config/demo.yaml` under virtual time: tests/golden/log/demo.log.
#include <filesystem>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "golden/golden_file.hpp"
#include "golden/narrator.hpp"
#include "http/transport.hpp"
#include "service/log_format.hpp"
#include "support/in_project.hpp"

namespace smarttrade::golden {

namespace {

using namespace std::chrono_literals;

constexpr auto shown = 4min;
constexpr const char* embedded = "embedded";
const std::string config_file = test::in_project("config/demo.yaml");

config::settings demo_settings() {
    auto read = config::read(text_of(config_file), "demo.yaml");
    REQUIRE(read.value);
    return *read.value;
}

/// As the daemon makes it of the same settings (daemon/machinery.cpp).
paper_server::options exchange_of(const config::settings& settings) {
    paper_server::options how;
    const auto& walk = std::get<config::market_walk>(settings.paper->market);
    how.keys = {{embedded, std::string{sim::venue::secret}}};
    for (const auto& account : settings.accounts)
        how.accounts.push_back({account.id, "paper_trading", true, settings.paper->balance});
    how.market = paper_server::options::walk{walk.seed, walk.swing};
    how.seed = walk.seed;
    for (const auto& [name, start] : walk.start) how.prices[*trade::pair::parse(name)] = {start, start, start};
    return how;
}

/// The daemon on the simulation's machine, with its exchange inside the same process.
class demo {
public:
    demo() {
        machine_.connect(way_);
        narrator_.listen_to(machine_);
        market_.spawn([this] { return venue_.run(); });
    }

    std::vector<std::string> first(std::chrono::minutes time) {
        while (clock_.now() < sim::mono_time{} + time) {
            while (turn()) {}
            REQUIRE(clock_.step());
        }
        machine_.vanish();
        asio::post(loop_, [this] { market_.cancel(); }); // from inside the loop: see sim/world.cpp
        loop_.restart();
        loop_.poll();
        std::vector<std::string> lines;
        for (const auto& each : narrator_.told()) lines.push_back(service::format_text(each.what, each.at, {}));
        return lines;
    }

private:
    bool turn() {
        loop_.restart();
        const bool ran = loop_.poll_one() != 0;
        const bool lived = machine_.turn();
        return ran || lived;
    }

    const config::settings settings_ = demo_settings();
    test::sim_clock clock_;
    asio::io_context loop_{1};
    sim::venue venue_{exchange_of(settings_), clock_};
    sim::evidence seen_{venue_.truth(), settings_};
    narrator narrator_{settings_, embedded};
    sim::machine machine_{{clock_, settings_, narrator_, seen_,
                           [this] {
                               auto read =
                                   service::read_sources(service::plan_paths(settings_.plans.paths, config_file));
                               for (auto& each : read.files) // wherever this project lies
                                   each.name = std::filesystem::path{each.name}.filename();
                               return read;
                           },
                           &narrator_},
                          7};
    http::in_process way_{
        [this](http::request what) -> asio::awaitable<http::response> { co_return venue_.answer(what); }};
    async::task_group market_{loop_.get_executor()};
};

} // namespace

TEST_CASE("golden: the first minutes of the demo are told in exactly these words") {
    check_golden("demo.log", demo{}.first(shown));
}

} // namespace smarttrade::golden
