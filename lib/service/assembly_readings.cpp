// Where the whole service stands, as numbers.
#include "service/assembly.hpp"

namespace smarttrade::service {

service_readings assembly::readings() const {
    service_readings now;
    const auto& standing = reconciler_->standing();
    const auto& seen = reconciler_->seen();
    const auto clock = outside_.time.now();
    now.trades = count_trades(standing, reconciler_->wishes().size());
    now.unknown_oldest = unknown_oldest(standing, ledger_.past(), seen, clock);
    now.exposure = exposure_of(seen, ledger_.past(), reconciler_->accounts());
    now.holds = standing.holds.size();
    now.is_halted = ledger_.past().is_halted();
    now.plans_valid = is_valid_;
    now.journal_writable = journal_.writable();
    for (const auto& account : settings_.accounts) {
        auto& one = now.accounts.emplace_back(service_readings::account{account.name, account.credentials});
        const auto progress = reconciler_->eyes().progress_of(account.id);
        one.api_up = progress.is_answered;
        if (const auto refused = seen.paused.find(account.id); refused != seen.paused.end())
            one.key_refused = refused->second;
        if (!progress.newest) continue;
        one.passed_at = progress.newest->utc;
        one.pass_age = clock - progress.newest->at;
        one.pass_every = progress.newest->every;
    }
    for (const auto& each : gates_) now.keys.push_back({each.credential, each.gate->reading()});
    return now;
}

} // namespace smarttrade::service
