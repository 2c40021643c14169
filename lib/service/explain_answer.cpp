#include "service/explain_answer.hpp"

#include <utility>

#include <fmt/format.h>

#include "async/with_deadline.hpp"
#include "service/trade_lookup.hpp"

namespace smarttrade::service {

namespace {

using boost::system::result;

control_answer ended(control_verdict how, std::string why) {
    control_answer answer;
    answer.verdict = how;
    answer.why = std::move(why);
    return answer;
}

/// A journal that cannot be read is an answer. A cancellation is an error of the result: what waits under a deadline
/// must not throw.
asio::awaitable<result<told_story>> caught(asio::awaitable<told_story> from) {
    told_story failed;
    try {
        co_return co_await std::move(from);
    } catch (const boost::system::system_error& trouble) {
        if (trouble.code() == asio::error::operation_aborted) co_return trouble.code();
        failed.why = trouble.what();
    } catch (const std::exception& trouble) {
        failed.why = trouble.what();
    }
    co_return failed;
}

} // namespace

asio::awaitable<control_answer> explain_answer(operator_port& port, async::time_source& time, control_request what) {
    if (!what.account.empty())
        if (auto why = refuse_account(port.accounts(), what.account); !why.empty())
            co_return ended(control_verdict::refused, std::move(why));
    auto reading = caught(port.explain(what.name, what.account));
    auto story = co_await async::with_deadline(time, time.now() + look_max, std::move(reading));
    if (!story)
        co_return ended(control_verdict::pending,
                        fmt::format("no answer within {} s: smarttraded explain {}", look_max.count(), what.name));
    if (story->report.empty()) co_return ended(control_verdict::refused, std::move(story->why));
    auto answer = ended(control_verdict::done, std::move(story->why));
    answer.report = std::move(story->report);
    co_return answer;
}

} // namespace smarttrade::service
