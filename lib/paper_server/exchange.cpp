#include "paper_server/exchange.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "paper_server/execution.hpp"
#include "paper_server/fault_injector.hpp"
#include "paper_server/pages.hpp"
#include "paper_server/request_limits.hpp"
#include "paper_server/trading_floor.hpp"
#include "wire/answers.hpp"
#include "wire/http_date.hpp"
#include "wire/signature.hpp"

namespace smarttrade::paper_server {

using namespace std::chrono_literals;

namespace {

/// What a stranger sent, fit for a log in JSON.
std::string printable(std::string_view text) {
    std::string made{text};
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
        : floor{std::move(how), clock}, time{clock}, limits{windows_of(floor.how()), floor.how().ban_after},
          faults{floor, limits} {}

    http::response route(const http::request& what) {
        const auto called = take_apart(what);
        if (!called) return error_reply(404, "not_found", "Not Found");
        if (!called->is_api) return own_page(*called);
        logged_request line;
        line.time = floor.now();
        line.method = printable(called->method);
        line.path = printable(called->path);
        line.query = printable(called->query);
        const auto key = http::find_header(what.headers, "Apikey");
        if (!key.empty()) line.key = printable(key);
        auto reply = unsigned_page(*called);
        if (reply)
            line.status = reply->status;
        else
            reply = signed_page(*called, what, line);
        floor.log(std::move(line));
        return std::move(*reply);
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
        for (const auto& tick : std::get<std::vector<posted_tick>>(read)) {
            const auto at = floor.now() + tick.advance;
            faults.run_late(at);
            floor.post(tick.prices, at);
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

    std::optional<http::response> unsigned_page(const call& what) {
        if (what.method != "GET") return std::nullopt;
        if (what.path == "/ver1/ping") return json_reply(200, wire::write_pong());
        if (what.path == "/ver1/time")
            return json_reply(200, wire::write_server_time(std::chrono::floor<std::chrono::seconds>(floor.now())));
        if (what.path == "/ver1/accounts/currency_rates") return currency_rates(floor.state(), what);
        return std::nullopt;
    }

    /// api.md A and C.3: who asks, whether too often, what goes wrong, and then the request itself.
    http::response signed_page(const call& what, const http::request& raw, logged_request& line) {
        const auto told = [&line](http::response reply) {
            line.status = reply.status;
            return reply;
        };
        const auto name = http::find_header(raw.headers, "Apikey");
        const auto& keys = floor.how().keys;
        const auto key = std::ranges::find(keys, name, &options::api_key::key);
        if (name.empty() || key == keys.end())
            return told(error_reply(401, "api_key_invalid_or_expired", "Unauthorized. Invalid or expired api key."));
        const auto path = std::string{api_root}.append(what.path);
        if (!wire::hmac_is_valid(key->secret, path, what.query, what.body, http::find_header(raw.headers, "Signature")))
            return told(error_reply(401, "signature_invalid", "Provided signature is invalid"));
        const auto verdict = limits.admit(key->key, what.method, what.path, floor.now());
        if (verdict == request_limits::verdict::throttled) return told(throttled_reply());
        if (verdict == request_limits::verdict::banned) return told(banned_reply(limits.banned_until() - floor.now()));
        if (auto struck = faults.strike(*key, what, raw, line)) return std::move(*struck);
        auto done = execute(floor, *key, what, raw);
        line.trade = done.trade;
        return told(std::move(done.reply));
    }

    trading_floor floor;
    async::time_source& time;
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
        floor.apply(paper::clock{floor.now()});
        reply = inside_->route(what);
        floor.save();
    } catch (const store::store_error&) {
        // Nothing is acknowledged that is not in the file; the next save takes it along.
        reply = error_reply(500, "unknown_error", "Unknown error occurred");
    }
    reply.headers.emplace_back("Date", wire::format_http_date(floor.now()));
    reply.headers.emplace_back("X-Request-Id", floor.next_request_id());
    return reply;
}

const memory& exchange::truth() const { return inside_->floor.all(); }

asio::awaitable<void> exchange::run() {
    auto& in = *inside_;
    const bool manual = in.floor.how().manual_clock;
    for (auto next = in.time.now() + 1s;; next = std::max(next + 1s, in.time.now())) {
        const auto stopped = co_await in.time.sleep_until(next);
        if (stopped) co_return;
        if (manual) continue;
        in.faults.run_late(in.floor.now());
        in.floor.walk_on();
        try {
            in.floor.save();
        } catch (const store::store_error&) {
            // A full disk does not stop the market; requests are refused until the file can be written again.
        }
    }
}

} // namespace smarttrade::paper_server
