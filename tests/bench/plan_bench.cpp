// What reading very many plans costs: 10,000 trades in the shapes of config/plans, in 100 files and in one. Each figure
// on a line of JSON next to its goal; the median of several runs. CPU time of one thread where two readers are
// compared, wall time where somebody waits.
//   plan_bench SMARTTRADED [FOLDER]
#include <sys/resource.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "bench/figures.hpp"
#include "bench/lone_daemon.hpp"
#include "service/plan_reader.hpp"
#include "support/in_project.hpp"

namespace {

using namespace smarttrade;
using namespace bench;
namespace fs = std::filesystem;

constexpr int trades_in_all = 10'000;
constexpr int files_in_all = 100;
constexpr int rounds = 9;

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The documented examples: each the lines below its name.
std::vector<std::string> documented_bodies() {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator{test::in_project("config/plans")}) {
        const auto text = text_of(each.path());
        const auto name = text.find("\n  ", text.find("trades:"));
        all.push_back(text.substr(text.find('\n', name + 1) + 1));
    }
    std::ranges::sort(all); // a folder has no order
    if (all.empty()) give_up("no examples in config/plans");
    return all;
}

std::vector<service::source_file> plans(int files) {
    const auto bodies = documented_bodies();
    std::vector<service::source_file> all;
    int number = 0;
    for (int f = 0; f < files; ++f) {
        std::string text = "trades:\n";
        for (int t = 0; t < trades_in_all / files; ++t, ++number)
            text += fmt::format("  {}:\n{}", name_of(number), bodies[static_cast<std::size_t>(number) % bodies.size()]);
        all.push_back({fmt::format("f{:03}.yaml", f), std::move(text)});
    }
    return all;
}

/// yaml-cpp's events, thrown away: what no reader over it can be faster than.
struct deaf final : YAML::EventHandler {
    std::size_t events = 0;
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++events; }
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++events; }
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override { ++events; }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
        ++events;
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
        ++events;
    }
    void OnMapEnd() override {}
};

void pass_over(const std::vector<service::source_file>& files) {
    deaf handler;
    for (const auto& each : files) {
        std::istringstream stream{each.text};
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(handler)) {}
    }
    if (handler.events < 10U * trades_in_all) give_up("the event pass did not see the trades");
}

void read_alone(const std::vector<service::source_file>& files) {
    std::size_t trades = 0;
    for (const auto& each : files) {
        const auto set = plan::merge({plan::read(each.text, each.name)}, {});
        if (!set.diagnostics.empty()) give_up(base::headline(set.diagnostics.front()));
        trades += set.trades.size();
    }
    if (trades != trades_in_all) give_up("not every trade was read");
}

/// In turns, because the machine is not the same from one second to the next.
void compare_with_events(const std::vector<service::source_file>& files, const std::string& what) {
    std::vector<double> bare, ours, ratios;
    for (int round = 0; round < rounds; ++round) {
        const auto start = cpu_us();
        pass_over(files);
        const auto between = cpu_us();
        read_alone(files);
        bare.push_back((between - start) / 1e3);
        ours.push_back((cpu_us() - between) / 1e3);
        ratios.push_back(ours.back() / bare.back());
    }
    std::printf("{\"figure\":\"events_%s\",\"cpu_ms\":%.1f}\n{\"figure\":\"read_%s\",\"cpu_ms\":%.1f}\n", what.c_str(),
                median(bare), what.c_str(), median(ours));
    tell("read_to_events_" + what, "ratio", median(ratios), 1.25);
}

struct run {
    double wall_s = 0;
    double cpu_s = 0;
    double rss_mb = 0;
};

/// `smarttraded check` of that path, as a process.
run check(const std::string& program, const std::string& path) {
    const auto start = wall_us();
    const auto child = ::fork();
    if (child == 0) {
        std::freopen("/dev/null", "w", stdout);
        ::execl(program.c_str(), program.c_str(), "check", path.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    ::rusage used{};
    ::wait4(child, &status, 0, &used);
    if (status != 0) give_up(program + " check " + path + " failed");
    const auto seconds = [](const ::timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return {(wall_us() - start) / 1e6, seconds(used.ru_utime) + seconds(used.ru_stime),
            static_cast<double>(used.ru_maxrss) / 1e3};
}

void measure_check(const std::string& program, const std::string& path, const std::string& what, double goal_s) {
    std::vector<double> walls, cpus, sizes;
    for (int round = 0; round < rounds; ++round) {
        const auto made = check(program, path);
        walls.push_back(made.wall_s);
        cpus.push_back(made.cpu_s);
        sizes.push_back(made.rss_mb);
    }
    tell("check_" + what, "wall_s", median(walls), goal_s);
    std::printf("{\"figure\":\"check_%s\",\"cpu_s\":%.2f}\n", what.c_str(), median(cpus));
    tell("check_" + what, "rss_mb", median(sizes), 40);
}

/// A daemon that has the plans reads them again with one of 100 files edited: from the texts to the journaled set.
void measure_reload(const std::string& folder, std::vector<service::source_file> files) {
    const std::string edited = "units: 0.01";
    int round = 0;
    lone_daemon daemon{folder + "/reload.db", 0, [&] {
                           auto now = files;
                           now[42].text.replace(now[42].text.find(edited), edited.size(),
                                                fmt::format("units: 0.{:02}", round + 1));
                           return service::source_reading{std::move(now), {}};
                       }};
    if (!daemon.reload()) give_up("the plans were refused");
    std::vector<double> walls;
    for (round = 1; round <= rounds; ++round) {
        const auto start = wall_us();
        if (!daemon.reload()) give_up("the plans were refused");
        walls.push_back((wall_us() - start) / 1e3);
    }
    tell("reload_one_of_100_files", "wall_ms", median(walls), 50);
}

void write_plans(const fs::path& folder, const std::vector<service::source_file>& files) {
    fs::create_directories(folder);
    for (const auto& each : files) std::ofstream{folder / each.name, std::ios::binary} << each.text;
}

} // namespace

int main(int count, char** words) {
    if (count < 2) give_up("usage: plan_bench SMARTTRADED [FOLDER]");
    const std::string program = words[1];
    const std::string folder = count > 2 ? words[2] : "plan_bench.tmp";
    fs::remove_all(folder);
    const auto many = plans(files_in_all), one = plans(1);
    write_plans(folder + "/many", many);
    write_plans(folder + "/one", one);
    bool fine = apart([&] { compare_with_events(many, "100_files"); });
    fine = apart([&] { compare_with_events(one, "one_file"); }) && fine;
    fine = apart([&] { measure_check(program, folder + "/many", "100_files", 0.35); }) && fine;
    fine = apart([&] { measure_check(program, folder + "/one", "one_file", 0.7); }) && fine;
    fine = apart([&] { measure_reload(folder, many); }) && fine;
    fs::remove_all(folder);
    return fine ? 0 : 1;
}
