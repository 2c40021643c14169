#include "sim/venue.hpp"

#include <fmt/format.h>

#include "trade/tag.hpp"
#include "wire/signature.hpp"

namespace smarttrade::sim {

namespace {

constexpr std::string_view hand = "hand"; ///< key and secret of everybody else

} // namespace

bool is_tagged_ours(const paper::trade_record& trade) {
    const auto worn = trade::tag::parse(trade.request.note);
    return worn && worn->instance == venue::instance;
}

venue::venue(paper_server::options how, test::sim_clock& clock) : exchange_{std::move(how), clock}, clock_{clock} {}

asio::awaitable<void> venue::stand_still() {
    for (;;) {
        co_await clock_.sleep_until(clock_.now() + std::chrono::seconds{1});
        http::request tick{"POST", "/paper/ticks", R"({"ticks":[{}]})", {}};
        exchange_.answer(tick);
    }
}

http::response venue::answer(const http::request& what, const std::string& fault) {
    if (fault.empty()) return exchange_.answer(what);
    const auto arm = [this](const std::string& faults) {
        exchange_.answer({"POST", "/paper/faults", fmt::format(R"({{"faults":[{}]}})", faults), {}});
    };
    arm(fault);
    auto reply = exchange_.answer(what);
    arm({});
    return reply;
}

int venue::send(std::string_view as, const wire::api_request& what) {
    const auto path = "/public/api" + what.path;
    http::request made{what.method, what.query.empty() ? path : path + '?' + what.query, what.body, {}};
    made.headers = {
        {"Apikey", std::string{as}},
        {"Signature", wire::sign_hmac(as == key ? secret : as, wire::hmac_payload(path, what.query, what.body))},
        {"Forced-Mode", "paper"}};
    return exchange_.answer(made).status;
}

bool venue::cancel_by_hand(int n) {
    std::vector<trade::smart_trade_id> ours;
    for (const auto& [id, live] : truth().market.trades)
        if (is_tagged_ours(live.record) && !trade::is_final(live.record.status)) ours.push_back(id);
    if (ours.empty()) return false;
    send(hand, wire::cancel_trade(ours[static_cast<std::size_t>(n) % ours.size()]));
    return true;
}

void venue::create(std::string_view as, const std::string& note) {
    trade::trade_request body;
    body.account = {1};
    body.pair = {"USDT", "BTC"};
    body.note = note;
    body.position.type = trade::side::buy;
    body.position.order = trade::entry_type::limit;
    body.position.units = money::quantity{money::decimal{1, 2}};
    body.position.price = money::price{money::decimal{8'000}};
    send(as, wire::create_trade(body));
}

void venue::create_by_hand(std::string_view as) { create(as, "by hand"); }

void venue::look_alike(int kind) {
    std::string copied = "#st:sim:t1.1:aaaaaaa";
    for (const auto& [id, live] : truth().market.trades)
        if (kind == 3 && is_tagged_ours(live.record)) copied = live.record.request.note;
    switch (kind) {
    case 0: return create(hand, "#st:other:t1.1:abcdefgh");
    case 2: return create(hand, "t1 swing");
    case 4: return create(hand, "#st:sim:t1.1:zzzzzzzz");
    default: return create(hand, copied);
    }
}

void venue::share_key(int requests) {
    for (int i = 0; i < requests; ++i) send(key, wire::get_account({1}));
}

} // namespace smarttrade::sim
