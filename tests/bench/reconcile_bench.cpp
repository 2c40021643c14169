// What deciding, journalling, starting and holding very many trades costs, each figure on a line of JSON next to its
// goal. CPU time of the process, the median of several runs, except for what somebody waits for (a journaled intent:
// wall time on the disk of the folder given) and memory. Each figure is taken in a process of its own.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "bench/figures.hpp"
#include "bench/fleet.hpp"
#include "bench/journal_load.hpp"
#include "bench/lone_daemon.hpp"

namespace {

using namespace smarttrade;
using namespace bench;
using reconcile::fact_kind;

/// What a round decides from: wishes, sightings and the journal's facts of so many trades in sync.
struct scene {
    explicit scene(int trades) {
        rules.instance = instance;
        rules.settle = std::chrono::seconds{30};
        rules.utc_now = written + std::chrono::hours{1};
        rules.read_body = &service::read_create_body;
        seen.gates_open.insert(account);
        for (const auto& what : account_facts()) past.apply(what, now);
        for (int i = 0; i < trades; ++i) {
            wishes.push_back(wish_of(i));
            auto entity = entity_of(i);
            for (auto& what : creation_of(i)) {
                if (what.kind == fact_kind::echo)
                    what.shape = std::make_shared<const trade::trade_shape>(trade::shape_of(entity));
                past.apply(what, now);
            }
            if (const auto& applied = past.find(wishes.back().trade.identity)->applied; applied == wishes.back().body)
                wishes.back().body = applied; // as the daemon does with a set that it accepts
            seen.trades[entity.id] = {std::move(entity), now};
        }
    }
    reconcile::decision decide() const { return reconcile::reconcile(wishes, seen, past, rules, now); }

