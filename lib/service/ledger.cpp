#include "service/ledger.hpp"

#include "trade/trade_shape.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

namespace {

constexpr std::chrono::seconds rest_after_failure{5};
constexpr std::chrono::milliseconds pause_between_pieces{200};

/// An echo with what its text says.
reconcile::fact with_shape(reconcile::fact what) {
    if (what.kind != reconcile::fact_kind::echo) return what;
    if (const auto entity = wire::read_smart_trade(what.text))
        what.shape = std::make_shared<const trade::trade_shape>(trade::shape_of(*entity));
    return what;
}

} // namespace

ledger::ledger(journal::journal& into, async::time_source& time, log_sink& log, keeping where)
    : journal_{into}, time_{time}, log_{log}, where_{where} {
    const auto now = time.now();
    journal_.for_each([&](const reconcile::fact& what) { past_.apply(with_shape(what), now); });
    past_.close_open_attempts(now);
    known_until_ = past_.newest();
    // What was made after the backup is found only by reading everything again.
    if (restored() && !past_.is_confirmed(*restored())) past_.forget_reading();
}

asio::awaitable<bool> ledger::record(std::vector<reconcile::fact> facts, journal::urgency how) {
    const bool durable = co_await write(facts, how);
    if (durable) apply(facts);
    co_return durable;
}

asio::awaitable<void> ledger::record_happened(std::vector<reconcile::fact> facts) {
    co_await write(facts, journal::urgency::vital);
    apply(facts);
}

asio::awaitable<bool> ledger::write(std::vector<reconcile::fact> facts, journal::urgency how) {
    if (where_ == keeping::in_memory) co_return true;
    const auto ended = co_await journal_.record(std::move(facts), how);
    if (ended) co_return true;
    if (time_.now() >= rests_until_) {
        log_event line;
        line.what = event::journal_failed;
        line.why = ended.error().reason + "; nothing new is sent until it can be written";
        log_.write(line);
    }
    rests_until_ = time_.now() + rest_after_failure;
    co_return false;
}

asio::awaitable<void> ledger::prune() {
    for (;;) {
        const auto done = co_await journal_.prune(time_.utc_now());
        if (!done || !done->more) co_return; // a disk that fails is told by whoever has to write
        co_await time_.sleep_until(time_.now() + pause_between_pieces);
    }
}

void ledger::apply(const std::vector<reconcile::fact>& facts) {
    for (const auto& what : facts) past_.apply(with_shape(what), time_.now());
}

} // namespace smarttrade::service
