#include "client/api_client.hpp"

#include <stdexcept>

#include <boost/throw_exception.hpp>

#include "base/assert.hpp"
#include "wire/account.hpp"
#include "wire/answers.hpp"
#include "wire/entity.hpp"
#include "wire/error_table.hpp"
#include "wire/http_date.hpp"

namespace smarttrade::trade {

void throw_exception_from_error(const request_failure& failure, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error{failure.message}, where);
}

} // namespace smarttrade::trade

namespace smarttrade::client {

namespace {

trade::request_failure without_reply(const http::send_failure& failure) {
    trade::request_failure told;
    told.kind = failure.not_sent ? trade::outcome::not_sent : trade::outcome::unknown;
    told.message = failure.reason;
    return told;
}

/// A reply about something else says nothing of what was asked for.
template <class T, class Id> api_result<T> only_of(Id asked, const api_result<T>& told) {
    if (!told || told->id == asked) return told;
    trade::request_failure other;
    other.http_status = 200;
    other.message =
        "the reply cannot be read: it shows id " + std::to_string(told->id.value) + ", not the one asked for";
    return other;
}

trade::request_failure held_back() {
    trade::request_failure told;
    told.kind = trade::outcome::not_sent;
    told.message = "the exchange asked for silence before it was sent";
    return told;
}

} // namespace

api_client::api_client(settings how, http::transport& over, async::time_source& time, rate_gate& gate)
    : how_{std::move(how)}, over_{over}, time_{time}, gate_{gate}, jitter_{how_.jitter_seed} {}

void permit::rewrite(wire::api_request what) {
    SMARTTRADE_ASSERT(what.method == what_.method && what.path == what_.path); // what the limiter counted it as
    what_ = std::move(what);
}

asio::awaitable<permit> api_client::admit(lane who, wire::api_request what) {
    auto held = co_await gate_.acquire(who, what.method + ' ' + what.path);
    co_return permit{std::move(what), std::move(held), ++permits_};
}

asio::awaitable<std::optional<permit>> api_client::admit_before(lane who, wire::api_request what,
                                                                async::mono_time deadline) {
    auto held = co_await gate_.acquire_before(who, what.method + ' ' + what.path, deadline);
    std::optional<permit> made;
    if (held) made.emplace(std::move(what), std::move(*held), ++permits_);
    co_return made;
}

asio::awaitable<api_result<std::string>> api_client::send(permit admitted) {
    const auto deadline = time_.now() + how_.timeout;
    co_return co_await send_before(std::move(admitted), deadline);
}

asio::awaitable<api_result<std::string>> api_client::send_before(permit admitted, async::mono_time deadline) {
    if (!admitted.held_.may_leave()) co_return held_back(); // its slot goes back with it
    auto request = signed_request(admitted.what_);
    admitted.held_.leaves();
    const auto begun = time_.now();
    auto reply = co_await over_.send(std::move(request), deadline);
    auto ended = settle(admitted.held_, std::move(reply));
    const auto how = ended ? trade::outcome::accepted : ended.error().kind;
    if (how_.watcher) how_.watcher(admitted.what_, how, time_.now() - begun);
    if (ended) co_return ended;
    co_return without_secrets(ended.error(), admitted.what_);
}

asio::awaitable<api_result<std::vector<trade::smart_trade>>> api_client::list_page(lane who, wire::list_query query) {
    auto what = wire::list_trades(query);
    co_return co_await read(who, std::move(what), &wire::read_smart_trades);
}

asio::awaitable<api_result<trade::smart_trade>> api_client::get(lane who, trade::smart_trade_id id) {
    auto what = wire::get_trade(id);
    const auto told = co_await read(who, std::move(what), &wire::read_smart_trade);
    co_return only_of(id, told);
}

asio::awaitable<api_result<trade::account>> api_client::account(lane who, trade::account_id id) {
    auto what = wire::get_account(id);
    const auto told = co_await read(who, std::move(what), &wire::read_account);
    co_return only_of(id, told);
}

asio::awaitable<api_result<money::quantity>> api_client::reduce_funds_max(lane who, trade::smart_trade_id id) {
    auto by_get = wire::reduce_funds_info(id);
    auto told = co_await read(who, std::move(by_get), &wire::read_reduce_funds_info);
    if (told || told.error().kind != trade::outcome::refused) co_return told;
    const auto status = told.error().http_status;
    const bool wrong_verb =
        status == 404 || status == 405 || told.error().message.starts_with("invalid_request_method");
    if (!wrong_verb) co_return told;
    auto by_post = wire::reduce_funds_info_by_post(id);
    co_return co_await read(who, std::move(by_post), &wire::read_reduce_funds_info);
}

base::utc_time api_client::server_now() const {
    if (!clock_) return time_.utc_now();
    return clock_->theirs + std::chrono::floor<std::chrono::milliseconds>(time_.now() - clock_->at);
}

bool api_client::knows_server_time() const {
    if (!clock_) return true; // ours is all there is
    constexpr std::chrono::seconds drift_max{2};
    const auto jump = (time_.utc_now() - clock_->ours) - (time_.now() - clock_->at);
    return std::chrono::abs(jump) <= drift_max;
}

/// Something in between may tell what it was sent; whoever reads the log or the journal must not act in our name. The
/// signature is good for ever (api.md A.2).
trade::request_failure api_client::without_secrets(trade::request_failure told, const wire::api_request& what) const {
    const auto sent = signed_request(what);
    for (const auto* name : {"Apikey", "Signature"}) {
        const auto value = http::find_header(sent.headers, name);
        if (value.empty()) continue;
        for (auto at = told.message.find(value); at != std::string::npos; at = told.message.find(value, at))
            told.message.replace(at, value.size(), "***");
    }
    return told;
}

http::request api_client::signed_request(const wire::api_request& what) const {
    const auto path = how_.base_path + what.path;
    http::request made;
    made.method = what.method;
    made.target = what.query.empty() ? path : path + '?' + what.query;
    made.body = what.body;
    made.headers = {{"Forced-Mode", std::string{base::name_of(how_.mode)}}};
    if (what.is_signed) {
        made.headers.emplace_back("Apikey", std::string{how_.key.key.reveal()});
        made.headers.emplace_back("Signature", how_.key.signer.sign(path, what.query, what.body));
    }
    if (!what.body.empty()) made.headers.emplace_back("Content-Type", "application/json");
    return made;
}

api_result<std::string> api_client::settle(slot& held, http::send_result reply) {
    if (!reply) {
        if (reply.error().not_sent && !reply.error().left)
            held.not_sent();
        else
            held.lost(); // not executed perhaps, but perhaps counted: limits look at the header
        return without_reply(reply.error());
    }
    read_clock(*reply);
    auto told = wire::classify(reply->status, reply->body, http::find_header(reply->headers, "Retry-After"),
                               http::find_header(reply->headers, "Date"));
    told.request_id = http::find_header(reply->headers, "X-Request-Id");
    const std::chrono::nanoseconds retry_after = told.retry_after.value_or(std::chrono::seconds{0});
    if (told.kind == trade::outcome::throttled && reply->status == 418)
        held.banned(retry_after);
    else if (told.kind == trade::outcome::throttled)
        held.throttled(retry_after);
    else
        held.replied();
    if (told.kind == trade::outcome::accepted) return std::move(reply->body);
    return told;
}

void api_client::read_clock(const http::response& reply) {
    if (const auto theirs = wire::parse_http_date(http::find_header(reply.headers, "Date")))
        clock_ = clock_reading{*theirs, time_.utc_now(), time_.now()};
}

/// Between half of it and all of it.
std::chrono::nanoseconds api_client::jittered(std::chrono::nanoseconds pause) {
    return pause / 2 + std::chrono::nanoseconds{jitter_.below(static_cast<std::uint64_t>(pause.count() / 2))};
}

api_result<trade::smart_trade> read_trade(const api_result<std::string>& reply) {
    return read_reply(reply, &wire::read_smart_trade);
}

} // namespace smarttrade::client
