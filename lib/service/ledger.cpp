#include "service/ledger.hpp"

#include "service/printable.hpp"
#include "trade/trade_shape.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

namespace {

constexpr std::chrono::seconds rest_after_failure{5};
constexpr std::chrono::milliseconds pause_between_pieces{200};
constexpr int disk_full = 13; ///< SQLite's code

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
    if (ended && how == journal::urgency::ordinary) tell_written(); // what is vital has room of its own
    if (ended) co_return true;
    tell_failed(ended.error());
    rests_until_ = time_.now() + rest_after_failure;
    co_return false;
}

void ledger::tell_failed(const journal::write_failure& why) {
    if (!trouble_.failed(time_.now(), event::journal_failed)) return;
    log_event line;
    line.what = event::journal_failed;
    line.fields = {{"failures", std::to_string(trouble_.failures())}};
    line.why = why.code == disk_full ? "the disk of state_dir is full" : "the journal cannot be written: " + why.reason;
    line.why += "; nothing new is sent until it can be written, but for your own close, cancel and halt";
    log_.write(line);
}

void ledger::tell_written() {
    const auto over = trouble_.recovered(time_.now());
    if (!over) return;
    log_event line;
    line.what = event::journal_written;
    line.fields = {{"after", span_text(over->lasted)}};
    line.why = "what was held back goes on";
    log_.write(line);
}

asio::awaitable<void> ledger::prune() {
    for (;;) {
        const auto done = co_await journal_.prune(time_.utc_now());
        if (!done || !done->more) co_return; // a disk that fails is told by whoever has to write
        co_await time_.sleep_until(time_.now() + pause_between_pieces);
    }
}

asio::awaitable<void> ledger::probe() {
    if (where_ == keeping::in_memory || journal_.writable()) co_return;
    const auto ended = co_await journal_.probe();
    if (ended) tell_written();
}

void ledger::apply(const std::vector<reconcile::fact>& facts) {
    for (const auto& what : facts) past_.apply(with_shape(what), time_.now());
}

} // namespace smarttrade::service
