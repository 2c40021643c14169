#include "service/order_verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

using reconcile::attempt_state;
using reconcile::phase;

operator_answer done(std::string why) { return {true, std::move(why)}; }
operator_answer refused(std::string why) { return {false, std::move(why)}; }

bool ends(operator_word word) { return word == operator_word::cancel || word == operator_word::close; }

/// Where a trade of ours stands, in the plans or left by them; null: unknown here.
const reconcile::standing* standing_of(const trade::trade_identity& of, const reconcile::decision& decided) {
    for (const auto* all : {&decided.standings, &decided.left})
        if (const auto found = std::ranges::find(*all, of, &reconcile::standing::identity); found != all->end())
            return &*found;
    return nullptr;
}

const reconcile::sighting* sight_of(const reconcile::trade_history* past, const reconcile::observed& seen) {
    if (!past || !past->trade_id) return nullptr;
    const auto found = seen.trades.find(*past->trade_id);
    return found == seen.trades.end() ? nullptr : &found->second;
}

/// Whether a request of that word is what the order asked for.
bool carries_out(operator_word word, std::string_view sent) {
    switch (word) {
    case operator_word::close: return sent == "close" || sent == "cancel"; // a trade that waits is cancelled
    case operator_word::cancel: return sent == "cancel";
    case operator_word::enter: return sent == "force_start";
    case operator_word::process: return sent == "force_process";
    default: return false;
    }
}

std::string_view how_it_ended(trade::trade_status status) {
    switch (status) {
    case trade::trade_status::panic_sold: return "is closed";
    case trade::trade_status::cancelled: return "is cancelled";
    case trade::trade_status::stop_loss_finished: return "has ended by its stop";
    case trade::trade_status::failed: return "has failed";
    default: return "has ended by its take profit";
    }
}

/// `btc-swing is closed at 59946.74, profit -1.19USDT (id 30404547)`
std::string told_end(const std::string& name, const trade::smart_trade& entity) {
    auto text = fmt::format("{} {}", name, how_it_ended(entity.status.type));
    if (entity.closed_amount.sign() > 0 && entity.average_close_price)
        text += " at " + entity.average_close_price->to_short_string();
    if (entity.closed_amount.sign() > 0 && entity.profit.volume)
        text += fmt::format(", profit {}{}", entity.profit.volume->to_short_string(), entity.pair.quote);
    text += fmt::format(" (id {})", entity.id.value);
    if (reconcile::is_unprotected(entity))
        text += fmt::format("; {} {} are held without an exit",
                            (entity.entered_amount - entity.closed_amount).to_short_string(), entity.pair.base);
    return text;
}

std::optional<operator_answer> verdict_on_end(operator_word word, const trade::trade_identity& of,
                                              async::mono_time since, const order_knowledge& known) {
    const auto* past = known.past.find(of);
    const auto* sight = sight_of(past, known.seen);
    if (sight && sight->entity.is_final()) return done(told_end(of.name, sight->entity));
    const auto* at = standing_of(of, known.decided);
    const bool never_was = past && !past->trade_id && past->settled();
    if (at ? at->phase == phase::ended : never_was)
        return done(at && at->trade_id ? fmt::format("{} has ended (id {})", of.name, at->trade_id->value)
                                       : fmt::format("{} is not created any more", of.name));
    if (past && past->ordered != base::name_of(word))
        return refused(past->ordered.empty() ? "the order was withdrawn: smarttraded status " + of.name
                                             : fmt::format("`smarttraded {}` came after it", past->ordered));
    const bool is_entered = sight && trade::is_entered(sight->entity);
    const auto* write = past && past->write && past->write->since >= since ? &*past->write : nullptr;
    if (write && !carries_out(word, write->word)) write = nullptr;
    if (write && reconcile::may_have_ended(*write)) return std::nullopt;
    if (word == operator_word::cancel && is_entered)
        return refused(fmt::format("{0} has entered meanwhile: smarttraded close {0} sells it", of.name));
    if (write && write->is == attempt_state::refused) {
        const bool is_read = sight && sight->read_begun > write->since;
        const bool was_first_step = write->word == "cancel" && word == operator_word::close && is_entered;
        if (!is_read || was_first_step) return std::nullopt; // entered meanwhile: the close follows
        return refused(fmt::format("the exchange refused it: {}", write->message));
    }
    if (at && at->verdict == reconcile::verdict::blocked) return refused(at->why);
    return std::nullopt;
}

