#include "service/trade_story.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

using trade::order_status;
using trade::smart_trade;
using trade::trade_status;

bool entered(const smart_trade& seen) { return !seen.is_position_not_filled; }

bool filled(const trade::told_status<order_status>& status) {
    return status.type == order_status::finished || status.type == order_status::panic_sold;
}

template <class Amount> std::string text_of(const std::optional<Amount>& amount) {
    return amount ? amount->to_short_string() : "-";
}

std::string with_quote(const money::money& amount, const smart_trade& seen) {
    return amount.to_short_string() + seen.pair.quote;
}

class teller {
public:
    teller(const std::string& name, const smart_trade* before, const smart_trade& after)
        : name_{name}, before_{before}, after_{after} {}

    std::vector<log_event> tell() {
        entry();
        for (const auto& step : after_.take_profit) take_profit(step);
        if (after_.stop_loss) stop(*after_.stop_loss);
        if (after_.is_final() && !(before_ && before_->is_final())) end();
        return std::move(told_);
    }

private:
    log_event& say(event what) {
        log_event line;
        line.what = what;
        line.trade = name_;
        line.id = after_.id;
        return told_.emplace_back(std::move(line));
    }

    void entry() {
        const auto now = after_.position.status.type;
        const bool trailed = before_ && before_->position.status.type == order_status::trailing_activated;
        if (now == order_status::trailing_activated && !trailed) say(event::entry_trailing);
        if (!entered(after_) || (before_ && entered(*before_)) || after_.skip_enter_step) return;
        auto& line = say(event::trade_entered);
        line.fields = {{"units", after_.entered_amount.to_short_string()},
                       {"average", text_of(after_.average_enter_price)},
                       {"cost", with_quote(after_.entered_total, after_)}};
    }

    const smart_trade::step_view* step_before(trade::sub_trade_id id) const {
        if (!before_) return nullptr;
        const auto found = std::ranges::find(before_->take_profit, id, &smart_trade::step_view::id);
        return found == before_->take_profit.end() ? nullptr : &*found;
    }

    void take_profit(const smart_trade::step_view& step) {
        const auto* was = step_before(step.id);
        const auto now = step.status.type;
        if (now == order_status::trailing_activated && !(was && was->status.type == now))
            say(event::profit_trailing).fields = {{"step", fmt::format("tp{}", step.place)},
                                                  {"target", text_of(step.price)}};
        if (!filled(step.status) || (was && filled(was->status))) return;
        is_step_taken_ = true;
        auto& line = say(event::profit_taken);
        line.fields = {
            {"step", fmt::format("tp{}", step.place)}, {"units", text_of(step.units)}, {"target", text_of(step.price)}};
        if (step.is_trailing) line.fields.emplace_back("by", "trailing");
        line.fields.emplace_back("volume", step.volume.to_short_string() + "%");
    }

    void stop(const smart_trade::stop_view& now) {
        const auto* was = before_ && before_->stop_loss ? &*before_->stop_loss : nullptr;
        if (was && was->trigger && now.trigger && *was->trigger != *now.trigger) {
            auto& line = say(event::stop_moved);
            line.change = fmt::format("{}->{}", was->trigger->to_short_string(), now.trigger->to_short_string());
            if (now.is_trailing)
                line.fields = {{"by", "trailing"}};
            else if (now.breakeven && is_step_taken_)
                line.fields = {{"by", "breakeven"}};
        }
        const bool working = after_.status.type == trade_status::stop_loss_in_progress;
        if (working && !(before_ && before_->status.type == trade_status::stop_loss_in_progress))
            say(event::stop_triggered).fields = {{"trigger", text_of(now.trigger)}};
    }

    static event end_event(trade_status status) {
        switch (status) {
        case trade_status::stop_loss_finished: return event::trade_stopped;
        case trade_status::panic_sold: return event::trade_closed;
        case trade_status::cancelled: return event::trade_cancelled;
        case trade_status::failed: return event::trade_failed;
        default: return event::trade_finished;
        }
    }

    void end() {
        auto& line = say(end_event(after_.status.type));
        if (after_.closed_amount.sign() > 0)
            line.fields = {{"units", after_.closed_amount.to_short_string()},
                           {"average", text_of(after_.average_close_price)}};
        if (after_.profit.volume) {
            line.fields.emplace_back("profit", with_quote(*after_.profit.volume, after_));
            line.fields.emplace_back("percent", text_of(after_.profit.percent) + "%");
        }
        if (after_.status.type == trade_status::stop_loss_finished && after_.stop_loss && after_.stop_loss->is_trailing)
            line.fields.emplace_back("by", "trailing");
        line.why = after_.status.error();
        if (after_.status.type == trade_status::cancelled && after_.entered_amount > after_.closed_amount
            && !after_.skip_enter_step) {
            auto& naked = say(event::trade_unprotected);
            naked.fields = {{"units", (after_.entered_amount - after_.closed_amount).to_short_string()}};
            naked.why = "cancelled with a position and no exit; the coins stay on the account";
        }
    }

    const std::string& name_;
    const smart_trade* before_;
    const smart_trade& after_;
    std::vector<log_event> told_;
    bool is_step_taken_ = false; ///< between the two sights
};

} // namespace

std::vector<log_event> story(const std::string& name, const smart_trade* before, const smart_trade& after) {
    return teller{name, before, after}.tell();
}

} // namespace smarttrade::service