    reconcile::mono_time now = reconcile::mono_time{} + std::chrono::hours{1};
    std::vector<reconcile::wish> wishes;
    reconcile::observed seen;
    reconcile::history past;
    reconcile::policy rules;
};

void expect_in_sync(const reconcile::decision& made, std::size_t trades) {
    const auto in_sync = [](const auto& each) { return each.verdict == reconcile::verdict::in_sync; };
    const auto other = std::ranges::find_if_not(made.standings, in_sync);
    if (other != made.standings.end()) give_up(other->identity.name + " is not in sync: " + other->why);
    if (!made.actions.empty()) give_up("something is to be done: " + made.actions.front().reason);
    if (made.standings.size() != trades) give_up("not every trade has a standing");
}

void measure_deciding(int trades, double goal_ms) {
    const scene all{trades};
    std::vector<double> times;
    for (int round = 0; round < 9; ++round) {
        const auto start = cpu_us();
        const auto made = all.decide();
        times.push_back((cpu_us() - start) / 1e3);
        expect_in_sync(made, static_cast<std::size_t>(trades));
    }
    tell("decide_" + std::to_string(trades) + "_in_sync", "cpu_ms", median(times), goal_ms);
}

/// What the disk itself takes for one durable write: no intent can be faster.
void measure_disk(const std::string& folder) {
    const auto file = ::open((folder + "/sync").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string page(4096, 'p');
    std::vector<double> times;
    for (int i = 0; i < 500; ++i) {
        if (::write(file, page.data(), page.size()) < 0) give_up("the disk cannot be written");
        const auto start = wall_us();
        ::fdatasync(file);
        times.push_back((wall_us() - start) / 1e3);
    }
    ::close(file);
    std::printf("{\"figure\":\"disk_sync_p50\",\"wall_ms\":%.2f}\n", median(std::move(times)));
}

void measure_intents(const std::string& folder, int writers) {
    constexpr int intents = 4'000;
    const auto name = "intent_p50_" + std::to_string(writers) + "_at_once";
    const auto times = time_records(folder + '/' + name + ".db", intent_and_request, writers, intents);
    tell(name, "wall_ms", times.at(0.5) / 1e3, 0.4);
    std::printf("{\"figure\":\"intent_cpu\",\"cpu_us\":%.1f}\n", times.cpu_us / intents);
}

/// A trade that was created, edited and looked at again and again: of 50 events 10 are what was seen of it.
std::vector<reconcile::fact> long_life_of(int number) {
    auto all = creation_of(number);
    const auto body = all[0].body;
    const auto observed = *std::ranges::find(all, fact_kind::observed, &reconcile::fact::kind);
    const auto echo = *std::ranges::find(all, fact_kind::echo, &reconcile::fact::kind);
    const auto add = [&](fact_kind kind, const std::string& nonce) -> reconcile::fact& {
        auto& made = all.emplace_back(fact_of(kind, number));
        made.nonce = nonce;
        made.trade_id = id_of(number);
        return made;
    };
    for (int edit = 0; all.size() < 47; ++edit) {
        const auto nonce = fmt::format("e{}-{}", number, edit);
        auto& intent = add(fact_kind::write, nonce);
        intent.text = "update edit";
        intent.body = body;
        add(fact_kind::request, nonce).body = body;
        add(fact_kind::written, nonce).ended = trade::outcome::accepted;
        all.push_back(observed);
        all.push_back(echo);
    }
    for (const auto* word : {"process", "retry", "process"}) add(fact_kind::ordered, {}).text = word;
    return all;
}

void fill(const std::string& file, int trades, std::vector<reconcile::fact> (*life)(int)) {
    auto all = account_facts();
    for (int i = 0; i < trades; ++i) std::ranges::move(life(i), std::back_inserter(all));
    fill_journal(file, std::move(all));
}

void measure_start(const std::string& file, int trades) {
    std::vector<double> times;
    for (int round = 0; round < 5; ++round) {
        const auto start = cpu_us();
        const lone_daemon daemon{file, trades};
        times.push_back((cpu_us() - start) / 1e6);
    }
    tell("start_100000_events", "cpu_s", median(times), 0.5);
}

double rss_mb() {
    std::size_t whole = 0, resident = 0;
    std::ifstream{"/proc/self/statm"} >> whole >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// The daemon after its start, three passes over the account and the rounds that follow.
void measure_memory(const std::string& file, int trades) {
    const auto before = rss_mb();
    lone_daemon daemon{file, trades};
    daemon.live(std::chrono::minutes{8});
    expect_in_sync(daemon.standing(), static_cast<std::size_t>(trades));
    tell("hold_" + std::to_string(trades) + "_trades", "rss_mb", rss_mb(), 40);
    std::printf("{\"figure\":\"hold_detail\",\"rss_mb_before\":%.1f,\"heap_in_use_mb\":%.1f,\"pages_read\":%d}\n",
                before, static_cast<double>(mallinfo2().uordblks) / 1e6, daemon.pages());
}

} // namespace

int main(int count, char** words) {
    const std::string folder = count > 1 ? words[1] : "reconcile_bench.tmp";
    const std::string only = count > 2 ? words[2] : ""; ///< decide, intent, start or hold: for a profiler
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    bool fine = true;
    const auto measure = [&](const char* what, const auto& work) {
        if (only.empty() || only == what) fine = apart(work) && fine;
    };
    measure("decide", [] { measure_deciding(10'000, 20); });
    measure("decide", [] { measure_deciding(100'000, 250); });
    measure("intent", [&] { measure_disk(folder); });
    measure("intent", [&] { measure_intents(folder, 1); });
    measure("intent", [&] { measure_intents(folder, 8); });
    const auto busy = folder + "/start.db", calm = folder + "/hold.db";
    measure("start", [&] { fill(busy, 2'000, long_life_of); });
    measure("start", [&] { measure_start(busy, 2'000); });
    measure("hold", [&] { fill(calm, 10'000, creation_of); });
    measure("hold", [&] { measure_memory(calm, 10'000); });
    std::filesystem::remove_all(folder);
    return fine ? 0 : 1;
}
