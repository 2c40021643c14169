#include "paper_server/exchange.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "paper_server/execution.hpp"
#include "paper_server/fault_injector.hpp"
#include "paper_server/key_ring.hpp"
#include "paper_server/pages.hpp"
#include "paper_server/posted_tick.hpp"
#include "paper_server/request_limits.hpp"
#include "paper_server/trading_floor.hpp"
#include "wire/http_date.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::size_t logged_text_max = 2U << 10U; ///< of each part of a line; a header may have 32 times as much
constexpr std::chrono::minutes complaint_pause{1};

/// What a stranger sent, fit for a log in JSON.
std::string printable(std::string_view text) {
    std::string made{text.substr(0, logged_text_max)};
    for (auto& c : made)
        if (c < ' ' || c > '~') c = '?';
    return made;
}

request_limits::windows windows_of(const options& how) {
    return how.rate_limits ? request_limits::windows::documented : request_limits::windows::off;
}

} // namespace

struct exchange::inside {
    inside(options how, async::time_source& clock)
        : floor{std::move(how), clock}, time{clock}, keys{floor.how()},
          limits{windows_of(floor.how()), floor.how().ban_after}, faults{floor, limits} {}

    http::response route(const http::request& what) {
        const auto called = take_apart(what);
        if (!called && !what.target.starts_with(api_root)) return error_reply(404, "not_found", "Not Found");
        if (called && !called->is_api) return own_page(*called);
        auto line = line_of(what);
        auto reply = called ? api_page(*called, what, line) : malformed_query(line);
        floor.log(std::move(line));
        return reply;
    }

    logged_request line_of(const http::request& what) const {
        const auto target = std::string_view{what.target}.substr(api_root.size());
        const auto mark = std::min(target.find('?'), target.size());
        logged_request line;
        line.time = floor.now();
        line.method = printable(what.method);
        line.path = printable(target.substr(0, mark));
        line.query = printable(target.substr(std::min(mark + 1, target.size())));
        const auto key = http::find_header(what.headers, "Apikey");
        if (!key.empty()) line.key = printable(key);
        return line;
    }

    static http::response malformed_query(logged_request& line) {
        line.status = 400;
        return error_reply(400, "bad_request", "The query is malformed");
    }

    http::response api_page(const call& what, const http::request& raw, logged_request& line) {
        auto open = open_page(floor.state(), floor.now(), what);
        if (faults.refuses(what, line, open ? fault_draw::of_nobody : fault_draw::of_key))
            return hung_up(http::delivery::reset);
        return open ? faults.answer_open(what, std::move(*open), line) : signed_page(what, raw, line);
    }

    http::response own_page(const call& what) {
        if (what.method == "GET" && what.path == "/paper/balances") return show_balances(floor.state());
        if (what.method == "GET" && what.path == "/paper/requests") return show_requests(floor.all());
        if (what.method == "POST" && what.path == "/paper/faults") return set_faults(what);
        if (what.method == "POST" && what.path == "/paper/ticks") return post_ticks(what);
        return error_reply(404, "not_found", "Not Found");
    }

    http::response post_ticks(const call& what) {
        const auto read = read_ticks(what.body);
        if (const auto* wrong = std::get_if<std::string>(&read)) return error_reply(400, "invalid_ticks", *wrong);
        const auto& ticks = std::get<std::vector<posted_tick>>(read);
        if (const auto wrong = check_ticks(ticks, floor.state().markets, floor.now()))
            return error_reply(400, "invalid_ticks", *wrong);
        for (const auto& tick : ticks) {
            const auto at = floor.now() + tick.advance;
            faults.run_late(at);
            floor.play_until(at);
            floor.post(tick, at);
        }
        return json_reply(200, fmt::format(R"({{"now":"{}"}})", base::format_utc(floor.now())));
    }

    http::response set_faults(const call& what) {
        auto read = read_faults(what.body);
        if (const auto* wrong = std::get_if<std::string>(&read)) return error_reply(400, "invalid_faults", *wrong);
        auto& given = std::get<std::vector<fault>>(read);
        const auto count = given.size();
        faults.replace(std::move(given));
        return json_reply(200, fmt::format(R"({{"faults":{}}})", count));
    }

    /// api.md A and C.3: who asks, whether too often, what goes wrong, and then the request itself.
    http::response signed_page(const call& what, const http::request& raw, logged_request& line) {
        const auto told = [&line](http::response reply) {
            line.status = reply.status;
            return reply;
        };
        const auto* by = keys.find(http::find_header(raw.headers, "Apikey"));
        if (!by)
            return told(error_reply(401, "api_key_invalid_or_expired", "Unauthorized. Invalid or expired api key."));
        if (!keys.is_signed(*by, raw, what))
            return told(error_reply(401, "signature_invalid", "Provided signature is invalid"));
        const auto& key = *by->key;
        const auto verdict = limits.admit(key.key, what.method, what.path, floor.now());
        if (verdict == request_limits::verdict::throttled) return told(throttled_reply());
        if (verdict == request_limits::verdict::banned) return told(banned_reply(limits.banned_until() - floor.now()));
        if (auto struck = faults.strike(key, what, raw, line)) return std::move(*struck);
        auto done = execute(floor, key, what, raw);
        line.trade = done.trade;
        return told(std::move(done.reply));
    }

    /// A market that stumbles goes on, and says so, but does not fill a disk with it.
    void complain(const std::exception& about) {
        ++complaints;
        if (time.now() < quiet_until) return;
        const auto text = fmt::format("paper exchange: the market goes on after: {} ({} since the last such line)\n",
                                      printable(about.what()), complaints);
        std::fputs(text.c_str(), stderr);
        complaints = 0;
        quiet_until = time.now() + complaint_pause;
    }

    trading_floor floor;
    async::time_source& time;
    async::mono_time quiet_until = async::mono_time::min();
    int complaints = 0;
    key_ring keys;
    request_limits limits;
    fault_injector faults;
};

exchange::exchange(options how, async::time_source& time) : inside_{std::make_unique<inside>(std::move(how), time)} {}

exchange::~exchange() = default;

http::response exchange::answer(const http::request& what) {
    auto& floor = inside_->floor;
    http::response reply;
    try {
        inside_->faults.run_late(floor.now());
        floor.play_until(floor.now());
        floor.apply(paper::clock{floor.now()});
        reply = inside_->route(what);
        floor.save();
    } catch (const std::exception&) {
        // Nothing is acknowledged that is not in the file; the next save takes it along.
        reply = error_reply(500, "unknown_error", "Unknown error occurred");
    }
    reply.headers.emplace_back("Cache-Control", "no-cache");
    reply.headers.emplace_back("Date", wire::format_http_date(floor.now()));
    reply.headers.emplace_back("X-Request-Id", floor.next_request_id());
    return reply;
}

const memory& exchange::truth() const { return inside_->floor.all(); }

asio::awaitable<void> exchange::run() {
    auto& in = *inside_;
    const bool manual = in.floor.how().manual_clock;
    for (auto next = in.time.now() + in.floor.pause();; next = std::max(next + in.floor.pause(), in.time.now())) {
        const auto stopped = co_await in.time.sleep_until(next);
        if (stopped) co_return;
        if (manual) continue;
        try {
            in.faults.run_late(in.floor.now());
            in.floor.walk_on();
            in.floor.save();
        } catch (const std::exception& trouble) {
            // A full disk does not stop the market; requests are refused until the file can be written again.
            in.complain(trouble);
        }
    }
}

} // namespace smarttrade::paper_server
