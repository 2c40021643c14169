#include "journal/journal.hpp"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/throw_exception.hpp>
#include <fmt/format.h>

#include "async/uninterrupted.hpp"
#include "journal/schema.hpp"

namespace smarttrade::journal {

void throw_exception_from_error(const write_failure& failure, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error{failure.reason}, where);
}

journal::journal(const std::string& path, asio::any_io_executor worker, const std::string& binding, base::utc_time now)
    : worker_{std::move(worker)}, db_{open_database(path)}, insert_{prepare_insert(db_)} {
    auto first = select_facts(db_);
    if (!first.step()) {
        reconcile::fact bound;
        bound.kind = reconcile::fact_kind::binding;
        bound.at = now;
        bound.text = binding;
        append(bound);
        return;
    }
    const auto fact = read_fact(first);
    if (fact.kind != reconcile::fact_kind::binding || fact.text != binding)
        throw unusable{fmt::format("{}: belongs to '{}', the configuration names '{}': use another state_dir", path,
                                   fact.text, binding)};
}

void journal::for_each(const std::function<void(const reconcile::fact&)>& visit) {
    auto rows = select_facts(db_);
    while (rows.step()) visit(read_fact(rows));
}

asio::awaitable<write_result> journal::record(std::vector<reconcile::fact> facts) {
    auto span = record_whole(std::move(facts));
    co_return co_await async::uninterrupted(std::move(span));
}

asio::awaitable<write_result> journal::record_whole(std::vector<reconcile::fact> facts) {
    asio::steady_timer wake{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    waiter mine;
    mine.facts = std::move(facts);
    mine.wake = &wake;
    queue_.push_back(&mine);
    if (!writing_) co_await lead();
    while (!mine.done) co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return mine.ended;
}

/// The first to come writes for all that come meanwhile.
asio::awaitable<void> journal::lead() {
    writing_ = true;
    while (!queue_.empty()) {
        const auto batch = std::exchange(queue_, {});
        auto work = write(batch);
        const write_result ended = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
        for (auto* each : batch) {
            each->ended = ended;
            each->done = true;
            each->wake->cancel();
        }
    }
    writing_ = false;
}

asio::awaitable<write_result> journal::write(std::vector<waiter*> batch) {
    try {
        store::transaction all{db_};
        for (const auto* each : batch)
            for (const auto& what : each->facts) append(what);
        all.commit();
    } catch (const store::store_error& failed) {
        co_return write_failure{failed.code(), failed.what()};
    }
    co_return write_result{};
}

void journal::append(const reconcile::fact& what) {
    bind_fact(insert_, what);
    insert_.step();
}

std::vector<reconcile::fact> read_facts(const std::string& path) {
    std::vector<reconcile::fact> all;
    if (!std::filesystem::exists(path)) return all;
    auto db = open_database(path);
    auto rows = select_facts(db);
    while (rows.step()) all.push_back(read_fact(rows));
    return all;
}

} // namespace smarttrade::journal
