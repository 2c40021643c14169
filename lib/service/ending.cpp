#include "service/ending.hpp"

#include "reconcile/action.hpp"

namespace smarttrade::service {

namespace {

end_how how_of(trade::trade_status status) {
    switch (status) {
    case trade::trade_status::stop_loss_finished: return end_how::stopped;
    case trade::trade_status::panic_sold: return end_how::closed;
    case trade::trade_status::cancelled: return end_how::cancelled;
    case trade::trade_status::failed: return end_how::failed;
    default: return end_how::finished;
    }
}

} // namespace

ending ending_of(const trade::smart_trade& entity, const reconcile::trade_history& past) {
    const auto how = how_of(entity.status.type);
    if (how != end_how::closed && how != end_how::cancelled) return {how, end_by::exchange};
    if (!past.write || !reconcile::may_have_ended(*past.write)) return {how, end_by::elsewhere};
    const bool is_ordered = past.ordered == "close" || past.ordered == "cancel";
    return {how, is_ordered ? end_by::operators : end_by::plan};
}

} // namespace smarttrade::service
