#include "service/operator_desk.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "async/with_deadline.hpp"
#include "service/doctor_report.hpp"
#include "service/plan_report.hpp"
#include "service/trade_lookup.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

namespace {

using boost::system::result;

control_answer refused(std::string why) {
    control_answer answer;
    answer.verdict = control_verdict::refused;
    answer.why = std::move(why);
    return answer;
}

control_answer pending(const std::string& what) {
    control_answer answer;
    answer.verdict = control_verdict::pending;
    answer.why = what;
    return answer;
}

control_answer verdict_of(operator_answer told) {
    return {
        told.done ? control_verdict::done : control_verdict::refused, std::move(told.why), std::move(told.lines), {}};
}

void tell_trouble(operator_answer& of, std::string why) { of.why = std::move(why); }
void tell_trouble(dry_run& of, std::string why) { of.cannot_tell = std::move(why); }
void tell_trouble(trade_listing& of, std::string why) { of.trouble = std::move(why); }
void tell_trouble(told_story& of, std::string why) { of.why = std::move(why); }
void tell_trouble(std::vector<finding>& of, std::string why) {
    of.push_back({checkup::exchange, {}, health::fail, std::move(why), "journalctl -u smarttraded"});
}

/// A port that fails is one answer, not the end of the daemon. A cancellation is an error of the result: what waits
/// under a deadline must not throw.
template <class Answer> asio::awaitable<result<Answer>> caught(asio::awaitable<Answer> from) {
    Answer failed;
    try {
        co_return co_await std::move(from);
    } catch (const boost::system::system_error& trouble) {
        if (trouble.code() == asio::error::operation_aborted) co_return trouble.code();
        tell_trouble(failed, trouble.what());
    } catch (const std::exception& trouble) {
        tell_trouble(failed, trouble.what());
    }
    co_return failed;
}

using answering = asio::awaitable<control_answer>;

/// All at once: whoever closes everything is in a hurry.
asio::awaitable<std::vector<control_answer>> all_of(std::vector<answering> each) {
    if (each.empty()) co_return std::vector<control_answer>{}; // a group of none would never end
    auto ex = co_await asio::this_coro::executor;
    using spawned = decltype(asio::co_spawn(ex, std::declval<answering>(), asio::deferred));
    std::vector<spawned> started;
    for (auto& one : each) started.push_back(asio::co_spawn(ex, std::move(one), asio::deferred));
    auto group = asio::experimental::make_parallel_group(std::move(started));
    const asio::experimental::wait_for_all everyone;
    auto [order, errors, answers] = co_await group.async_wait(everyone, asio::use_awaitable);
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (errors[i]) answers[i] = refused("the daemon could not do it; its log says more");
    co_return std::move(answers);
}

/// `close btc-swing --account main`: what was typed after `smarttraded`.
std::string typed(const control_request& what) {
    std::string text{base::name_of(what.command)};
    if (!what.name.empty()) text += ' ' + what.name;
    if (what.all) text += " --all";
    if (!what.account.empty()) text += " --account " + what.account;
    if (!what.match.empty()) text += fmt::format(" --match '{}'", what.match);
    if (what.id) text += fmt::format(" --id {}", what.id->value);
    if (!what.hold.empty()) text += ' ' + what.hold;
    for (const auto id : what.ids) text += fmt::format(" {}", id.value);
    return text;
}

std::string is_protected(const named_trade& trade, const control_request& what) {
    return fmt::format("{} is protected: to end that write protect: false in its plan, then: smarttraded reload, and "
                       "then: smarttraded {}",
                       trade.identity.name, typed(what));
}

/// Those that still live and that a newer one waits for: whoever ends a trade by its name means them as well.
std::vector<named_trade> older_revisions(const std::vector<named_trade>& all, const named_trade& of) {
    std::vector<named_trade> older;
    std::ranges::copy_if(all, std::back_inserter(older), [&](const named_trade& each) {
        return each.identity.name == of.identity.name && each.identity.account == of.identity.account
               && each.identity.revision < of.identity.revision && !each.is_over;
    });
    return older;
}

asio::awaitable<control_answer> told(control_answer what) { co_return what; }

operator_word word_of(control_word command) {
    switch (command) {
    case control_word::cancel: return operator_word::cancel;
    case control_word::enter: return operator_word::enter;
    case control_word::process: return operator_word::process;
    case control_word::release: return operator_word::release;
    case control_word::retry: return operator_word::retry;
    default: return operator_word::close;
    }
}

} // namespace

