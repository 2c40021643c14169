#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/prng.hpp"
#include "config/settings.hpp"
#include "service/assembly.hpp"
#include "sim/evidence.hpp"
#include "sim/network.hpp"
#include "support/memory_disk.hpp"

namespace smarttrade::sim {

/// What `smarttraded run` is beside its service: it tells of its own life, and a reload reads the keys again. Worlds
/// that nobody reads the log of do without.
struct front_desk {
    virtual ~front_desk() = default;
    virtual void started() = 0;
    virtual asio::awaitable<void> attend(service::assembly& daemon) = 0; ///< while it runs
    virtual client::api_key key() = 0;                                   ///< as it lies on the disk now
    virtual void stopping() = 0;
    virtual void stopped() = 0;
};

/// The computer that the daemon runs on: its clocks, its disk, and the process, which dies and is started again as
/// systemd would.
class machine final : public host {
public:
    struct surroundings {
        test::sim_clock& world;
        const config::settings& settings;
        service::log_sink& log;
        evidence& seen;
        std::function<service::source_reading()> read_plans;
        front_desk* desk = nullptr;
    };
    machine(surroundings around, std::uint64_t seed);
    ~machine() override;
    void connect(http::transport& over) { network_ = &over; }

    /// One step of the daemon's loop, or of its life. False: nothing to do before time passes.
    bool turn();

    bool terminate(); ///< false: nothing runs
    void reload();
    bool suspend(milliseconds how_long) { return clock_.suspend(how_long); }
    void step_wall_clock(milliseconds by) { clock_.step_wall_clock(by); }
    enum class death { kill, power };
    /// At the `operations`-th operation from now; the machine is off for `off`.
    void doom(death how, int operations, milliseconds off);
    void disk_trouble(test::memory_disk::trouble what, mono_time until);
    void heal();                    ///< no more trouble
    bool say(reconcile::fact said); ///< a person's word to the daemon; false: it is down
    void lose_state();              ///< kill -9, and the next start finds an empty directory
    void back_up();                 ///< copies the journal
    bool restore();                 ///< kill -9, and the copy takes its place; false: there is none, or no disk for it
    void vanish();                  ///< the process is gone, and nothing starts it again

    /// The daemon while it is up; else null.
    service::assembly* daemon();
    bool healthy() const { return trouble_until_ <= world_.now(); }
    bool is_alive() const { return !dead_; }
    int kills() const { return kills_; }
    death last_death() const { return last_death_; }
    int starts() const { return starts_; } ///< of the daemon

    machine_clock& clock() override { return clock_; }
    asio::awaitable<void> operation() override;
    bool take_intent(const std::optional<std::string>& nonce) override;
    // Told in the log, so it must last.
    void plans_were_accepted(const std::string& hash);
    void was_bound(std::int64_t trade_id);
    bool knows(std::int64_t trade_id) const { return bound_ids_.contains(trade_id); }
    const std::string& accepted_hash() const { return accepted_hash_; }
    void check_memory(); ///< what was acknowledged is on the disk; only while that is sound

private:
    std::string journal_path() const;
    struct life;
    struct doomed {
        death how{};
        int operations = 0;
        milliseconds off{};
    };

    void forget_journal();
    void count_operation();
    void die(doomed how);
    void boot();
    void bury();
    client::api_key key() const;
    asio::awaitable<void> live(life& mine);
    asio::awaitable<void> obey(life& mine);

    test::sim_clock& world_;
    const config::settings& settings_;
    service::log_sink& log_;
    evidence& seen_;
    std::function<service::source_reading()> read_plans_;
    front_desk* desk_;
    http::transport* network_ = nullptr;
    base::prng draw_;
    machine_clock clock_;
    test::memory_disk disk_;
    std::deque<doomed> doom_;
    bool dead_ = false; ///< the process just died; it is buried when its last step has returned
    bool boot_is_new_ = true;
    int boots_ = 0;
    int kills_ = 0;
    int starts_ = 0;
    std::uint64_t nonces_ = 0;
    std::map<std::string, std::string> backup_; ///< by path
    mono_time backed_up_at_{};
    bool has_seen_restored_ = true;   ///< a daemon has started on that copy
    int losses_ = 0;                  ///< of the journal
    std::size_t requests_before_ = 0; ///< those that a lost journal knew
    std::vector<std::string> issued_; ///< nonces of this run that no request has left for yet
    mono_time start_at_{};
    mono_time trouble_until_{};
    std::set<std::int64_t> bound_ids_;
    death last_death_{};
    std::string accepted_hash_;
    std::unique_ptr<life> life_;
};

} // namespace smarttrade::sim
