#include "service/submitter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>
#include <openssl/rand.h>

#include "async/uninterrupted.hpp"
#include "base/assert.hpp"
#include "service/plan_source.hpp"
#include "trade/tag.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::service {

using reconcile::fact;
using reconcile::fact_kind;

nonce_source random_nonces() {
    return [] {
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
        std::array<unsigned char, 8> bytes{};
        SMARTTRADE_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
        std::string nonce;
        for (const auto byte : bytes) nonce += letters[byte % letters.size()];
        return nonce;
    };
}

void add_sent(log_event& line, const sent_how& sent) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(sent.took);
    line.fields.emplace_back("req", std::to_string(sent.number));
    line.fields.emplace_back("took", fmt::format("{}ms", took.count()));
    if (!sent.request_id.empty()) line.fields.emplace_back("xrid", sent.request_id);
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    SMARTTRADE_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&seed), sizeof seed) == 1);
    return seed;
}

submitter::submitter(std::string instance, nonce_source nonces, ledger& book, async::time_source& time, log_sink& log,
                     async::latch& stop)
    : instance_{std::move(instance)}, nonces_{std::move(nonces)}, book_{book}, time_{time}, log_{log}, stop_{stop} {}

asio::awaitable<void> submitter::create(account_port account, reconcile::wish wanted, terms how) {
    std::optional<client::permit> look;
    if (how.look) {
        auto held = co_await account.api->admit(client::lane::write, *how.look);
        look.emplace(std::move(held));
    }
    auto draft = wire::create_trade(wanted.trade.request);
    const auto deadline = look ? time_.now() + second_slot_wait : async::mono_time::max();
    auto slot = co_await account.api->admit_before(client::lane::write, std::move(draft), deadline);
    if (!slot) co_return;
    if (look) {
        const auto reply = co_await send_or_stop(*account.api, std::move(*look), stop_);
        how.looked(reply);
    }
    auto request = how.decide();
    if (!request || stop_.is_set()) co_return;
    const auto& identity = wanted.trade.identity;
    auto nonce = nonces_();
    const trade::tag tag{instance_, identity.name, identity.revision, nonce};
    request->note = tag.with_note(wanted.trade.request.note);
    slot->rewrite(wire::create_trade(*request));
    auto span = send(std::move(account), std::move(wanted), std::move(*slot), std::move(nonce));
    co_await async::uninterrupted(std::move(span));
}

namespace {

fact fact_of(fact_kind kind, const reconcile::wish& wanted, const std::string& nonce, base::utc_time at) {
    fact made;
    made.kind = kind;
    made.at = at;
    made.identity = wanted.trade.identity;
    made.nonce = nonce;
    return made;
}

/// F8: a success that cannot be read, or that shows something else than what was asked for, is unknown.
client::api_result<trade::smart_trade> read_created(const reconcile::wish& wanted,
                                                    const client::api_result<std::string>& reply) {
    auto entity = client::read_trade(reply);
    const auto& asked = wanted.trade.request;
    if (!entity || (entity->account.id == asked.account && entity->pair == asked.pair)) return entity;
    trade::request_failure other;
    other.http_status = 200;
    other.message = fmt::format("the reply shows trade {} of account {} and pair {}, which was not asked for",
                                entity->id.value, entity->account.id.value, entity->pair.text());
    return other;
}

/// What a reply comes to: the outcome, and on success that the trade is ours.
std::vector<fact> facts_of(const reconcile::wish& wanted, const std::string& nonce,
                           const client::api_result<std::string>& reply, base::utc_time at) {
    auto outcome = fact_of(fact_kind::outcome, wanted, nonce, at);
    const auto entity = read_created(wanted, reply);
    if (!entity) {
        outcome.ended = entity.error().kind;
        outcome.http_status = entity.error().http_status;
        outcome.text = entity.error().message;
        return {outcome};
    }
    outcome.ended = trade::outcome::accepted;
    outcome.trade_id = entity->id;
    auto bound = fact_of(fact_kind::bound, wanted, nonce, at);
    bound.trade_id = entity->id;
    bound.body = wanted.body.string();
    bound.text = "the reply to its create";
    return {outcome, bound};
}

} // namespace

/// Whole or not at all: intent, post, outcome.
asio::awaitable<void> submitter::send(account_port account, reconcile::wish wanted, client::permit slot,
                                      std::string nonce) {
    const auto& call = slot.request();
    // The search for an unknown create begins shortly before this moment. A Date from the future, a proxy's say, would
    // put it after the trade; too early only costs pages.
    const auto at = std::min(account.api->server_now(), time_.utc_now());
    auto intent = fact_of(fact_kind::intent, wanted, nonce, at);
    intent.body = wanted.body.string();
    intent.text = wanted.trade.request.pair.text();
    if (!wanted.trade.request.note.empty()) intent.text += ' ' + wanted.trade.request.note;
    auto request = fact_of(fact_kind::request, wanted, nonce, intent.at);
    request.text = fmt::format("{} {} {} bytes", call.method, call.path, call.body.size());
    request.body = call.body;
    std::vector<fact> before{std::move(intent), std::move(request)};
    const bool durable = co_await book_.record(std::move(before));
    if (!durable) co_return; // no durable intent, no request; the slot goes back with `slot`
    log_event leaving;
    leaving.what = event::trade_submitted;
    leaving.trade = wanted.trade.identity.name;
    leaving.account = account.name;
    const auto number = slot.number();
    leaving.fields = {{"tag", nonce}, {"req", std::to_string(number)}};
    log_.write(leaving);
    const auto sent_at = time_.now();
    const auto reply = co_await send_or_stop(*account.api, std::move(slot), stop_);
    auto after = facts_of(wanted, nonce, reply, time_.utc_now());
    const auto outcome = after.front();
    co_await book_.record_happened(std::move(after));

    tell(account, wanted, outcome, {number, reply ? std::string{} : reply.error().request_id, time_.now() - sent_at});
}

asio::awaitable<client::api_result<std::string>> send_or_stop(client::api_client& api, client::permit slot,
                                                              async::latch& stop) {
    using namespace asio::experimental::awaitable_operators;
    auto first = co_await (api.send(std::move(slot)) || stop.wait());
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    trade::request_failure cut_short;
    cut_short.message = "the daemon was stopped before a reply came";
    co_return cut_short;
}

void submitter::tell(const account_port& account, const reconcile::wish& wanted, const fact& outcome,
                     const sent_how& sent) {
    const auto ended = outcome.ended.value_or(trade::outcome::unknown);
    const bool is_news = unsent_.is_news(wanted.trade.identity, wanted.body.string(), ended);
    if (!is_news) return;
    log_event line;
    line.trade = wanted.trade.identity.name;
    line.account = account.name;
    line.id = outcome.trade_id;
    switch (ended) {
    case trade::outcome::accepted: line.what = event::trade_created; break;
    case trade::outcome::unknown: line.what = event::trade_uncertain; break;
    case trade::outcome::credential: line.what = event::key_refused; break;
    default: line.what = event::trade_refused; break;
    }
    line.fields = terms_of(wanted.trade.request);
    line.fields.emplace_back("mode", std::string{base::name_of(account.mode)});
    add_sent(line, sent);
    if (line.what == event::trade_created) {
        line.why = place_of(wanted.trade);
    } else {
        line.fields.emplace_back("outcome", std::string{base::name_of(ended)});
        line.why = outcome.text;
        if (line.what == event::trade_uncertain) line.why += "; it is looked for before anything is sent again";
    }
    log_.write(line);
}

} // namespace smarttrade::service
