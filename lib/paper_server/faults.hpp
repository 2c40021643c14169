#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/enum_names.hpp"
#include "base/prng.hpp"
#include "paper_server/call.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

/// What goes wrong with a request, in the words of design.md 7. A proxy that answers in place of the API is what
/// http_500, http_502 and http_504 stand for: the request was executed all the same.
enum class fault_kind {
    lost_reply,  ///< executed; closed without an answer
    http_500,    ///< executed; the answer is a proxy's page
    http_502,    ///< likewise
    http_504,    ///< likewise
    late_commit, ///< closed without an answer; executed `ms` later by the exchange's clock
    drop,        ///< read and not executed; closed
    refuse,      ///< reset as if it had never been read: neither its signature nor any limit sees it
    delay,       ///< executed; answered `ms` later
    reset,       ///< executed or not (`after`); the connection is reset
    trickle,     ///< executed; the answer leaves one byte a second
    duplicate,   ///< executed twice; the second answer is sent
    throttle,    ///< `429`: not executed; the documented block of every limit that counts the request begins
    ban,         ///< `418`: not executed; everything signed is banned
    plan_429,    ///< 429 with the words of a subscription plan: not executed, and no block begins
    garbled,     ///< executed; the body is cut in its middle
    empty_list,  ///< a listing answers []
    stale_list,  ///< a listing as it was `ms` ago by the exchange's clock
    page_shift,  ///< pages after the first begin a row too late, as when a trade before them ended meanwhile
    wrong_mode,  ///< a listing as in the other mode: [] unless it names an account, whose trades are told in any mode
    fill_before_delete ///< the entry of the trade fills right before its DELETE is executed
};

/// One switch. The list kinds match listings of smart trades alone (wrong_mode those of accounts too), page_shift only
/// pages after the first and fill_before_delete only a DELETE of a trade, so that no hit is spent on a request that
/// they cannot touch.
struct fault {
    fault_kind kind{};
    std::string method;                  ///< empty: any
    std::string path;                    ///< begins so, without /public/api; empty: any
    std::optional<std::int64_t> count;   ///< so many times; without any of the three: all
    std::optional<std::int64_t> request; ///< this match alone, from 1
    std::optional<double> probability;   ///< of each match, 0..1
    std::chrono::milliseconds ms{};      ///< of late_commit, delay, stale_list
    bool after = false;                  ///< of reset: after the execution
};

inline constexpr std::chrono::milliseconds list_age_max{60'000}; ///< of stale_list
inline constexpr std::size_t faults_max = 100;                   ///< of one set

/// `{"faults":[{"kind":"lost_reply","match":"POST /v2/smart_trades","count":1}]}`, or what is wrong with it: one line
/// that names the field.
std::variant<std::vector<fault>, std::string> read_faults(std::string_view json);
/// `lost_reply,match=POST /v2/smart_trades,count=1`, or what is wrong with it.
std::variant<fault, std::string> read_fault_flag(std::string_view text);

/// When a fault strikes: before anything of a request is read, or once its signature and the limits let it through.
enum class fault_stage { arrival, admitted };

/// Whose request it is: of a page that needs no signature, nobody's. Those draw their own luck, so that how often a
/// client asks for the time changes nothing for its trades.
enum class fault_draw { of_key, of_nobody };

/// The switches that are on. For each request the first one that matches and fires wins; the ones behind it
/// count that match, but have not fired. Those that strike at arrival come before all others. Same seed and requests,
/// same hits.
class fault_set {
public:
    fault_set(std::vector<fault> faults, std::uint64_t seed);

    void replace(std::vector<fault> faults);
    /// The fault that hits this request, null for none; valid until the set is replaced.
    const fault* next(const call& what, fault_stage at = fault_stage::admitted, fault_draw by = fault_draw::of_key);

private:
    struct armed {
        fault what;
        std::int64_t matches = 0, fired = 0;
    };
    static bool fires(armed& each, base::prng& draw);

    std::vector<armed> faults_;
    base::prng draw_, open_draw_;
};

/// A listing of smart trades, which the list kinds falsify.
bool is_trade_list(const call& what);
/// The trade that a path /v2/smart_trades/{id}, and nothing behind it, is about.
std::optional<trade::smart_trade_id> smart_trade_of(const call& what);

} // namespace smarttrade::paper_server

namespace smarttrade::base {

template <> struct enum_names<paper_server::fault_kind> {
    static constexpr std::array<std::string_view, 20> names{
        "lost_reply", "http_500",   "http_502",   "http_504",   "late_commit",
        "drop",       "refuse",     "delay",      "reset",      "trickle",
        "duplicate",  "429",        "418",        "plan_429",   "garbled",
        "empty_list", "stale_list", "page_shift", "wrong_mode", "fill_before_delete"};
};

} // namespace smarttrade::base
