#include "service/changer.hpp"

#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "async/uninterrupted.hpp"
#include "trade/trade_shape.hpp"
#include "wire/entity.hpp"
#include "wire/sub_trade.hpp"

namespace smarttrade::service {

using reconcile::action_kind;
using reconcile::fact;
using reconcile::fact_kind;

namespace {

using namespace std::chrono_literals;

constexpr auto pause_after_look = 5s; ///< that failed
constexpr auto first_look_max = 4min; ///< how old a first look may be when the change leaves
constexpr auto look_age_max = 2s;     ///< how old "not entered" may be when the cancel leaves (design.md 5)

wire::api_request call_of(const reconcile::action& what) {
    const auto id = *what.trade_id;
    switch (what.kind) {
    case action_kind::update: return wire::update_trade(id, *what.change);
    case action_kind::set_note: return wire::set_note(id, what.difference);
    case action_kind::cancel: return wire::cancel_trade(id);
    case action_kind::close: return wire::close_by_market(id);
    case action_kind::force_start: return wire::force_start(id);
    case action_kind::close_step: return wire::close_sub_trade(id, *what.order);
    case action_kind::cancel_step: return wire::cancel_sub_trade(id, *what.order);
    case action_kind::add_funds: return wire::add_funds(id, *what.funds);
    case action_kind::reduce_funds: return wire::reduce_funds(id, *what.funds);
    default: return wire::force_process(id);
    }
}

/// Close and cancel go first; then what changes a stop.
client::lane lane_of(const reconcile::action& what) {
    switch (what.kind) {
    case action_kind::cancel:
    case action_kind::close:
    case action_kind::close_step:
    case action_kind::cancel_step:
    case action_kind::reduce_funds: return client::lane::cancel;
    case action_kind::update:
        return what.difference.find("stop ") == std::string::npos ? client::lane::write : client::lane::stop_edit;
    default: return client::lane::write;
    }
}

bool moves_funds(action_kind kind) { return kind == action_kind::add_funds || kind == action_kind::reduce_funds; }

std::optional<wire::api_request> look_before(const reconcile::action& what) {
    if (what.kind == action_kind::cancel) return wire::get_trade(*what.trade_id);
    if (moves_funds(what.kind)) return wire::list_sub_trades(*what.trade_id);
    return std::nullopt;
}

/// How a change ended. A success that cannot be read is unknown (F8); one without a body is a success (api.md K.5).
fact outcome_of(const client::api_result<std::string>& reply, trade::smart_trade_id asked) {
    fact made;
    if (!reply) {
        made.ended = reply.error().kind;
        made.http_status = reply.error().http_status;
        made.text = reply.error().message;
        return made;
    }
    made.ended = trade::outcome::accepted;
    if (reply->empty()) return made;
    const auto entity = client::read_trade(reply);
    if (entity && entity->id == asked) return made;
    made.ended = trade::outcome::unknown;
    made.http_status = 200;
    made.text = entity ? fmt::format("the reply shows trade {}, not the one asked for", entity->id.value)
                       : entity.error().message;
    return made;
}

event event_of(action_kind kind) {
    switch (kind) {
    case action_kind::update: return event::trade_updated;
    case action_kind::set_note: return event::trade_noted;
    case action_kind::add_funds:
    case action_kind::reduce_funds: return event::funds_sent;
    default: return event::trade_ordered;
    }
}

} // namespace

struct changer::parcel {
    account_port account;
    reconcile::action what;
    std::string body;
    std::string nonce;
    std::optional<client::permit> look, slot;
    async::mono_time looked_at{}, sent_at{};
    std::uint64_t number = 0; ///< of the request
    std::string request_id;   ///< of its failure
    terms how;

    log_event line(event about, async::mono_time now) const;

