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

namespace smarttrade::paper_server {

/// What goes wrong with a request, in the words of design.md 7. A proxy that answers in place of the API is what
/// http_500, http_502 and http_504 stand for: the request was executed all the same.
enum class fault_kind {
    lost_reply,  ///< executed; closed without an answer
    http_500,    ///< executed; the answer is a proxy's page
    http_502,    ///< likewise
    http_504,    ///< likewise
    late_commit, ///< closed without an answer; executed `ms` later by the exchange's clock
    drop,        ///< not executed; closed
    delay,       ///< executed; answered `ms` later
    reset,       ///< executed or not (`after`); the connection is reset
    duplicate,   ///< executed twice; the second answer is sent
    throttle,    ///< `429`: not executed; the documented block of every limit that counts the request begins
    ban,         ///< `418`: not executed; ten minutes of 418 for everything signed
    garbled,     ///< executed; the body is cut in its middle
    empty_list,  ///< a listing answers []
    stale_list,  ///< a listing as it was `ms` ago by the exchange's clock
    page_shift   ///< pages after the first begin a row too late, as when a trade before them ended meanwhile
};

/// One switch. The list kinds match listings of smart trades alone, page_shift only pages after the first, so that no
/// hit is spent on a request that they cannot touch.
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

/// The switches that are on. For each request the first one that matches and fires wins; the ones behind it
/// count that match, but have not fired. Same seed and requests, same hits.
class fault_set {
public:
    fault_set(std::vector<fault> faults, std::uint64_t seed);

    void replace(std::vector<fault> faults);
    /// The fault that hits this request, null for none; valid until the set is replaced.
    const fault* next(const call& what);

private:
    struct armed {
        fault what;
        std::int64_t matches = 0, fired = 0;
    };
    bool fires(armed& each);

    std::vector<armed> faults_;
    base::prng draw_;
};

/// A listing of smart trades, which the list kinds falsify.
bool is_trade_list(const call& what);

} // namespace smarttrade::paper_server

namespace smarttrade::base {

template <> struct enum_names<paper_server::fault_kind> {
    static constexpr std::array<std::string_view, 15> names{
        "lost_reply", "http_500", "http_502", "http_504", "late_commit", "drop",       "delay",     "reset",
        "duplicate",  "429",      "418",      "garbled",  "empty_list",  "stale_list", "page_shift"};
};

} // namespace smarttrade::base
