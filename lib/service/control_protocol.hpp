#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "service/plan_source.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::service {

/// What may be asked of a running daemon; the words of the command line (design.md 2). The first five only look.
enum class control_word {
    status,
    plan,
    doctor,
    explain,
    holds,
    import,
    cancel,
    close,
    enter,
    process,
    release,
    retry,
    confirm,
    halt,
    resume,
    reload
};
constexpr bool only_looks(control_word word) { return word <= control_word::holds; }

/// One line to the daemon: `{"v":1,"command":"close","name":"btc-swing","account":"main"}`. Members that a command has
/// no use for are empty, and refused on the wire: a misspelt `account` must not close a trade elsewhere.
struct control_request {
    control_word command{};
    std::string name{};                        ///< of a trade
    std::string account{};                     ///< by name; empty: the one in the plans
    bool all = false;                          ///< of close
    std::string match{};                       ///< of close with `all`: a pattern with * and ?; empty: every trade
    std::optional<trade::smart_trade_id> id{}; ///< of release: the one of two to let go
    std::vector<trade::smart_trade_id> ids{};  ///< of import; empty: every trade that lives
    std::string hold{};                        ///< of confirm
    std::vector<source_file> files{};          ///< of plan: the plan set to judge
    friend bool operator==(const control_request&, const control_request&) = default;
};

enum class control_verdict {
    done,
    refused,
    pending ///< not known within the time one waits for it: what was ordered goes on
};

/// One line from the daemon: `{"v":1,"verdict":"refused","why":"..","lines":[..]}`, and `"report":{..}` where something
/// was asked to be shown.
struct control_answer {
    control_verdict verdict = control_verdict::done;
    std::string why;                ///< one sentence; of a refusal with what to type
    std::vector<std::string> lines; ///< one for each trade, hold or mistake
    std::string report;             ///< JSON; empty: none
    friend bool operator==(const control_answer&, const control_answer&) = default;
};

/// One line, without its line feed.
std::string encode(const control_request& request);
std::string encode(const control_answer& answer);

/// A request as it was read, or a sentence on what is wrong with the line, which names what is known.
struct control_reading {
    std::optional<control_request> request;
    std::string why;
};
control_reading read_request(std::string_view line);

/// Nothing if the line is no answer of this version.
std::optional<control_answer> read_answer(std::string_view line);

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::control_word> {
    static constexpr std::array<std::string_view, 16> names{
        "status", "plan",    "doctor",  "explain", "holds",   "import", "cancel", "close",
        "enter",  "process", "release", "retry",   "confirm", "halt",   "resume", "reload"};
};
template <> struct enum_names<service::control_verdict> {
    static constexpr std::array<std::string_view, 3> names{"done", "refused", "pending"};
};
} // namespace smarttrade::base
