#include "paper_server/exchange.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "paper/engine.hpp"
#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"
#include "paper_server/trading_floor.hpp"
#include "trade/rules.hpp"
#include "wire/entity.hpp"
#include "wire/json.hpp"
#include "wire/signature.hpp"

namespace smarttrade::paper_server {

using namespace std::chrono_literals;

namespace {

/// As HTTP writes it: `Mon, 02 Mar 2026 09:00:00 GMT`.
std::string http_date(base::utc_time at) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(std::chrono::weekday{day}.c_encoding()),
                       static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

/// What a stranger sent, fit for a log in JSON.
std::string printable(std::string_view text) {
    std::string made{text};
    for (auto& c : made)
        if (c < ' ' || c > '~') c = '?';
    return made;
}

/// Breaches as the API words them: bracket paths, `is invalid` on the groups around (api.md C.1), pairs by a comma.
attribute_list attributes_of(const std::vector<trade::violation>& violations) {
    attribute_list fields;
    const auto has = [&fields](const std::string& field) {
        return std::ranges::any_of(fields, [&](const auto& each) { return each.first == field; });
    };
    for (const auto& each : violations) {
        if (each.level != base::severity::error) continue;
        auto field = trade::bracket_path(each.at);
        const bool is_pair =
            each.api_message == "are mutually exclusive" || each.api_message.starts_with("are missing");
        if (each.other && is_pair) field += ',' + trade::bracket_path(*each.other);
        fields.emplace_back(std::move(field), each.api_message);
    }
    for (const auto& each : violations) {
        if (each.level != base::severity::error) continue;
        for (auto group = each.at; group.size() > 1;) {
            group.pop_back();
            const auto name = trade::bracket_path(group);
            if (std::holds_alternative<std::string>(group.back()) && !has(name))
                fields.emplace_back(name, "is invalid");
        }
    }
    return fields;
}

} // namespace

struct exchange::inside {
    inside(options how, async::time_source& clock) : floor{std::move(how), clock}, time{clock} {}

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
        subject.reset();
        auto reply = unsigned_page(*called);
        if (!reply) reply = signed_page(*called, what);
        line.status = reply->status;
        line.trade = subject;
        floor.log(std::move(line));
        return std::move(*reply);
    }

    http::response own_page(const call& what) {
        if (what.method == "GET" && what.path == "/paper/balances") return show_balances(floor.state());
        if (what.method == "GET" && what.path == "/paper/requests") return show_requests(floor.all());
        if (what.method != "POST" || what.path != "/paper/ticks") return error_reply(404, "not_found", "Not Found");
        const auto read = read_ticks(what.body);
        if (const auto* wrong = std::get_if<std::string>(&read)) return error_reply(400, "invalid_ticks", *wrong);
        for (const auto& tick : std::get<std::vector<posted_tick>>(read)) floor.post(tick.prices, tick.advance);
        return json_reply(200, fmt::format(R"({{"now":"{}"}})", base::format_utc(floor.now())));
    }

    std::optional<http::response> unsigned_page(const call& what) {
        if (what.method != "GET") return std::nullopt;
        if (what.path == "/ver1/ping") return json_reply(200, R"({"pong":"pong"})");
        if (what.path == "/ver1/time")
            return json_reply(
                200, fmt::format(R"({{"server_time":{}}})",
                                 std::chrono::floor<std::chrono::seconds>(floor.now().time_since_epoch()).count()));
        if (what.path == "/ver1/accounts/currency_rates") return currency_rates(floor.state(), what);
        return std::nullopt;
    }

    /// api.md A and C.3: who asks, whether too often, and whether they may.
    http::response signed_page(const call& what, const http::request& raw) {
        const auto name = http::find_header(raw.headers, "Apikey");
        const auto& keys = floor.how().keys;
        const auto key = std::ranges::find(keys, name, &options::api_key::key);
        if (name.empty() || key == keys.end())
            return error_reply(401, "api_key_invalid_or_expired", "Unauthorized. Invalid or expired api key.");
        const auto path = std::string{api_root}.append(what.path);
        if (!wire::hmac_is_valid(key->secret, path, what.query, what.body, http::find_header(raw.headers, "Signature")))
            return error_reply(401, "signature_invalid", "Provided signature is invalid");
        if (floor.how().rate_limits && !limits.admit(key->key, what.method, what.path, floor.now()))
            return error_reply(429, "too_many_requests");
        const bool trades = what.path.starts_with("/v2/");
        const auto needed =
            std::string{trades ? "SMART_TRADES" : "ACCOUNTS"} + (what.method == "GET" ? "_READ" : "_WRITE");
        if (what.path != "/ver1/validate" && !key->permissions.empty() && !key->permissions.contains(needed))
            return error_reply(403, "Forbidden", "Api key not authorized for this action");
        // Without the header the key works in the mode its user last chose, which here is paper.
        const bool real = http::find_header(raw.headers, "Forced-Mode") == "real";
        return trades ? trade_page(what, real) : account_page(what, real);
    }