bool is_worth_a_retry(const reconcile::standing& at, const reconcile::trade_history* past) {
    if (at.verdict == reconcile::verdict::blocked) return true;
    if (!past) return false;
    const bool was_write_refused = past->write && past->write->is == attempt_state::refused;
    return was_write_refused || (past->last() && past->last()->is == attempt_state::refused);
}

} // namespace

std::optional<operator_answer> answer_without_order(operator_word word, const trade::trade_identity& of,
                                                    const order_knowledge& known) {
    const auto* at = standing_of(of, known.decided);
    if (!at && !known.is_read)
        return refused(fmt::format("{} is in no plan, and the accounts are not yet read: smarttraded status", of.name));
    if (!at) return refused(fmt::format("{} is in no plan and no trade of ours: smarttraded status", of.name));
    const auto* past = known.past.find(of);
    const auto wish = std::ranges::find(known.wishes, of, [](const auto& w) { return w.trade.identity; });
    const bool is_protected = wish != known.wishes.end() ? wish->trade.life.protect : past && past->is_protected;
    const bool is_over = at->phase == phase::ended;
    const bool sends = word == operator_word::enter || word == operator_word::process;
    if (sends && known.past.is_halted())
        return refused("halted: only your own close and cancel are sent, until: smarttraded resume");
    if (at->verdict == reconcile::verdict::released && word != operator_word::release)
        return refused(fmt::format("{} is released: nothing of it is touched any more", of.name));
    if (sends && wish == known.wishes.end())
        return refused(fmt::format("{} is in no plan: only close, cancel and release work on it", of.name));
    const bool is_closing = past && !is_over && past->ordered == "close";
    const bool is_ending = is_closing || (past && past->ordered == "cancel" && at->phase == phase::waiting);
    if ((sends && is_ending) || (word == operator_word::cancel && is_closing)) // one word counts, the newest
        return refused(fmt::format("its {} is under way: smarttraded status {}", past->ordered, of.name));
    switch (word) {
    case operator_word::cancel:
    case operator_word::close:
        if (is_over) return done(fmt::format("{} has ended already", of.name));
        if (is_protected)
            return refused(
                fmt::format("{} is protected: set `protect: false` in its plan, then: smarttraded reload", of.name));
        if (word == operator_word::cancel && at->phase == phase::entered)
            return refused(
                fmt::format("{0} is entered: a cancel would leave it without exits; smarttraded close {0} sells "
                            "it, smarttraded release {0} leaves it alone",
                            of.name));
        return std::nullopt;
    case operator_word::enter:
        if (is_over) return refused(fmt::format("{} has ended: raise revision to run it again", of.name));
        if (at->phase == phase::entered) return done(fmt::format("{} is entered already", of.name));
        return std::nullopt;
    case operator_word::process:
        if (!at->trade_id || is_over) return refused(fmt::format("{} has no live trade", of.name));
        return std::nullopt;
    case operator_word::retry:
        if (is_worth_a_retry(*at, past)) return std::nullopt;
        return refused(fmt::format("{0} is not blocked, nothing of it was refused: smarttraded status {0}", of.name));
    default: return std::nullopt;
    }
}

std::optional<operator_answer> verdict_on_order(operator_word word, const trade::trade_identity& of,
                                                async::mono_time since, const order_knowledge& known) {
    if (ends(word)) return verdict_on_end(word, of, since, known);
    const auto* at = standing_of(of, known.decided);
    const auto* past = known.past.find(of);
    if (!at && !past) return std::nullopt; // it has another name now, and the order went with it
    if (!at) return refused(fmt::format("{} is in no plan and no trade of ours any more: smarttraded status", of.name));
    const auto* write = past && past->write && past->write->since >= since ? &*past->write : nullptr;
    const bool is_carried_out = write && carries_out(word, write->word);
    if (is_carried_out && write->is == attempt_state::refused)
        return refused(fmt::format("the exchange refused it: {}", write->message));
    if (at->verdict == reconcile::verdict::blocked) return refused(at->why);
    const bool sends = word == operator_word::enter || word == operator_word::process;
    if (sends && at->phase == phase::ended) return refused(fmt::format("{} has ended meanwhile", of.name));
    switch (word) {
    case operator_word::enter:
        if (at->phase != phase::entered) return std::nullopt;
        return done(fmt::format("{} is entered", of.name));
    case operator_word::process:
        if (!is_carried_out || write->is != attempt_state::accepted) return std::nullopt;
        return done(fmt::format("the exchange looks at {} now", of.name));
    default:
        return done(word == operator_word::release
                        ? fmt::format("{} is released: nothing of it is touched any more", of.name)
                        : fmt::format("{} is tried again", of.name));
    }
}

} // namespace smarttrade::service
