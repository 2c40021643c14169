#pragma once

#include <optional>
#include <vector>

#include "async/time_source.hpp"
#include "reconcile/action.hpp"
#include "reconcile/observed.hpp"
#include "reconcile/reconcile.hpp"
#include "service/operator_port.hpp"

namespace smarttrade::service {

/// What the service knows, for the verdict on an order; all of it is the reconciler's.
struct order_knowledge {
    const reconcile::decision& decided;
    const std::vector<reconcile::wish>& wishes;
    const reconcile::history& past;
    const reconcile::observed& seen;
    bool is_read = false; ///< every account was read completely
};

/// What an operator's word is answered with at once, since ordering it would be in vain; nothing: it is to be ordered.
/// An order stays in the journal and strikes later, so what is known to be in vain must not be one.
std::optional<operator_answer> answer_without_order(operator_word word, const trade::trade_identity& of,
                                                    const order_knowledge& known);

/// How an order given at `since` stands now; nothing: not yet decided. A refusal by the exchange of what ends a trade
/// counts once the trade was read after it: that it has ended may be the reason.
std::optional<operator_answer> verdict_on_order(operator_word word, const trade::trade_identity& of,
                                                async::mono_time since, const order_knowledge& known);

} // namespace smarttrade::service