    http::response account_page(const call& what, bool real) {
        const auto mode = real ? trade::account_mode::real : trade::account_mode::paper;
        constexpr std::string_view accounts = "/ver1/accounts";
        if (what.method == "GET" && what.path == "/ver1/validate") return json_reply(200, R"({"valid":true})");
        if (what.method == "GET" && what.path == accounts) return list_accounts(floor.state(), what, mode);
        if (what.method == "GET" && what.path.starts_with("/ver1/accounts/"))
            if (const auto id = parse_whole(what.path.substr(accounts.size() + 1))) {
                const auto found = floor.state().accounts.find(trade::account_id{*id});
                if (found != floor.state().accounts.end()) return show_account(found->second);
            }
        return error_reply(404, "not_found", "Not Found");
    }

    http::response trade_page(const call& what, bool real) {
        const auto mode = real ? trade::account_mode::real : trade::account_mode::paper;
        constexpr std::string_view trades = "/v2/smart_trades";
        if (what.path == trades && what.method == "GET") return list_trades(floor.state(), what, mode);
        if (what.path == trades && what.method == "POST") return create(what);
        if (!what.path.starts_with("/v2/smart_trades/") || (what.method != "GET" && what.method != "DELETE"))
            return error_reply(404, "not_found", "Not Found");
        const auto number = parse_whole(what.path.substr(trades.size() + 1));
        if (!number) return error_reply(404, "not_found", "Not Found");
        const trade::smart_trade_id id{*number};
        // api.md K.6: 400 is what the documentation shows here.
        if (!floor.state().trades.contains(id)) return error_reply(400, "Not found", "Smart Trade not found");
        subject = *number;
        if (what.method == "DELETE") {
            const auto told = floor.apply(paper::cancel{id});
            if (std::holds_alternative<paper::refusal>(told.reply))
                return error_reply(400, "Wrong param(s)", "Cancel is not allowed in the current status");
        }
        return json_reply(200, wire::write_smart_trade(paper::view(floor.state(), id)));
    }

    /// The account id decides where a trade is made, whatever the mode says (api.md A.7).
    http::response create(const call& what) {
        const auto body = wire::parse_json(what.body);
        if (!body || !body->is_map()) return invalid_reply(400, {{"body", "is invalid"}});
        const auto reading = trade::read_request(*body, trade::strictness::exchange);
        if (!reading.request) return invalid_reply(400, attributes_of(reading.violations));
        const auto told = floor.apply(paper::create{*reading.request});
        if (const auto* no = std::get_if<paper::refusal>(&told.reply)) {
            if (no->why == paper::refusal::reason::unknown_account)
                return error_reply(403, "Forbidden", "Account not owned by current user.");
            attribute_list fields;
            for (const auto& each : no->fields) fields.emplace_back(each.field, each.message);
            return invalid_reply(422, fields);
        }
        const auto id = std::get<trade::smart_trade_id>(told.reply);
        subject = id.value;
        return json_reply(201, wire::write_smart_trade(paper::view(floor.state(), id)));
    }

    trading_floor floor;
    async::time_source& time;
    request_limits limits;
    std::optional<std::int64_t> subject; ///< the smart trade that the request at hand is about, for the log
};

exchange::exchange(options how, async::time_source& time) : inside_{std::make_unique<inside>(std::move(how), time)} {}

exchange::~exchange() = default;

http::response exchange::answer(const http::request& what) {
    auto& floor = inside_->floor;
    http::response reply;
    try {
        floor.apply(paper::clock{floor.now()});
        reply = inside_->route(what);
        floor.save();
    } catch (const store::store_error&) {
        // Nothing is acknowledged that is not in the file; the next save takes it along.
        reply = error_reply(500, "unknown_error", "Unknown error occurred");
    }
    reply.headers.emplace_back("Date", http_date(floor.now()));
    reply.headers.emplace_back("X-Request-Id", floor.next_request_id());
    return reply;
}

asio::awaitable<void> exchange::run() {
    auto& in = *inside_;
    const bool manual = in.floor.how().manual_clock;
    for (auto next = in.time.now() + 1s;; next = std::max(next + 1s, in.time.now())) {
        const auto stopped = co_await in.time.sleep_until(next);
        if (stopped) co_return;
        if (manual) continue;
        in.floor.walk_on();
        try {
            in.floor.save();
        } catch (const store::store_error&) {
            // A full disk does not stop the market; requests are refused until the file can be written again.
        }
    }
}

} // namespace smarttrade::paper_server