    fact about(fact_kind kind, base::utc_time at) const {
        fact made;
        made.kind = kind;
        made.at = at;
        made.identity = what.identity;
        made.trade_id = what.trade_id;
        made.nonce = nonce;
        return made;
    }
};

changer::changer(nonce_source nonces, ledger& book, async::time_source& time, log_sink& log, async::latch& stop)
    : nonces_{std::move(nonces)}, book_{book}, time_{time}, log_{log}, stop_{stop} {}

asio::awaitable<void> changer::change(account_port account, reconcile::action what, std::string body, terms how) {
    parcel of;
    of.account = std::move(account);
    of.body = std::move(body);
    of.how = std::move(how);
    const auto who = lane_of(what);
    const auto looked_at = time_.now();
    if (what.looks_first) {
        const bool is_seen = co_await look_first(of, who, *what.trade_id);
        if (!is_seen) co_return;
    }
    auto before = look_before(what);
    if (before) {
        auto held = co_await of.account.api->admit(who, std::move(*before));
        of.look.emplace(std::move(held));
    }
    auto call = call_of(what);
    const auto deadline = of.look ? time_.now() + second_slot_wait : async::mono_time::max();
    auto slot = co_await of.account.api->admit_before(who, std::move(call), deadline);
    if (!slot) co_return;
    of.slot.emplace(std::move(*slot));
    if (what.looks_first && time_.now() - looked_at > first_look_max) co_return; // it is looked at again
    if (!of.how.still_wanted(what) || stop_.is_set()) co_return;
    of.what = std::move(what);
    of.nonce = nonces_();
    auto span = carry(std::move(of));
    co_await async::uninterrupted(std::move(span));
}

/// What is decided then rests on it. It holds no slot while it waits for the next: many may want to look at once.
asio::awaitable<bool> changer::look_first(const parcel& of, client::lane who, trade::smart_trade_id id) {
    auto call = wire::get_trade(id);
    auto slot = co_await of.account.api->admit(who, std::move(call));
    const auto begun = time_.now();
    const auto reply = co_await send_or_stop(*of.account.api, std::move(slot), stop_);
    const auto entity = client::read_trade(reply);
    if (entity && entity->id == id) {
        of.how.tell_seen(*entity, begun);
        co_return true;
    }
    if (!entity) of.how.look_failed(entity.error());
    co_await time_.sleep_until(time_.now() + pause_after_look); // whoever asks again must not press
    co_return false;
}

/// Whole or not at all: intent, what it rests on, the change, its outcome.
asio::awaitable<void> changer::carry(parcel of) {
    of.number = of.slot->number();
    auto intent = of.about(fact_kind::write, time_.utc_now());
    intent.text = std::string{base::name_of(of.what.kind)};
    if (!of.what.text.empty()) intent.text += ' ' + of.what.text;
    intent.body = of.body;
    auto request = of.about(fact_kind::request, intent.at);
    const auto& call = of.slot->request();
    request.text = fmt::format("{} {} {} bytes", call.method, call.path, call.body.size());
    request.body = call.body;
    std::vector<fact> before{std::move(intent), std::move(request)};
    const bool is_vital = of.what.kind == action_kind::cancel || of.what.kind == action_kind::close;
    const auto how = is_vital ? journal::urgency::vital : journal::urgency::ordinary;
    const bool durable = co_await book_.record(std::move(before), how);
    if (!durable) co_return; // no durable intent, no request; the slots go back
    const bool leaves = co_await may_leave(of);
    if (!leaves) co_return;
    of.sent_at = time_.now();
    const auto reply = co_await send_or_stop(*of.account.api, std::move(*of.slot), stop_);
    if (!reply) of.request_id = reply.error().request_id;
    auto outcome = outcome_of(reply, *of.what.trade_id);
    co_await end(of, std::move(outcome));
}

/// Reads what the change rests on. If that says no, or cannot be read, the intent ends as never sent.
asio::awaitable<bool> changer::may_leave(parcel& of) {
    if (!of.look) co_return true;
    of.looked_at = time_.now();
    std::string why_not;
    if (of.what.kind == action_kind::cancel)
        why_not = co_await look_whether_entered(of);
    else
        why_not = co_await take_snapshot(of);
    const bool is_halted = book_.past().is_halted() && !of.what.is_ordered; // since it was decided
    const bool is_let_go = !of.what.is_ordered && of.how.is_let_go();
    if (why_not.empty() && !is_halted && !is_let_go) co_return true;
    fact outcome;
    outcome.ended = trade::outcome::not_sent;
    if (is_halted)
        outcome.text = "halted meanwhile";
    else
        outcome.text = is_let_go ? "its tag was taken away meanwhile" : std::move(why_not);
    co_await end(of, std::move(outcome));
    co_return false;
}

/// Why the entry may not be cancelled; empty: it waits. A machine that was suspended meanwhile knows it by the wall
/// clock alone.
asio::awaitable<std::string> changer::look_whether_entered(parcel& of) {
    const auto began = time_.utc_now();
    const auto reply = co_await send_or_stop(*of.account.api, std::move(*of.look), stop_);
    const auto entity = client::read_trade(reply);
    if (!entity) co_return "the look before it failed: " + entity.error().message;
    if (entity->id != *of.what.trade_id)
        co_return fmt::format("the look before it showed trade {}, not the one asked for", entity->id.value);
    of.how.tell_seen(*entity, of.looked_at);
    if (entity->is_final() || trade::is_entered(*entity) || entity->entered_amount.sign() != 0)
        co_return "the look before it did not show an entry that waits";
    const bool is_fresh = time_.now() - of.looked_at < look_age_max && time_.utc_now() - began < look_age_max;
    if (!is_fresh) co_return "the look before it took too long to rely on";
    co_return std::string{};
}

/// Why funds may not be moved; empty: what orders there are is known.
asio::awaitable<std::string> changer::take_snapshot(parcel& of) {
    const auto reply = co_await send_or_stop(*of.account.api, std::move(*of.look), stop_);
    const auto orders = client::read_reply(reply, &wire::read_sub_trades);
    if (!orders) co_return "the orders before it could not be read: " + orders.error().message;
    auto snapshot = of.about(fact_kind::snapshot, time_.utc_now());
    snapshot.text = of.what.text;
    std::vector<std::pair<std::string, trade::sub_trade_id>> ids;
    for (const auto& order : *orders) ids.emplace_back("order", order.id);
    snapshot.body = reconcile::write_step_ids(ids);
    std::vector<fact> facts{std::move(snapshot)};
    const bool durable = co_await book_.record(std::move(facts));
    if (!durable) co_return "the orders before it could not be journaled";
    co_return std::string{};
}

asio::awaitable<void> changer::end(parcel& of, fact outcome) {
    const auto ended = outcome;
    auto made = of.about(fact_kind::written, time_.utc_now());
    made.ended = outcome.ended;
    made.http_status = outcome.http_status;
    made.text = std::move(outcome.text);
    std::vector<fact> facts{std::move(made)};
    co_await book_.record_happened(std::move(facts));
    tell(of, ended);
}

log_event changer::parcel::line(event about, async::mono_time now) const {
    log_event line;
    line.what = about;
    line.trade = what.identity.name;
    line.account = account.name;
    line.id = what.trade_id;
    const bool is_word_enough =
        about == event::stop_moved || about == event::trade_updated || about == event::trade_noted;
    if (!is_word_enough) line.fields = {{"action", std::string{base::name_of(what.kind)}}};
    if (!what.text.empty() && what.kind != action_kind::update && what.kind != action_kind::set_note)
        line.fields.emplace_back("of", what.text);
    line.fields.emplace_back("mode", std::string{base::name_of(account.mode)});
    if (sent_at != async::mono_time{}) add_sent(line, {number, request_id, now - sent_at});
    return line;
}

void changer::tell(const parcel& of, const fact& outcome) {
    const auto write = fmt::format("{} {} {}", base::name_of(of.what.kind), of.what.text, of.what.difference);
    const bool is_news = unsent_.is_news(of.what.identity, write, outcome.ended.value_or(trade::outcome::unknown));
    if (!is_news) return;
    if (outcome.ended != trade::outcome::accepted) return tell_failed(of, outcome);
    if (of.what.kind == action_kind::update) return tell_update(of);
    auto line = of.line(event_of(of.what.kind), time_.now());
    line.why = of.what.reason;
    log_.write(line);
}

void changer::tell_failed(const parcel& of, const fact& outcome) {
    const auto ended = outcome.ended.value_or(trade::outcome::unknown);
    auto line = of.line(ended == trade::outcome::unknown      ? event::trade_uncertain
                        : ended == trade::outcome::credential ? event::key_refused
                                                              : event::trade_refused,
                        time_.now());
    if (of.what.kind == action_kind::update) line.change = of.what.difference;
    line.fields.emplace_back("outcome", std::string{base::name_of(ended)});
    line.why = outcome.text;
    if (ended == trade::outcome::unknown) line.why += "; the trade is read before anything is sent again";
    log_.write(line);
}

/// A stop is what money hangs on: that it moves is said by its own word, and not again when it is seen there.
void changer::tell_update(const parcel& of) {
    constexpr std::string_view stop = "stop ", comma = ", ";
    std::string others, moved;
    for (std::string_view rest = of.what.difference; !rest.empty();) {
        const auto end = std::min(rest.find(comma), rest.size());
        const auto part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + comma.size(), rest.size()));
        if (part.starts_with(stop) && part.find("->") != part.npos)
            moved = part.substr(stop.size());
        else
            others += (others.empty() ? "" : ", ") + std::string{part};
    }
    const bool is_edit = of.what.text == "edit" && !of.how.place.empty();
    const auto write = [&](event what, std::string change) {
        auto line = of.line(what, time_.now());
        line.change = std::move(change);
        line.why = is_edit ? of.how.place : of.what.reason;
        log_.write(line);
    };
    if (!moved.empty()) of.how.stop_told(moved.substr(moved.find("->") + 2));
    if (!others.empty() || moved.empty()) write(event::trade_updated, others);
    if (!moved.empty()) write(event::stop_moved, moved);
}

} // namespace smarttrade::service
