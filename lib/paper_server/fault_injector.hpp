#pragma once

#include <map>
#include <optional>

#include "http/transport.hpp"
#include "paper_server/faults.hpp"
#include "paper_server/request_limits.hpp"
#include "paper_server/trading_floor.hpp"

namespace smarttrade::paper_server {

/// Lets go wrong what the switches say. A late commit is executed before any later request or tick, at its own moment;
/// it is lost when the exchange ends before that.
class fault_injector {
public:
    fault_injector(trading_floor& floor, request_limits& limits);

    void replace(std::vector<fault> faults) { faults_.replace(std::move(faults)); }

    /// Whether the connection of this request is reset before it is read; `line` then says so.
    bool refuses(const call& what, logged_request& line, fault_draw by);

    /// The answer to a request that the limits let through, if a fault hits it; it says in `line` what became of the
    /// request. Nothing: no fault, and nothing is done.
    std::optional<http::response> strike(const options::api_key& who, const call& what, const http::request& raw,
                                         logged_request& line);

    /// The answer to a request that needs no signature and would be answered so. There is nothing to execute, so that a
    /// late commit is a lost one, and no key to block.
    http::response answer_open(const call& what, http::response done, logged_request& line);

    /// Executes what is due by then.
    void run_late(base::utc_time until);

private:
    struct late_request {
        std::int64_t n = 0; ///< its line in the log
        const options::api_key* who;
        http::request raw;
    };

    std::optional<http::response> withhold(const fault& by, logged_request& line);
    http::response put_off(const fault& by, const options::api_key& who, const http::request& raw);
    void run_first_late(base::utc_time at);

    trading_floor& floor_;
    request_limits& limits_;
    fault_set faults_;
    std::multimap<base::utc_time, late_request> late_; ///< by when they fall due; equal ones in order of arrival
};

} // namespace smarttrade::paper_server
