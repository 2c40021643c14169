#pragma once

#include <optional>

#include "base/prng.hpp"
#include "paper/engine.hpp"
#include "paper_server/call.hpp"
#include "paper_server/exchange.hpp"
#include "paper_server/former_trades.hpp"
#include "paper_server/keeper.hpp"
#include "paper_server/posted_tick.hpp"
#include "paper_server/replay.hpp"

namespace smarttrade::paper_server {

/// The exchange behind its requests: the engine's state, its clock, its file. Every change goes through apply(), and
/// what it touched is in the file once save() returned.
class trading_floor {
public:
    trading_floor(options how, async::time_source& time);

    const options& how() const { return how_; }
    const paper::state& state() const { return all_.market; }
    const memory& all() const { return all_; }

    const key_modes& modes() const { return all_.modes; }
    void change_mode(const std::string& key, trade::account_mode to);

    /// The exchange's own clock. The real one counts on the monotonic clock from where the exchange started, or from
    /// where a posted tick has moved it: it never steps back and never stands.
    base::utc_time now() const;
    paper::effects apply(const paper::event& what);
    void post(const posted_tick& what, base::utc_time at);
    void walk_on();                     ///< a second of the market: the next prices of the walk, or time alone
    void play_until(base::utc_time at); ///< what a recorded market has until then; nothing without one
    /// How long until the market wants to move: a second, but a recorded one when its next prices are due.
    std::chrono::milliseconds pause() const;

    std::int64_t log(logged_request line); ///< returns the number it got
    /// What became of a request that was executed after it was logged. Nothing if the line is forgotten by now.
    void amend(std::int64_t n, std::optional<int> status, std::optional<std::int64_t> trade);
    /// A copy of the state with the trades as they were so long ago, for showing only.
    paper::state as_it_was(std::chrono::milliseconds ago) const;
    /// Throws store::store_error; what could not be written goes with the next save.
    void save();
    std::string next_request_id();

private:
    void fill();
    void load();
    void start_replay();
    void set_clock(base::utc_time at);
    paper::market& introduce(const trade::pair& pair);
    std::vector<paper::tick> next_of(const options::walk& walk);

    options how_;
    async::time_source& time_;
    async::mono_time started_;
    base::utc_time started_utc_; ///< what the clock showed at started_, had no tick moved it since
    memory all_;
    std::optional<keeper> kept_;
    std::optional<replay> replay_;
    unsaved_changes unsaved_;
    std::vector<logged_request> unsaved_lines_;
    former_trades former_;
    base::prng draw_;
};

} // namespace smarttrade::paper_server
