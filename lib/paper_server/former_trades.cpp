#include "paper_server/former_trades.hpp"

#include "paper_server/faults.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::size_t weight_max = 50'000; ///< plain trades; one of funds counts for more

/// What a version costs beside a plain trade's.
std::size_t weight_of(const std::optional<paper::trade_record>& was) {
    return was ? 1 + was->additions.size() / 4 + was->reductions.size() / 4 : 1;
}

} // namespace

void former_trades::begin(const paper::trade_record& record) {
    if (!trade::is_final(record.status)) current_.insert_or_assign(record.id, record);
}

void former_trades::note(const paper::trade_record& record, base::utc_time now) {
    while (!versions_.empty() && (versions_.front().until < now - list_age_max || weight_ >= weight_max)) {
        weight_ -= weight_of(versions_.front().was);
        versions_.pop_front();
    }
    const auto found = current_.find(record.id);
    const bool is_new = found == current_.end();
    if (is_new && record.created_at < now) return; // it has ended before
    auto& was = versions_.emplace_back();
    was.until = now;
    was.id = record.id;
    if (!is_new) was.was = std::move(found->second);
    weight_ += weight_of(was.was);
    if (trade::is_final(record.status))
        current_.erase(record.id);
    else
        current_.insert_or_assign(record.id, record);
}

void former_trades::turn_back(paper::state& into, base::utc_time then) const {
    for (auto each = versions_.rbegin(); each != versions_.rend() && each->until > then; ++each)
        if (each->was)
            into.trades.at(each->id).record = *each->was;
        else
            into.trades.erase(each->id);
}

} // namespace smarttrade::paper_server
