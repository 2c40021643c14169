#include "sim/venue.hpp"

#include "sim/story.hpp"

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

int venue::by_hand(const wire::api_request& what, trade::account_mode in) { return send(hand, what, in); }

void venue::tick(const trade::pair& on, const paper::quote& to) {
    const auto body = fmt::format(R"({{"ticks":[{{"pair":"{}","bid":"{}","ask":"{}","last":"{}"}}]}})", on.text(),
                                  to.bid.to_short_string(), to.ask.to_short_string(), to.last.to_short_string());
    exchange_.answer({"POST", "/paper/ticks", body, {}});
}

void venue::post(const trade::pair& on, const money::price& to) { tick(on, {to, to, to}); }

int venue::send(std::string_view as, const wire::api_request& what, trade::account_mode in) {
    const auto path = "/public/api" + what.path;
    http::request made{what.method, what.query.empty() ? path : path + '?' + what.query, what.body, {}};
    made.headers = {
        {"Apikey", std::string{as}},
        {"Signature", wire::sign_hmac(as == key ? secret : as, wire::hmac_payload(path, what.query, what.body))},
        {"Forced-Mode", std::string{base::name_of(in)}}};
    return exchange_.answer(made).status;
}

const paper::trade_record* venue::ours(int n) const {
    std::vector<const paper::trade_record*> alive;
    for (const auto& [id, live] : exchange_.truth().market.trades)
        if (is_tagged_ours(live.record) && !trade::is_final(live.record.status)) alive.push_back(&live.record);
    if (alive.empty()) return nullptr;
    return n == newest ? alive.back() : alive[static_cast<std::size_t>(n) % alive.size()];
}

bool venue::cancel_by_hand(int n) {
    const auto* trade = ours(n);
    if (!trade) return false;
    send(hand, wire::cancel_trade(trade->id));
    return true;
}

bool venue::edit_by_hand(int n) {
    const auto* trade = ours(n % 8);
    if (!trade) return false;
    const auto id = trade->id;
    const auto kind = n / 8;
    if (takes_tag(n)) return send(hand, wire::set_note(id, "mine now")) < 300;
    if (kind == 4) {
        const auto worn = trade::tag::parse(trade->request.note);
        return send(hand, wire::set_note(id, worn->with_note("other words"))) < 300;
    }
    trade::trade_update change;
    change.leverage = trade->request.leverage;
    for (std::size_t i = 0; i < trade->steps.size(); ++i) {
        auto order = trade->request.take_profit[i];
        if (trade->steps[i].price) order.level = *trade->steps[i].price;
        if (!trade::is_final(trade->steps[i].order.status))
            change.take_profit.push_back({trade->steps[i].order.id, order});
    }
    change.stop_loss = trade->request.stop_loss;
    if (trade->stop && trade->stop->trigger) change.stop_loss->trigger = *trade->stop->trigger;
    const auto moved = [](const trade::exit_level& level, int thousandths) -> trade::exit_level {
        const auto* price = std::get_if<money::price>(&level);
        if (!price) return level;
        return (*price * money::decimal{1000 + thousandths, 3})
            .rounded_to_step(money::price{money::decimal{1, 2}}, money::rounding::down);
    };
    const int up = trade->is_long() ? 1 : -1;
    if (kind <= 1) {
        if (!change.stop_loss) return false;
        change.stop_loss->trigger = moved(change.stop_loss->trigger, kind == 0 ? 8 * up : -8 * up);
    } else {
        if (change.take_profit.empty()) return false;
        auto& level = change.take_profit.back().order.level;
        level = moved(level, kind == 2 ? 9 * up : -9 * up);
    }
    return send(hand, wire::update_trade(id, change)) < 300;
}

trade::trade_request small_buy(trade::account_id account, const std::string& note, int price) {
    trade::trade_request body;
    body.account = account;
    body.pair = {"USDT", "BTC"};
    body.note = note;
    body.position.type = trade::side::buy;
    body.position.order = trade::entry_type::limit;
    body.position.units = money::quantity{money::decimal{1, 2}};
    body.position.price = money::price{money::decimal{price}};
    return body;
}

void venue::create(std::string_view as, const std::string& note) {
    send(as, wire::create_trade(small_buy({1}, note, 8'000)));
}

void venue::create_by_hand(std::string_view as) { create(as, "by hand"); }

void venue::look_alike(int n) {
    const auto kind = n % 5;
    const auto name = fmt::format("t{}.1", 1 + n / 5);
    auto copied = fmt::format("#st:sim:{}:aaaaaaa", name);
    for (const auto& [id, live] : truth().market.trades)
        if (kind == 3 && is_tagged_ours(live.record)) copied = live.record.request.note;
    switch (kind) {
    case 0: return create(hand, fmt::format("#st:other:{}:abcdefgh", name));
    case 2: return create(hand, "t1 swing");
    case 4: return create(hand, fmt::format("#st:sim:{}:zzzzzzzz", name));
    default: return create(hand, copied);
    }
}

void venue::touch_entry(const paper::trade_record& of) {
    const auto& pair = of.request.pair;
    const auto& entry = of.request.position;
    const auto* market = truth().market.markets.find(pair);
    const auto price = entry.conditional ? std::optional{entry.conditional->trigger} : entry.price;
    if (!market || !price) return;
    const auto before = market->now();
    post(pair, *price);
    tick(pair, before);
}

void venue::share_key(int requests) {
    for (int i = 0; i < requests; ++i) send(key, wire::get_account({1}));
}

} // namespace smarttrade::sim
