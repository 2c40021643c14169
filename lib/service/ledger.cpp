#include "service/ledger.hpp"

namespace smarttrade::service {

namespace {

constexpr std::chrono::seconds rest_after_failure{5};

} // namespace

ledger::ledger(journal::journal& into, async::time_source& time, log_sink& log)
    : journal_{into}, time_{time}, log_{log} {
    const auto now = time.now();
    journal_.for_each([&](const reconcile::fact& what) { past_.apply(what, now); });
    past_.close_open_attempts(now);
}

asio::awaitable<bool> ledger::record(std::vector<reconcile::fact> facts) {
    const bool durable = co_await write(facts);
    if (durable) apply(facts);
    co_return durable;
}

asio::awaitable<void> ledger::record_happened(std::vector<reconcile::fact> facts) {
    co_await write(facts);
    apply(facts);
}

asio::awaitable<bool> ledger::write(std::vector<reconcile::fact> facts) {
    const auto ended = co_await journal_.record(std::move(facts));
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

void ledger::apply(const std::vector<reconcile::fact>& facts) {
    for (const auto& what : facts) past_.apply(what, time_.now());
}

} // namespace smarttrade::service
