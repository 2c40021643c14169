#include "client/api_client.hpp"

#include <stdexcept>

#include <boost/throw_exception.hpp>

#include "client/http_date.hpp"
#include "wire/entity.hpp"
#include "wire/error_table.hpp"
#include "wire/signature.hpp"

namespace smarttrade::trade {

void throw_exception_from_error(const request_failure& failure, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error{failure.message}, where);
}

} // namespace smarttrade::trade

namespace smarttrade::client {

namespace {

template <class T> api_result<T> as_result(wire::reading<T> read) {
    if (read) return std::move(*read);
    trade::request_failure failure;
    failure.http_status = 200;
    failure.message = "the reply cannot be read: " + read.error().reason;
    return failure;
}

trade::request_failure without_reply(const http::send_failure& failure) {
    trade::request_failure told;
    told.kind = failure.not_sent ? trade::outcome::not_sent : trade::outcome::unknown;
    told.message = failure.reason;
    return told;
}

} // namespace

api_client::api_client(settings how, http::transport& over, async::time_source& time, rate_gate& gate)
    : how_{std::move(how)}, over_{over}, time_{time}, gate_{gate} {}

asio::awaitable<permit> api_client::admit(lane who, wire::api_request what) {
    auto held = co_await gate_.acquire(who, what.method + ' ' + what.path);
    co_return permit{std::move(what), std::move(held)};
}

asio::awaitable<api_result<std::string>> api_client::send(permit admitted) {
    auto request = signed_request(admitted.what_);
    const auto deadline = time_.now() + how_.timeout;
    admitted.held_.leaves();
    auto reply = co_await over_.send(std::move(request), deadline);
    co_return settle(admitted.held_, std::move(reply));
}

asio::awaitable<api_result<std::vector<trade::smart_trade>>> api_client::list_page(lane who, wire::list_query query) {
    auto admitted = co_await admit(who, wire::list_trades(query));
    const auto reply = co_await send(std::move(admitted));
    co_return read_trades(reply);
}

asio::awaitable<api_result<trade::smart_trade>> api_client::get(lane who, trade::smart_trade_id id) {
    auto admitted = co_await admit(who, wire::get_trade(id));
    const auto reply = co_await send(std::move(admitted));
    co_return read_trade(reply);
}

base::utc_time api_client::server_now() const {
    if (!clock_) return time_.utc_now();
    return clock_->theirs + std::chrono::floor<std::chrono::milliseconds>(time_.now() - clock_->at);
}

http::request api_client::signed_request(const wire::api_request& what) const {
    const auto path = how_.base_path + what.path;
    http::request made;
    made.method = what.method;
    made.target = what.query.empty() ? path : path + '?' + what.query;
    made.body = what.body;
    made.headers = {{"Apikey", how_.key.key},
                    {"Signature", wire::sign_hmac(how_.key.secret, wire::hmac_payload(path, what.query, what.body))},
                    {"Forced-Mode", std::string{base::name_of(how_.mode)}}};
    if (!what.body.empty()) made.headers.emplace_back("Content-Type", "application/json");
    return made;
}

api_result<std::string> api_client::settle(slot& held, http::send_result reply) {
    if (!reply) {
        if (reply.error().not_sent)
            held.not_sent();
        else
            held.lost();
        return without_reply(reply.error());
    }
    read_clock(*reply);
    auto told = wire::classify(reply->status, reply->body, http::find_header(reply->headers, "Retry-After"));
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
    if (const auto theirs = parse_http_date(http::find_header(reply.headers, "Date")))
        clock_ = clock_reading{*theirs, time_.now()};
}

api_result<trade::smart_trade> read_trade(const api_result<std::string>& reply) {
    if (!reply) return reply.error();
    return as_result(wire::read_smart_trade(*reply));
}

api_result<std::vector<trade::smart_trade>> read_trades(const api_result<std::string>& reply) {
    if (!reply) return reply.error();
    return as_result(wire::read_smart_trades(*reply));
}

} // namespace smarttrade::client
