#include "sim/network.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "wire/api_request.hpp"
#include "wire/json.hpp"

namespace smarttrade::sim {

using namespace std::chrono_literals;

namespace {

http::send_failure lost(const char* how) { return {false, how}; }
constexpr auto closed = "wait for the reply: End of file";

bool is_first_page(std::string_view query) {
    constexpr std::string_view first = "&page=1";
    const auto at = query.find(first);
    if (at == query.npos) return false;
    const auto after = at + first.size();
    return after == query.size() || query[after] == '&';
}

bool fits(target of, const sent_request& what) {
    const bool list = what.method == "GET" && what.path == "/v2/smart_trades";
    switch (of) {
    case target::any: return true;
    case target::write: return what.method != "GET";
    case target::list: return list;
    case target::read: return what.method == "GET" && !list;
    }
    return false;
}

/// Incidents of the exchange hit what they speak of.
target target_of(const happening& fault) {
    using enum incident;
    switch (fault.what) {
    case stale_list:
    case empty_list:
    case page_shift: return target::list;
    case forget: return target::read;
    default: return fault.of;
    }
}

std::string exchange_fault(const happening& fault) {
    using enum incident;
    switch (fault.what) {
    case throttle: return R"({"kind":"429","count":1})";
    case ban: return R"({"kind":"418","count":1})";
    case stale_list: return fmt::format(R"({{"kind":"stale_list","ms":{},"count":1}})", fault.length.count());
    case empty_list: return R"({"kind":"empty_list","count":1})";
    case page_shift: return R"({"kind":"page_shift","count":1})";
    case fill_first: return fault.n == 0 ? R"({"kind":"fill_before_delete","count":1})" : "";
    default: return {};
    }
}

http::response answer_of_a_proxy(int status) {
    return {status, "<html><body>Something went wrong</body></html>", {{"Content-Type", "text/html"}}};
}

} // namespace

void network::errand::end(http::send_result how) {
    ended = std::move(how);
    if (waiting) waiting->cancel();
}

struct network::grip {
    grip(std::shared_ptr<errand> of, test::sim_clock& world, asio::any_io_executor ex)
        : mine{std::move(of)}, clock{world}, parked{std::move(ex), mono_time::max()} {
        mine->waiting = &parked;
    }
    grip(const grip&) = delete;
    grip& operator=(const grip&) = delete;
    ~grip() {
        mine->waiting = nullptr;
        if (!mine->ended) mine->closed_at = clock.now();
    }
    asio::awaitable<async::error_code> wait() {
        if (mine->ended) co_return async::error_code{};
        const auto [ec] = co_await parked.async_wait(async::nothrow);
        co_return ec;
    }

