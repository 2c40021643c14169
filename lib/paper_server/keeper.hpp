#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "paper/event.hpp"
#include "paper/state.hpp"
#include "paper_server/faults.hpp"
#include "paper_server/key_modes.hpp"
#include "store/database.hpp"

namespace smarttrade::paper_server {

/// One line of GET /paper/requests.
struct logged_request {
    std::int64_t n = 0; ///< from 1
    base::utc_time time{};
    std::string method, path, query;
    std::optional<std::string> key;
    std::optional<int> status;         ///< as computed, whatever became of the answer; absent: not executed
    std::optional<std::int64_t> trade; ///< that the answer was about; of a duplicate, the second one
    std::optional<fault_kind> fault;   ///< that hit it
};
inline constexpr std::size_t logged_requests_max = 100'000;

/// What an exchange is besides the engine's state.
struct memory {
    paper::state market;
    std::uint64_t walked = 0; ///< seconds of the walk that are done
    std::string recording;    ///< file of the replay that was on last
    std::uint64_t played = 0; ///< prices of that recording
    std::int64_t starts = 0;  ///< how often the file was opened
    std::int64_t requests = 0;
    std::deque<logged_request> log; ///< the last logged_requests_max
    key_modes modes;
};

/// What has changed since the last save.
struct unsaved_changes {
    std::set<trade::smart_trade_id> trades;
    std::set<std::pair<trade::account_id, std::string>> balances;
    std::set<trade::pair> markets;
    std::set<trade::account_id> accounts; ///< their type
    bool modes = false;
};

/// The exchange in a SQLite file: a table per kind of thing, and only what changed is written. Nobody else can open the
/// file meanwhile: two exchanges would overwrite each other's trades. Throws store::store_error, state_unfit, and
/// std::runtime_error for a file that another process uses or that is not ours.
class keeper {
public:
    explicit keeper(const std::string& file);

    bool is_new() const { return is_new_; }
    /// Into a memory that has its accounts; what the file holds replaces what is there.
    /// `limits`: of the pairs that have their own; they are options, not state.
    void load(memory& into, const std::map<trade::pair, paper::market_limits>& limits);
    /// All of it in one transaction. `lines`: of the request log, not yet saved or changed since.
    void save(const memory& from, const unsaved_changes& changed, std::span<const logged_request> lines);

private:
    void check_accounts(const memory& given);
    void load_balances(memory& into);
    void load_prices(memory& into, const std::map<trade::pair, paper::market_limits>& limits);
    void load_trades(memory& into);
    void load_log(memory& into);
    void load_modes(memory& into);
    void put(std::string_view name, std::int64_t value);
    std::int64_t get(std::string_view name);
    void save_accounts(const memory& from, const std::set<trade::account_id>& changed);
    void save_modes(const key_modes& modes);
    void save_line(const logged_request& line);

    std::string file_;
    store::database base_;
    bool is_new_ = false;
};

} // namespace smarttrade::paper_server