asio::awaitable<std::string> operator_desk::answer(std::string line, peer who) {
    auto read = read_request(line);
    if (!read.request) co_return encode(refused(std::move(read.why)));
    if (!only_looks(read.request->command) && !who.may_write)
        co_return encode(refused(fmt::format("{}: sudo smarttraded {}", who.why_not, typed(*read.request))));
    const auto answer = co_await obey(std::move(*read.request));
    co_return encode(answer);
}

asio::awaitable<control_answer> operator_desk::obey(control_request what) {
    const auto look_again = "see how it stands: smarttraded status";
    switch (what.command) {
    case control_word::status: {
        control_answer answer;
        answer.report = encode_status(port_.status());
        co_return answer;
    }
    case control_word::holds: co_return holds();
    case control_word::doctor: co_return co_await doctor();
    case control_word::explain: co_return co_await explain(std::move(what));
    case control_word::plan: co_return co_await plan(std::move(what));
    case control_word::import: co_return co_await import(std::move(what));
    case control_word::confirm: co_return co_await confirm(std::move(what));
    case control_word::halt: co_return co_await judge(port_.halt(), look_again);
    case control_word::resume: co_return co_await judge(port_.resume(), look_again);
    case control_word::reload: co_return co_await judge(port_.reload(), look_again);
    case control_word::close:
        if (what.all) co_return co_await close_all(std::move(what));
        break;
    case control_word::cancel:
    case control_word::enter:
    case control_word::process:
    case control_word::release:
    case control_word::retry: break;
    }
    const auto word = word_of(what.command);
    co_return co_await order(word, std::move(what));
}

asio::awaitable<control_answer> operator_desk::order(operator_word word, control_request what) {
    const auto meant =
        find_trade(port_.trades(), port_.accounts(), what.name, what.account, base::name_of(what.command));
    if (!meant.found) co_return refused(meant.why);
    const bool ends_it = word == operator_word::cancel || word == operator_word::close;
    if (ends_it && meant.found->is_protected) co_return refused(is_protected(*meant.found, what));
    std::vector<answering> words;
    const auto look = "see how it stands: smarttraded status " + what.name;
    words.push_back(judge(port_.order(word, meant.found->identity, what.id), look));
    if (ends_it)
        for (const auto& each : older_revisions(port_.trades(), *meant.found))
            words.push_back(each.is_protected ? told(refused(is_protected(each, what)))
                                              : judge(port_.order(word, each.identity, std::nullopt), look));
    const auto answers = co_await all_of(std::move(words));
    auto answer = answers.front();
    for (const auto& other : std::span{answers}.subspan(1)) {
        if (answer.verdict == control_verdict::done) answer.verdict = other.verdict;
        if (answer.verdict == control_verdict::pending && other.verdict == control_verdict::refused)
            answer.verdict = other.verdict;
        answer.why += "; the older revision: " + other.why;
    }
    co_return answer;
}

asio::awaitable<control_answer> operator_desk::judge(asio::awaitable<operator_answer> word, std::string look) {
    auto told = caught(std::move(word));
    auto ended = co_await async::with_deadline(time_, time_.now() + verdict_max, std::move(told));
    if (ended) co_return verdict_of(std::move(*ended));
    co_return pending(fmt::format("ordered, but not done within {} s; it goes on: {}", verdict_max.count(), look));
}

