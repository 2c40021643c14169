#pragma once

#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"
#include "system/exchange_process.hpp"

namespace smarttrade::test {

/// What was done and what came of it, over all worlds.
struct tally {
    int rounds = 0;
    std::size_t planned = 0, existing = 0, attempts = 0, duplicates = 0, lost = 0;
    int daemon_kills = 0, exchange_kills = 0, terminations = 0, reloads = 0;
    std::map<std::string, int> faults;
    void add(const tally& other);
    /// `200 rounds: planned 812, existing 812 after 1034 attempts, duplicates 0, lost 0; kills daemon 143, ..; faults
    /// lost_reply 87, ..`
    std::string summary() const;
};

/// A daemon and an exchange, both real processes, with state that lasts from round to round. What happens to them is
/// drawn from the seed; when exactly it hits them, the machine decides.
class torture_world {
public:
    explicit torture_world(std::uint64_t seed);

    /// New plans, trouble, calm again, then the books of exchange, journal and plans are compared. Throws
    /// std::runtime_error that says what is wrong.
    void round();

    tally so_far() const;
    /// After a failure: stops both, compares the books all the same and keeps the state. Returns what they say, and
    /// where it is.
    std::string stop();

private:
    using span = std::chrono::milliseconds;
    enum class act { kill_daemon, kill_exchange, kill_both, terminate_daemon, edit_plans, change_faults };

    bool chance(std::uint64_t percent) { return draw_.below(100) < percent; }
    span draw_span(span longest) { return span{draw_.below(static_cast<std::uint64_t>(longest.count()) + 1)}; }

    void plan_more(std::uint64_t count);
    void start_daemon();
    void kill_daemon();
    void terminate_daemon();
    void restart_exchange();
    void set_random_faults();
    void do_something();

    std::optional<std::string> hear(span patience);
    void hear_until_started();
    void let_pass(span time);
    void let_a_moment_pass();

    void calm_down();
    bool all_in_sync();
    void converge_by_daemon();
    void converge_by_apply();
    std::vector<std::string> compare_books();

    base::prng draw_;
    temp_folder dir_;
    exchange_process exchange_;
    std::string config_;
    std::ofstream log_; ///< what the daemons said, beside their state
    std::optional<process> daemon_;
    bool daemon_started_ = false; ///< it has said so: signals reach its handlers
    std::set<std::string> planned_;
    int files_ = 0;
    tally done_;
};

} // namespace smarttrade::test