    std::shared_ptr<errand> mine;
    test::sim_clock& clock;
    asio::steady_timer parked;
};

network::network(asio::any_io_executor world, test::sim_clock& clock, venue& to, host& from, evidence& seen,
                 base::prng draw)
    : clock_{clock}, to_{to}, from_{from}, seen_{seen}, draw_{draw}, carriers_{std::move(world)} {}

milliseconds network::hop() { return milliseconds{5 + draw_.below(draw_.below(20) == 0 ? 900 : 90)}; }

void network::heal() {
    armed_.clear();
    down_until_ = key_refused_until_ = mono_time{};
}

std::optional<happening> network::fault_for(const sent_request& what) {
    const auto found = std::ranges::find_if(armed_, [&](const happening& each) {
        const bool has_rows_before = each.what != incident::page_shift || !is_first_page(what.query);
        if (each.what == incident::fill_first) {
            const auto* trade = trade_at(what.path);
            const bool is_whole = what.path.find('/', std::string_view{"/v2/smart_trades/"}.size()) == what.path.npos;
            return trade && is_whole && !trade->is_entered() && what.method == (each.n == 0 ? "DELETE" : "GET");
        }
        return fits(target_of(each), what) && has_rows_before;
    });
    if (found == armed_.end()) return std::nullopt;
    const auto hit = *found;
    armed_.erase(found);
    if (on_hit) on_hit(hit);
    return hit;
}

sent_request& network::note(const http::request& what) {
    auto& made = seen_.requests.emplace_back();
    made.left_at = clock_.now();
    made.method = what.method;
    const auto mark = std::min(what.target.find('?'), what.target.size() - 1);
    made.path = what.target.substr(0, what.target.find('?')).substr(std::string_view{"/public/api"}.size());
    made.query = what.target.substr(mark + 1);
    if (what.method == "GET") return made;
    const auto body = wire::parse_json(what.body);
    const bool creates = made.method == "POST" && made.path == "/v2/smart_trades";
    if (const auto* note = creates && body ? body->find("note") : nullptr) made.tag = trade::tag::parse(note->text);
    if (const auto* account = body ? body->find("account_id") : nullptr) made.account = std::stoll(account->text);
    if (const auto* pair = creates && body ? body->find("pair") : nullptr) {
        made.pair = pair->text;
        const auto known = trade::pair::parse(made.pair);
        if (const auto* market = known ? to_.truth().market.markets.find(*known) : nullptr)
            made.ask = market->now().ask;
    }
    if (const auto* position = creates && body ? body->find("position") : nullptr)
        if (const auto* units = position->find("units"))
            if (const auto* value = units->find("value")) made.units = value->text;
    made.intent_was_durable =
        creates ? made.tag && from_.take_intent(made.tag->nonce) : from_.take_intent(std::nullopt);
    return made;
}

asio::awaitable<http::send_result> network::send(http::request what, mono_time deadline) {
    using namespace asio::experimental::awaitable_operators;
    co_await from_.operation();
    if (clock_.now() < down_until_) {
        co_await from_.clock().sleep_until(from_.clock().now() + 3ms);
        co_return http::send_failure{true, "connect: Connection refused"};
    }
    auto e = std::make_shared<errand>();
    e->seen = &note(what);
    e->what = std::move(what);
    e->fault = fault_for(*e->seen);
    carriers_.spawn([this, e] { return carry(e); });
    const auto ex = co_await asio::this_coro::executor;
    grip held{e, clock_, ex};
    while (!e->ended && from_.clock().now() < deadline) co_await (from_.clock().sleep_until(deadline) || held.wait());
    co_await from_.clock().awake();
    co_await from_.operation();
    if (!e->ended) co_return lost("no reply within 15s");
    if (e->ended->has_value()) {
        e->seen->heard_at = clock_.now();
        e->seen->heard_status = (*e->ended)->status;
    }
    co_return std::move(*e->ended);
}

/// Sleeps until `delay` has passed, but no longer than commit_max after our side closed the connection: what is later
/// than that is outside the fault model.
asio::awaitable<void> network::arrive_late(errand& e, milliseconds delay) {
    const auto planned = clock_.now() + delay;
    for (;;) {
        const auto due = e.closed_at ? std::min(planned, *e.closed_at + commit_max) : planned;
        if (clock_.now() >= due) co_return;
        co_await clock_.sleep_until(std::min(due, clock_.now() + 1s));
    }
}

http::response network::execute(errand& e, const std::string& fault) {
    auto& seen = *e.seen;
    seen.read_at.push_back(clock_.now());
    if (clock_.now() < key_refused_until_) {
        seen.status = 401;
        return {401, R"({"error":"api_key_invalid_or_expired","error_description":"Unauthorized"})", {}};
    }
    const auto before = to_.truth().market.next_trade_id;
    const auto terms = terms_at(seen.path);
    const bool is_first = !seen.change;
    if (is_first) seen.change = look_at(seen);
    if (seen.method == "GET")
        if (const auto* trade = trade_at(seen.path)) seen.showed_entered = trade->is_entered();
    auto reply = to_.answer(e.what, fault);
    seen.status = reply.status;
    if (seen.change)
        if (const auto after = look_at(seen); after && is_first) {
            seen.change->stop_after = after->stop_before;
            seen.change->changed_terms = terms_at(seen.path) != terms;
        }
    if (seen.path == "/v2/smart_trades" && reply.status == 201) seen.made.push_back(before);
    return reply;
}

const paper::trade_record* network::trade_at(const std::string& path) const {
    constexpr std::string_view trades = "/v2/smart_trades/";
    if (!path.starts_with(trades)) return nullptr;
    const auto& all = to_.truth().market.trades;
    const auto found = all.find({std::atoll(path.c_str() + trades.size())});
    return found == all.end() ? nullptr : &found->second.record;
}

/// What a change can change, as text.
std::string network::terms_at(const std::string& path) const {
    const auto* trade = trade_at(path);
    if (!trade) return {};
    auto text = wire::create_trade(trade->request).body;
    const auto add = [&](const std::optional<money::price>& price) {
        text += price ? ' ' + price->to_short_string() : " -";
    };
    for (const auto& step : trade->steps)
        if (step.order.status != trade::order_status::cancelled) add(step.price); // put back, it is a change
    if (trade->stop) add(trade->stop->trigger);
    return text;
}

/// The trade that a change is about, as it is now.
std::optional<change_seen> network::look_at(const sent_request& what) const {
    const auto* trade = what.method == "GET" ? nullptr : trade_at(what.path);
    if (!trade) return std::nullopt;
    change_seen made{.trade = trade->id,
                     .account = trade->request.account,
                     .status = {trade->status},
                     .note = trade->request.note,
                     .was_entered = trade->is_entered(),
                     .is_long = trade->is_long(),
                     .stop_before = {},
                     .stop_after = {}};
    if (trade->stop) made.stop_before = trade->stop->trigger;
    return made;
}

/// The request is read and executed; what comes back is up to the fault.
http::response network::misbehave(errand& e) {
    using enum incident;
    if (!e.fault) return execute(e);
    const auto& fault = *e.fault;
    switch (fault.what) {
    case throttle: seen_.throttle_causes.push_back({429, clock_.now(), clock_.now() + 300s}); break;
    case ban: seen_.throttle_causes.push_back({418, clock_.now(), clock_.now() + 600s}); break;
    case duplicate: execute(e); break;
    case stale_list:
    case empty_list:
    case page_shift:
        e.seen->was_wrong = true;
        e.seen->was_late = fault.what == stale_list;
        break;
    case fill_first:
        if (fault.n == 1) to_.touch_entry(*trade_at(e.seen->path));
        break;
    case forget:
        e.seen->read_at.push_back(clock_.now());
        e.seen->status = 404;
        return {404, R"({"error":"Not found","error_description":"Smart Trade not found"})", {}};
    default: break;
    }
    auto reply = execute(e, exchange_fault(fault));
    if (fault.what == gateway_error) return answer_of_a_proxy(fault.n);
    if (fault.what == garble_reply) reply.body.resize(reply.body.size() / 2);
    return reply;
}

/// In the world's own loop: whatever becomes of the daemon, this goes on.
asio::awaitable<void> network::carry(std::shared_ptr<errand> e) {
    using enum incident;
    const auto kind = e->fault ? std::optional{e->fault->what} : std::nullopt;
    co_await clock_.sleep_until(clock_.now() + hop());
    if (kind == slow_request) co_await arrive_late(*e, e->fault->length);
    if (kind == drop_request || kind == commit_late) {
        e->end(lost("wait for the reply: Connection reset by peer"));
        if (kind == drop_request) co_return;
        co_await clock_.sleep_until(clock_.now() + e->fault->length);
    }
    auto reply = misbehave(*e);
    if (kind == commit_late) co_return;
    if (kind == slow_reply) co_await clock_.sleep_until(clock_.now() + e->fault->length);
    co_await clock_.sleep_until(clock_.now() + hop());
    if (kind == lose_reply || clock_.now() < down_until_) // an outage takes what is under way along
        e->end(lost(closed));
    else
        e->end(std::move(reply));
}

} // namespace smarttrade::sim
