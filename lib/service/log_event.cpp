#include "service/log_event.hpp"

#include <array>

#include <fmt/format.h>

#include "service/plan_source.hpp"

namespace smarttrade::service {

namespace {

using enum log_level;

// In the order of the enumerators.
constexpr std::array kinds{event_kind{"service.started", info},
                           event_kind{"service.ready", info},
                           event_kind{"service.degraded", warning},
                           event_kind{"service.stopping", info},
                           event_kind{"service.stopped", info},
                           event_kind{"plans.accepted", info},
                           event_kind{"plans.refused", error},
                           event_kind{"plans.warned", warning},
                           event_kind{"settings.changed", info},
                           event_kind{"settings.waiting", warning},
                           event_kind{"settings.refused", error},
                           event_kind{"account.read", info},
                           event_kind{"account.noted", info},
                           event_kind{"account.unfit", error},
                           event_kind{"account.frozen", error},
                           event_kind{"trade.planned", info},
                           event_kind{"trade.submitted", debug},
                           event_kind{"trade.created", notice},
                           event_kind{"trade.refused", warning},
                           event_kind{"trade.uncertain", warning},
                           event_kind{"trade.adopted", notice},
                           event_kind{"trade.absent", notice},
                           event_kind{"trade.entered", notice},
                           event_kind{"trade.finished", notice},
                           event_kind{"trade.stopped", notice},
                           event_kind{"trade.closed", notice},
                           event_kind{"trade.cancelled", notice},
                           event_kind{"trade.failed", error},
                           event_kind{"trade.unprotected", error},
                           event_kind{"trade.blocked", warning},
                           event_kind{"trade.removed", warning},
                           event_kind{"trade.returned", info},
                           event_kind{"trade.updated", notice},
                           event_kind{"trade.noted", info},
                           event_kind{"trade.ordered", notice},
                           event_kind{"trade.renamed", info},
                           event_kind{"trade.settled", notice},
                           event_kind{"trade.released", warning},
                           event_kind{"funds.sent", notice},
                           event_kind{"hold.made", warning},
                           event_kind{"hold.confirmed", notice},
                           event_kind{"hold.lapsed", info},
                           event_kind{"service.halted", warning},
                           event_kind{"service.resumed", notice},
                           event_kind{"trade.missing", error},
                           event_kind{"entry.trailing", info},
                           event_kind{"profit.trailing", info},
                           event_kind{"profit.taken", notice},
                           event_kind{"stop.moved", notice},
                           event_kind{"stop.triggered", notice},
                           event_kind{"api.down", warning},
                           event_kind{"api.up", info},
                           event_kind{"api.throttled", warning},
                           event_kind{"key.refused", error},
                           event_kind{"key.accepted", info},
                           event_kind{"key.unreadable", error},
                           event_kind{"trust.unusable", error},
                           event_kind{"alert.failed", warning},
                           event_kind{"clock.jumped", warning},
                           event_kind{"journal.written", info},
                           event_kind{"journal.failed", error}};

} // namespace

const event_kind& kind_of(event what) {
    static_assert(kinds.size() == static_cast<std::size_t>(event::journal_failed) + 1);
    return kinds.at(static_cast<std::size_t>(what));
}

std::string message_id(event what) {
    return full_hash(fmt::format("smarttraded:{}", kind_of(what).word)).substr(0, 32);
}

} // namespace smarttrade::service
