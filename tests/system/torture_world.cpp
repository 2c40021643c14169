#include "system/torture_world.hpp"

#include <filesystem>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "system/program_path.hpp"
#include "system/torture_books.hpp"

namespace smarttrade::test {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using real_time = std::chrono::steady_clock;

// settle: longer than what late_commit and stale_list add up to, as the fault model of tests/README.md asks. A world
// that reads seldom leaves unknown creates to the searches, one that reads often sees most trades before those do.
constexpr auto settings = R"(
instance: torture
accounts: {{main: {{id: 1, mode: paper}}}}
reconcile: {{interval: {}ms, settle: 300ms}}
rate_limits: [{{requests: 100000, per: 1s}}]
guardrails: {{max_changes: {{create: 1000}}}}
log: {{level: debug, format: text}}
)";
constexpr auto moment_max = 250ms;
constexpr auto short_moment_max = 15ms; ///< creates leave in these first milliseconds
constexpr std::uint64_t lines_max = 12;
constexpr auto patience_max = 60s; ///< for anything that must come about once all is calm
constexpr auto look_again = 20ms;

/// Faults of one kind, as often as drawn.
struct fault_source {
    const char* kind;
    const char* match;
    const char* more;
    int percent_max;
};
constexpr std::array fault_sources{
    fault_source{"lost_reply", "POST /v2/smart_trades", "", 50},
    fault_source{"http_504", "POST /v2/smart_trades", "", 40},
    fault_source{"drop", "POST /v2/smart_trades", "", 40},
    fault_source{"reset", "POST /v2/smart_trades", R"(,"after":1)", 40},
    fault_source{"late_commit", "POST /v2/smart_trades", R"(,"ms":120)", 40},
    fault_source{"garbled", "POST /v2/smart_trades", "", 30},
    fault_source{"delay", "POST /v2/smart_trades", R"(,"ms":60)", 30},
    fault_source{"stale_list", "GET /v2/smart_trades", R"(,"ms":100)", 20},
    fault_source{"drop", "GET /v2/smart_trades", "", 5},
};

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error{why}; }

} // namespace

void tally::add(const tally& other) {
    rounds += other.rounds;
    planned += other.planned;
    existing += other.existing;
    attempts += other.attempts;
    duplicates += other.duplicates;
    lost += other.lost;
    daemon_kills += other.daemon_kills;
    exchange_kills += other.exchange_kills;
    terminations += other.terminations;
    reloads += other.reloads;
    for (const auto& [kind, count] : other.faults) faults[kind] += count;
}

std::string tally::summary() const {
    std::vector<std::string> counts;
    for (const auto& [kind, count] : faults) counts.push_back(fmt::format("{} {}", kind, count));
    return fmt::format(
        "{} rounds: planned {}, existing {} after {} attempts, duplicates {}, lost {}; kills daemon {}, exchange {}; "
        "SIGTERM {}, SIGHUP {}; faults {}",
        rounds, planned, existing, attempts, duplicates, lost, daemon_kills, exchange_kills, terminations, reloads,
        fmt::join(counts, ", "));
}

torture_world::torture_world(std::uint64_t seed)
    : draw_{seed}, exchange_{dir_, {"--rate-limits", "off", "--price", "USDT_ETH=200", "--seed", std::to_string(seed)}},
      config_{write_config(dir_, exchange_, fmt::format(settings, chance(50) ? 100 : 2000))}, log_{dir_.file(
                                                                                                  "daemon.log")} {
    std::filesystem::create_directory(dir_.file("plans"));
}

void torture_world::round() {
    ++done_.rounds;
    log_ << "---- round " << done_.rounds << '\n';
    plan_more(3 + draw_.below(3));
    set_random_faults();
    start_daemon();
    for (auto acts = 1 + draw_.below(4); acts > 0; --acts) {
        let_a_moment_pass();
        do_something();
    }
    calm_down();
    if (chance(60))
        converge_by_daemon();
    else
        converge_by_apply();
    if (const auto wrong = compare_books(); !wrong.empty()) fail(fmt::format("{}", fmt::join(wrong, "\n")));
}

void torture_world::plan_more(std::uint64_t count) {
    std::string text = "trades:\n";
    const auto file = ++files_;
    for (std::uint64_t i = 1; i <= count; ++i) {
        const auto name = fmt::format("r{}-{}", file, i);
        const bool eth = chance(30);
        const bool market = chance(15);
        text += fmt::format("  {}:\n    pair: {}\n", name, eth ? "USDT_ETH" : "USDT_BTC");
        text += market ? "    position: {type: buy, order_type: market, units: 0.1}\n"
                       : fmt::format("    position: {{type: buy, order_type: limit, units: 0.1, price: {}}}\n",
                                     eth ? 150 + draw_.below(40) : 9000 + draw_.below(600));
        if (chance(50))
            text += fmt::format("    take_profit: [{{order_type: limit, price: {} bid}}]\n", eth ? 300 : 12000);
        if (chance(50)) text += fmt::format("    stop_loss: {} bid\n", eth ? 100 : 8000);
        planned_.insert(name);
    }
    const auto path = dir_.write("plans.part", text);
    std::filesystem::rename(path, dir_.file(fmt::format("plans/{:04}.yaml", file)));
}

void torture_world::start_daemon() {
    log_ << "---- start" << std::endl;
    daemon_.emplace(std::vector<std::string>{program_path(), "run", "-c", config_});
    daemon_started_ = false;
}

void torture_world::kill_daemon() {
    while (hear(0ms)) {}
    log_ << "---- kill -9" << std::endl;
    daemon_->signal(SIGKILL);
    daemon_.reset();
    ++done_.daemon_kills;
}