asio::awaitable<control_answer> operator_desk::close_all(control_request what) {
    if (!what.name.empty()) co_return refused("either a name or --all: smarttraded close --all");
    if (!what.account.empty())
        if (auto why = refuse_account(port_.accounts(), what.account); !why.empty()) co_return refused(std::move(why));
    std::vector<answering> words;
    std::vector<std::string> names;
    control_answer all;
    std::size_t skipped = 0;
    for (const auto& each : port_.trades()) {
        if (each.is_over || (!what.account.empty() && each.account != what.account)) continue;
        if (!what.match.empty() && !matches(what.match, each.identity.name)) continue;
        if (each.is_protected) {
            ++skipped;
            all.lines.push_back(fmt::format("{}: skipped, it is protected", each.identity.name));
            continue;
        }
        names.push_back(each.identity.name);
        words.push_back(judge(port_.order(operator_word::close, each.identity, std::nullopt),
                              "smarttraded status " + each.identity.name));
    }
    const auto answers = co_await all_of(std::move(words));
    std::size_t closed = 0, waits = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        closed += answers[i].verdict == control_verdict::done ? 1U : 0U;
        waits += answers[i].verdict == control_verdict::pending ? 1U : 0U;
        const bool is_named = answers[i].why.starts_with(names[i] + ' ');
        all.lines.push_back(is_named ? answers[i].why : fmt::format("{}: {}", names[i], answers[i].why));
    }
    const auto failed = names.size() - closed - waits;
    const bool is_read = port_.is_read();
    if (names.empty() && skipped == 0 && is_read)
        co_return refused("there is nothing to close; to list all: smarttraded status");
    all.verdict = failed > 0              ? control_verdict::refused
                  : waits > 0 || !is_read ? control_verdict::pending
                                          : control_verdict::done;
    all.why = fmt::format("{} of {} closed", closed, names.size());
    if (skipped > 0) all.why += fmt::format(", {} protected and skipped", skipped);
    if (failed > 0) all.why += fmt::format(", {} refused; to try these again: smarttraded {}", failed, typed(what));
    if (waits > 0) all.why += fmt::format(", {} under way; see how they stand: smarttraded status", waits);
    if (!is_read)
        all.why += fmt::format("; the accounts are not yet read, trades that no plan names are missing here: once "
                               "smarttraded status shows them, again: smarttraded {}",
                               typed(what));
    co_return all;
}

control_answer operator_desk::holds() const {
    control_answer answer;
    for (const auto& row : hold_rows(port_.holds())) answer.lines.push_back(row_text(row));
    answer.why = answer.lines.empty() ? "nothing waits for a word"
                                      : fmt::format("{} held; each goes on after its command", answer.lines.size());
    return answer;
}

asio::awaitable<control_answer> operator_desk::confirm(control_request what) {
    const auto waiting = port_.holds();
    if (std::ranges::find(waiting, what.hold, &reconcile::hold::id) != waiting.end()) {
        auto word = port_.confirm(what.hold);
        co_return co_await judge(std::move(word), "see how it stands: smarttraded status");
    }
    auto answer = holds();
    answer.verdict = control_verdict::refused;
    answer.why = fmt::format("no hold '{}', perhaps it has lapsed; {}", what.hold, answer.why);
    if (answer.lines.empty()) answer.why += ": smarttraded status";
    co_return answer;
}

asio::awaitable<control_answer> operator_desk::plan(control_request what) {
    auto tried = caught(port_.plan(std::move(what.files)));
    auto ended = co_await async::with_deadline(time_, time_.now() + look_max, std::move(tried));
    if (!ended) co_return pending(fmt::format("no answer within {} s: smarttraded plan", look_max.count()));
    control_answer answer;
    answer.report = encode_plan(plan_report_of(*ended));
    co_return answer;
}

asio::awaitable<control_answer> operator_desk::doctor() {
    auto looked = caught(port_.examine());
    auto ended = co_await async::with_deadline(time_, time_.now() + look_max, std::move(looked));
    if (!ended) co_return pending(fmt::format("no answer within {} s: smarttraded doctor", look_max.count()));
    control_answer answer;
    answer.report = encode_findings(*ended);
    co_return answer;
}

asio::awaitable<control_answer> operator_desk::explain(control_request what) {
    if (!what.account.empty())
        if (auto why = refuse_account(port_.accounts(), what.account); !why.empty()) co_return refused(std::move(why));
    auto reading = caught(port_.explain(what.name, what.account));
    auto story = co_await async::with_deadline(time_, time_.now() + look_max, std::move(reading));
    if (!story)
        co_return pending(fmt::format("no answer within {} s: smarttraded explain {}", look_max.count(), what.name));
    if (story->report.empty()) co_return refused(std::move(story->why));
    control_answer answer;
    answer.why = std::move(story->why);
    answer.report = std::move(story->report);
    co_return answer;
}

asio::awaitable<control_answer> operator_desk::import(control_request what) {
    if (auto why = refuse_account(port_.accounts(), what.account); !why.empty()) co_return refused(std::move(why));
    auto listing = caught(port_.list(what.account, what.ids));
    auto ended = co_await async::with_deadline(time_, time_.now() + look_max, std::move(listing));
    if (!ended) co_return pending(fmt::format("no answer within {} s: smarttraded {}", look_max.count(), typed(what)));
    if (!ended->trouble.empty()) co_return refused(ended->trouble);
    control_answer answer;
    answer.report = wire::write_smart_trades(ended->trades);
    co_return answer;
}

} // namespace smarttrade::service
