#include "contract/venue.hpp"

#include <deque>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "http/endpoint.hpp"

namespace smarttrade::contract {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto answer_max = 10s;

http::endpoint endpoint_of(const std::string& url) {
    auto where = http::parse_base_url(url);
    if (!where) throw std::runtime_error{"no http(s) URL: " + url};
    if (where->base_path.empty()) where->base_path = "/public/api";
    return *where;
}

std::string text_of(const json::value& value) {
    if (value.is_string()) return std::string{value.as_string()};
    if (value.is_double()) return fmt::format("{}", value.as_double());
    return json::serialize(value);
}

} // namespace

std::string at(const json::value& in, std::string_view pointer) {
    boost::system::error_code missing;
    const auto* found = in.find_pointer(pointer, missing);
    return found ? text_of(*found) : "absent";
}

std::string answer::blames(std::string_view field) const {
    const auto* top = body.if_object();
    const auto* all = top ? top->if_contains("error_attributes") : nullptr;
    const auto* map = all ? all->if_object() : nullptr;
    const auto* found = map ? map->if_contains(field) : nullptr;
    if (!found) return "absent";
    if (!found->is_array()) return "no array: " + json::serialize(*found);
    std::string joined;
    for (const auto& message : found->as_array()) joined += (joined.empty() ? "" : "; ") + text_of(message);
    return joined;
}

bool answer::blames_any(std::string_view part) const {
    const auto* top = body.if_object();
    const auto* all = top ? top->if_contains("error_attributes") : nullptr;
    const auto* map = all ? all->if_object() : nullptr;
    if (!map) return false;
    for (const auto& member : *map)
        if (member.key().find(part) != std::string_view::npos) return true;
    return false;
}

venue::venue(const std::string& base_url, credential who) : who_{std::move(who)} {
    http::client_options options;
    options.where = endpoint_of(base_url);
    prefix_ = options.where.base_path;
    client_ = http::make_client(ctx_.get_executor(), time_, options);
}

answer venue::send(http::request what) {
    answer made;
    std::exception_ptr failure;
    auto asking = [&]() -> asio::awaitable<void> {
        const auto deadline = time_.now() + answer_max;
        auto sent = co_await client_->send(std::move(what), deadline);
        auto& reply = sent.value();
        made.status = reply.status;
        made.text = std::move(reply.body);
        made.headers = std::move(reply.headers);
    };
    asio::co_spawn(ctx_, asking, [&failure](std::exception_ptr e) { failure = e; });
    ctx_.restart();
    ctx_.run();
    if (failure) {
        gone_ = true;
        std::rethrow_exception(failure);
    }
    boost::system::error_code garbled;
    made.body = json::parse(made.text, garbled);
    if (garbled) made.body = nullptr;
    return made;
}

answer venue::call_signed_over(const std::string& payload, http::request what) {
    what.headers.emplace_back("Apikey", who_.key);
    what.headers.emplace_back("Signature", wire::sign_hmac(who_.secret, payload));
    return send(std::move(what));
}

answer venue::call(const std::string& method, const std::string& target, const std::string& body,
                   const std::string& mode, http::header_list more) {
    http::request what;
    what.method = method;
    what.target = path_of(target);
    what.body = body;
    what.headers = std::move(more);
    if (!mode.empty()) what.headers.emplace_back("Forced-Mode", mode);
    if (body.starts_with('{')) what.headers.emplace_back("Content-Type", "application/json");
    const auto mark = what.target.find('?');
    const auto query = mark == std::string::npos ? std::string{} : what.target.substr(mark + 1);
    const auto payload = wire::hmac_payload(what.target.substr(0, mark), query, body);
    return call_signed_over(payload, std::move(what));
}

answer venue::unsigned_call(const std::string& method, const std::string& target, const std::string& body) {
    http::request what;
    what.method = method;
    what.target = path_of(target);
    what.body = body;
    return send(std::move(what));
}

void venue::tick(const std::string& ticks) {
    http::request what;
    what.method = "POST";
    what.target = "/paper/ticks";
    what.body = fmt::format(R"({{"ticks":[{}]}})", ticks);
    const auto told = send(std::move(what));
    if (told.status != 200) throw std::runtime_error{"POST /paper/ticks: " + told.text};
}

bool venue::has_pages() {
    http::request what;
    what.method = "GET";
    what.target = "/paper/balances";
    const auto told = send(std::move(what));
    return told.status == 200 && told.body.is_object(); // not the front page of a web site
}

settings& chosen() {
    static settings made;
    return made;
}

std::vector<std::string> common_flags() {
    return {"--clock",       "manual",
            "--time",        "2026-03-02T09:00:00.000Z",
            "--rate-limits", "off",
            "--account",     "3:binance",
            "--balance",     "3:BTC=100",
            "--balance",     "3:USDT=1000000",
            "--key",         "reader:r:SMART_TRADES_READ",
            "--key",         "writer:w:SMART_TRADES_WRITE"};
}

own_exchange::own_exchange(const std::vector<std::string>& flags) : process_{dir_, flags} {
    venue_ = std::make_unique<venue>("http://127.0.0.1:" + process_.port(), credential{"key", "secret"});
}

venue& the_venue() {
    static std::deque<own_exchange> ours; // a desk on a dead one still refers to it
    static std::unique_ptr<venue> theirs;
    if (!chosen().base.empty() && !theirs) theirs = std::make_unique<venue>(chosen().base, chosen().who);
    if (theirs) return *theirs;
    if (ours.empty() || ours.back().at().is_gone()) ours.emplace_back(common_flags());
    return ours.back().at();
}

} // namespace smarttrade::contract