void torture_world::terminate_daemon() {
    hear_until_started();
    log_ << "---- SIGTERM" << std::endl;
    daemon_->signal(SIGTERM);
    while (const auto line = daemon_->read_line(patience_max)) log_ << *line << '\n';
    if (!daemon_->at_end()) fail("the daemon does not end after SIGTERM");
    if (const auto code = daemon_->wait(); code != 0) fail(fmt::format("the daemon ends with {} after SIGTERM", code));
    daemon_.reset();
    ++done_.terminations;
}

/// Faults live in the exchange's memory: whoever restarts it may set new ones.
void torture_world::restart_exchange() {
    log_ << "---- the exchange: kill -9" << std::endl;
    exchange_.kill();
    ++done_.exchange_kills;
    if (chance(50)) let_a_moment_pass();
    exchange_.start();
}

void torture_world::set_random_faults() {
    std::vector<std::string> set;
    for (const auto& [kind, match, more, percent_max] : fault_sources) {
        const auto percent = 1 + draw_.below(static_cast<std::uint64_t>(percent_max));
        if (chance(60))
            set.push_back(fmt::format(R"({{"kind":"{}","match":"{}","probability":{}{}}})", kind, match,
                                      static_cast<double>(percent) / 100, more));
    }
    exchange_.post("/paper/faults", fmt::format(R"({{"faults":[{}]}})", fmt::join(set, ",")));
}

void torture_world::do_something() {
    switch (static_cast<act>(draw_.below(6))) {
    case act::kill_daemon: kill_daemon(); break;
    case act::kill_exchange:
        restart_exchange();
        set_random_faults();
        break;
    case act::kill_both:
        kill_daemon();
        restart_exchange();
        set_random_faults();
        break;
    case act::terminate_daemon: terminate_daemon(); break;
    case act::edit_plans:
        plan_more(1 + draw_.below(2));
        hear_until_started();
        daemon_->signal(SIGHUP);
        ++done_.reloads;
        break;
    case act::change_faults: set_random_faults(); break;
    }
    if (!daemon_) start_daemon();
}

/// The daemon's next line, which goes into the log. It never ends by itself.
std::optional<std::string> torture_world::hear(span patience) {
    auto line = daemon_->read_line(patience);
    if (line) {
        log_ << *line << '\n';
        daemon_started_ = daemon_started_ || line->find("service.started") != std::string::npos;
    } else if (daemon_->at_end()) {
        fail(fmt::format("the daemon ended by itself with {}", daemon_->wait()));
    }
    return line;
}

void torture_world::hear_until_started() {
    while (!daemon_started_)
        if (!hear(patience_max)) fail("the daemon does not start");
}

void torture_world::let_pass(span time) {
    const auto end = real_time::now() + time;
    for (auto now = real_time::now(); now < end; now = real_time::now()) {
        const auto rest = std::chrono::ceil<span>(end - now);
        if (daemon_)
            hear(rest);
        else
            std::this_thread::sleep_for(rest);
    }
}

/// Some time, or some lines of the daemon.
void torture_world::let_a_moment_pass() {
    if (!daemon_ || chance(60)) return let_pass(draw_span(chance(60) ? short_moment_max : moment_max));
    for (auto lines = draw_.below(lines_max); lines > 0; --lines)
        if (!hear(moment_max)) return;
}

void torture_world::calm_down() {
    log_ << "---- calm" << std::endl;
    exchange_.post("/paper/faults", R"({"faults":[]})");
}

bool torture_world::all_in_sync() {
    process status{{program_path(), "status", "--json", "-c", config_}};
    const auto said = status.read_all();
    if (status.wait() != 0) return false;
    const auto report = json::parse(said);
    std::size_t in_sync = 0;
    for (const auto& each : report.at("trades").as_array()) in_sync += each.at("verdict").as_string() == "in_sync";
    return in_sync == planned_.size();
}

void torture_world::converge_by_daemon() {
    hear_until_started(); // before, status would take the state directory's lock
    for (const auto deadline = real_time::now() + patience_max; !all_in_sync(); let_pass(look_again))
        if (real_time::now() > deadline) fail("the daemon does not get in sync");
    if (chance(70))
        terminate_daemon();
    else
        kill_daemon();
}

void torture_world::converge_by_apply() {
    if (chance(50))
        terminate_daemon();
    else
        kill_daemon();
    log_ << "---- apply" << std::endl;
    process apply{{program_path(), "apply", "-c", config_}};
    while (const auto line = apply.read_line(patience_max)) log_ << *line << '\n';
    if (!apply.at_end()) fail("apply does not end");
    if (const auto code = apply.wait(); code != 0) fail(fmt::format("apply ends with {}", code));
}

std::vector<std::string> torture_world::compare_books() {
    auto found = books_of(exchange_, dir_.file("state/journal.db"), planned_);
    done_.planned = planned_.size();
    done_.existing = found.existing;
    done_.attempts = found.attempts;
    done_.duplicates = found.duplicates;
    done_.lost = found.lost;
    done_.faults = found.truth.faults;
    return found.wrong;
}

tally torture_world::so_far() const { return done_; }

std::string torture_world::stop() {
    daemon_.reset();
    exchange_.kill();
    exchange_.start();
    auto wrong = compare_books();
    exchange_.kill();
    log_.flush();
    const auto kept = dir_.path() + "_kept";
    std::filesystem::rename(dir_.path(), kept);
    wrong.push_back("state and log: " + kept);
    return fmt::format("{}", fmt::join(wrong, "\n"));
}

} // namespace smarttrade::test
