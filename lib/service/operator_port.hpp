#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/enum_names.hpp"
#include "reconcile/action.hpp"
#include "service/doctor.hpp"
#include "service/dry_run.hpp"
#include "service/plan_source.hpp"
#include "service/status_report.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

/// What an operator may order of one trade; the words of the command line and of the journal (fact_kind::ordered).
enum class operator_word { cancel, close, enter, process, release, retry };

/// The verdict on a command: carried out, or why not.
struct operator_answer {
    bool done = false;
    std::string why;                  ///< done: what happened; else the reason, and what to type where something helps
    std::vector<std::string> lines{}; ///< more of it: the mistakes of a plan set
};

/// A trade that a command may name: one of the plans, or one that no plan names any more and that is not done with.
struct named_trade {
    trade::trade_identity identity;
    std::string account; ///< its name
    bool in_plans = false;
    bool is_protected = false; ///< by the plan, or as the journal last had it
    bool is_over = false;      ///< ended or released: nothing is left to close
};

/// Trades of an account as the exchange shows them.
struct trade_listing {
    std::vector<trade::smart_trade> trades;
    std::string trouble; ///< empty: complete
};

/// What happened to a trade, as the journal tells it.
struct told_story {
    std::string report; ///< JSON of encode_explanation; empty: there is none, and `why` says so
    std::string why;    ///< what is left out of the report
};

/// The service as its operators command it. Every coroutine may be cancelled at any wait; what was ordered then goes on
/// all the same (the word is in the journal), only nobody waits for the verdict any more.
struct operator_port {
    virtual ~operator_port() = default;

    /// Ends with the verdict: the exchange has done it, or refused. `id`: of release, the one trade of several under
    /// this name that is let go.
    virtual asio::awaitable<operator_answer> order(operator_word word, trade::trade_identity of,
                                                   std::optional<trade::smart_trade_id> id) = 0;
    virtual asio::awaitable<operator_answer> confirm(std::string hold) = 0; ///< a hold of holds()
    virtual asio::awaitable<operator_answer> halt() = 0;
    virtual asio::awaitable<operator_answer> resume() = 0;
    /// Reads keys, trust store and plans again, as SIGHUP does. Done: the set is accepted.
    virtual asio::awaitable<operator_answer> reload() = 0;

    virtual status_report status() const = 0; ///< with holds and whether it is halted
    virtual std::vector<reconcile::hold> holds() const = 0;
    virtual std::vector<named_trade> trades() const = 0;
    /// Every account was read completely: before that, trades that no plan names may be missing.
    virtual bool is_read() const = 0;
    virtual std::vector<std::string> accounts() const = 0; ///< names of the configuration

    /// What would change if these were the plans. Writes nothing to account, plans or journal.
    virtual asio::awaitable<dry_run> plan(std::vector<source_file> files) = 0;
    /// What doctor finds as the daemon sees it: this machine, its keys and the exchange.
    virtual asio::awaitable<std::vector<finding>> examine() = 0;
    /// The history of a trade by its name. `account`: only what concerns that one, by its name; empty: all.
    virtual asio::awaitable<told_story> explain(std::string name, std::string account) = 0;
    /// `account`: one of accounts(). No ids: every trade that lives there.
    virtual asio::awaitable<trade_listing> list(std::string account, std::vector<trade::smart_trade_id> ids) = 0;
};

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::operator_word> {
    static constexpr std::array<std::string_view, 6> names{"cancel", "close", "enter", "process", "release", "retry"};
};
} // namespace smarttrade::base
