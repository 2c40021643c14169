#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "golden/flawed_way.hpp"
#include "golden/narrator.hpp"
#include "sim/machine.hpp"
#include "sim/network.hpp"
#include "sim/venue.hpp"

namespace smarttrade::golden {

class day;

/// What happens at one moment of a day. `at`: `09:40` or `09:40:05`, UTC; scenes stand in order of time.
struct scene {
    std::string_view at;
    std::string_view what; ///< for whoever reads the script
    std::function<void(day&)> act;
};

/// A daemon, as `smarttraded run` composes it, on the simulation's machine and network, with the simulation's exchange
/// behind them and prices that stand still until the script moves them. Everybody else in it is the script: people, the
/// market, whatever fails. The same script gives the same lines, byte for byte.
class day {
public:
    /// `settings` without `paper`; each account is an exchange account of its mode. `plans`: files by name.
    day(const config::settings& settings, base::utc_time start, std::map<std::string, std::string> plans);
    ~day();

    /// Lives through the script, until the daemon is stopped for good.
    std::vector<told_line> live(std::span<const scene> script);

    // What a scene can do.
    void price(const char* pair, const char* to);
    void edit(const std::string& file, std::string_view from, std::string_view to); ///< `from` must occur once
    void check_out(const std::set<std::string>& files); ///< of those that the day began with; the others are gone
    void check_out_all();                               ///< with the edits made
    void reload();                                      ///< what the watch of the plans does, or `smarttraded reload`
    void restart(std::string version);                  ///< SIGTERM, and systemd starts what is installed now
    void stop();                                        ///< SIGTERM, for good
    void say(reconcile::fact_kind what, std::string text, const std::string& whom = {}); ///< the operator
    void confirm_all();
    void cancel_by_hand(const std::string& name); ///< in the app
    void create_by_hand(const std::string& note); ///< a limit buy far away, by whoever can
    void revoke_key();
    void new_key(); ///< on the disk, and known to the exchange
    sim::machine& machine() { return machine_; }
    flawed_way& way() { return way_; }
    sim::mono_time now() const { return clock_.now(); }

private:
    asio::awaitable<void> direct(std::span<const scene> script);
    service::source_reading read_plans() const;
    bool turn();
    bool is_over() const { return is_last_ && narrator_.has_stopped(); }
    void end();
    sim::mono_time moment_of(std::string_view at) const;
    trade::account_mode mode() const { return settings_.accounts.front().mode; }
    const paper::trade_record& trade_of(std::string_view tag_begin) const;

    const config::settings& settings_;
    base::utc_time start_;
    std::map<std::string, std::string> plans_; ///< every file, with the edits made
    std::set<std::string> checked_out_;
    test::sim_clock clock_;
    asio::io_context loop_{1};
    sim::venue venue_;
    sim::evidence seen_;
    narrator narrator_;
    sim::machine machine_;
    sim::network network_;
    flawed_way way_;
    int keys_ = 0; ///< how many were replaced
    bool is_last_ = false;
    async::task_group market_, script_;
};

} // namespace smarttrade::golden
