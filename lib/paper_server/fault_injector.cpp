#include "paper_server/fault_injector.hpp"

#include <fmt/format.h>

#include "paper_server/execution.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::size_t late_max = 256;          ///< that wait; each may have a body of 1 MiB
constexpr std::uint64_t fault_stream = 0xFA17; ///< other random numbers than the ids have

/// What stands before an API and answers in its place.
http::response proxy_page(int status, std::string_view reason) {
    constexpr auto page =
        "<html>\r\n<head><title>{0} {1}</title></head>\r\n<body>\r\n<center><h1>{0} {1}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return {status, fmt::format(page, status, reason), {{"Content-Type", "text/html"}}};
}

/// What a key is told whose subscription plan does not cover the request (api.md B): no other key of a body, and no
/// end.
http::response plan_reply() {
    return error_reply(429, "The request type 'read' is not available with your current subscription plan. Please "
                            "upgrade your plan to use this type of request.");
}

/// The answer to a request that was executed, as the fault leaves it.
http::response spoil(http::response reply, const fault& by) {
    switch (by.kind) {
    case fault_kind::lost_reply: return hung_up(http::delivery::close);
    case fault_kind::reset: return hung_up(http::delivery::reset);
    case fault_kind::http_500: return proxy_page(500, "Internal Server Error");
    case fault_kind::http_502: return proxy_page(502, "Bad Gateway");
    case fault_kind::http_504: return proxy_page(504, "Gateway Time-out");
    case fault_kind::delay: reply.delay = by.ms; break;
    case fault_kind::trickle: reply.ends = http::delivery::trickle; break;
    case fault_kind::garbled: reply.body.resize(reply.body.size() / 2); break;
    case fault_kind::empty_list:
        if (reply.status == 200) reply.body = "[]";
        break;
    default: break;
    }
    return reply;
}

} // namespace

fault_injector::fault_injector(trading_floor& floor, request_limits& limits)
    : floor_{floor}, limits_{limits}, faults_{floor.how().faults, floor.how().seed ^ fault_stream} {}

bool fault_injector::refuses(const call& what, logged_request& line, fault_draw by) {
    const auto* hit = faults_.next(what, fault_stage::arrival, by);
    if (hit) line.fault = hit->kind;
    return hit != nullptr;
}

/// The answer of a fault that lets nothing be executed, whoever asks.
std::optional<http::response> fault_injector::withhold(const fault& by, logged_request& line) {
    if (by.kind == fault_kind::drop) return hung_up(http::delivery::close);
    if (by.kind == fault_kind::reset && !by.after) return hung_up(http::delivery::reset);
    if (by.kind == fault_kind::ban) {
        line.status = 418;
        limits_.ban(floor_.now());
        return banned_reply(limits_.banned_until() - floor_.now());
    }
    if (by.kind == fault_kind::plan_429) {
        line.status = 429;
        return plan_reply();
    }
    return std::nullopt;
}

http::response fault_injector::answer_open(const call& what, http::response done, logged_request& line) {
    const auto* by = faults_.next(what, fault_stage::admitted, fault_draw::of_nobody);
    if (by) line.fault = by->kind;
    if (by && by->kind == fault_kind::late_commit) return hung_up(http::delivery::close);
    if (auto instead = by ? withhold(*by, line) : std::nullopt) return std::move(*instead);
    const bool is_throttled = by && by->kind == fault_kind::throttle;
    if (is_throttled) done = throttled_reply();
    line.status = done.status;
    return by && !is_throttled ? spoil(std::move(done), *by) : done;
}

std::optional<http::response> fault_injector::strike(const options::api_key& who, const call& what,
                                                     const http::request& raw, logged_request& line) {
    const auto* by = faults_.next(what);
    if (!by) return std::nullopt;
    line.fault = by->kind;
    if (auto instead = withhold(*by, line)) return instead;
    if (by->kind == fault_kind::late_commit) return put_off(*by, who, raw);
    if (by->kind == fault_kind::throttle) {
        line.status = 429;
        limits_.block(who.key, what.method, what.path, floor_.now());
        return throttled_reply();
    }
    if (by->kind == fault_kind::duplicate) execute(floor_, who, what, raw);
    if (by->kind == fault_kind::fill_before_delete && floor_.state().trades.contains(*smart_trade_of(what)))
        floor_.apply(paper::touch_entry{*smart_trade_of(what)});
    auto done = execute(floor_, who, what, raw, by);
    line.status = done.reply.status;
    line.trade = done.trade;
    return spoil(std::move(done.reply), *by);
}

http::response fault_injector::put_off(const fault& by, const options::api_key& who, const http::request& raw) {
    if (late_.size() == late_max) run_first_late(floor_.now());
    const auto line = floor_.all().requests + 1; // the one that is being written about this request
    late_.emplace(floor_.now() + by.ms, late_request{line, &who, raw});
    return hung_up(http::delivery::close);
}

void fault_injector::run_late(base::utc_time until) {
    while (!late_.empty() && late_.begin()->first <= until) run_first_late(late_.begin()->first);
}

void fault_injector::run_first_late(base::utc_time at) {
    const auto first = late_.extract(late_.begin());
    const auto& [n, who, raw] = first.mapped();
    floor_.apply(paper::clock{at});
    const auto what = take_apart(raw);
    const auto done = execute(floor_, *who, *what, raw);
    floor_.amend(n, done.reply.status, done.trade);
}

} // namespace smarttrade::paper_server
