#include "journal/journal.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/throw_exception.hpp>
#include <fmt/format.h>

#include "async/uninterrupted.hpp"
#include "journal/schema.hpp"

namespace smarttrade::journal {

namespace {

constexpr int full_disk = 13; // SQLite's result code

std::string beside(const std::string& path, const std::string& extension) {
    return std::filesystem::path{path}.replace_extension(extension).string();
}

std::int64_t newest_sequence(store::database& db) {
    auto newest = db.prepare("SELECT max(seq) FROM event");
    newest.step();
    return newest.integer(0);
}

write_failure failure_of(const store::store_error& failed) { return {failed.code(), failed.what()}; }

} // namespace

void throw_exception_from_error(const write_failure& failure, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error{failure.reason}, where);
}

journal::journal(const std::string& path, asio::any_io_executor worker, const std::string& binding, base::utc_time now,
                 std::size_t ballast_bytes)
    : worker_{std::move(worker)}, db_{open_database(path)}, insert_{prepare_insert(db_)},
      retention_{db_}, ballast_{beside(path, ".ballast"), ballast_bytes}, spare_{beside(path, ".spare"), ballast_bytes},
      mark_{beside(path, ".seen")} {
    bind_to(binding, path, now);
    compare_with_mark(now);
    static_cast<void>(take_ballast()); // without room for it, ordinary records will say so
}

journal::~journal() { mark_.sync(); }

void journal::bind_to(const std::string& binding, const std::string& path, base::utc_time now) {
    auto first = select_facts(db_, extent::for_fold);
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

void journal::compare_with_mark(base::utc_time now) {
    if (version_of(db_) < 2) return;
    auto origin = db_.prepare("SELECT id FROM origin");
    origin.step();
    id_ = origin.text(0);
    origin.reset();
    const seen_mark mine{id_, newest_sequence(db_)};
    const auto seen = mark_.read();
    const bool behind = seen && (seen->journal_id != mine.journal_id || seen->seq > mine.seq);
    const bool noted = !behind || note_restored(*seen, mine.seq, now);
    auto last = db_.prepare("SELECT coalesce(max(number), 0) FROM restored");
    last.step();
    const auto number = last.integer(0) + (noted ? 0 : 1);
    restored_ = fmt::format("journal-restored-{}", number);
    auto confirmed = db_.prepare("SELECT 1 FROM event WHERE kind = 'confirmed' AND text = ?1");
    if (number == 0 || (noted && confirmed.bind(1, *restored_).step())) restored_.reset();
    if (!noted) return id_.clear();
    mark_.write(mine);
    mark_.sync();
}

/// Durable before the mark moves on: the next start must know it too. False on a full disk: then the mark stays where
/// it is for this run.
bool journal::note_restored(const seen_mark& seen, std::int64_t found, base::utc_time now) {
    auto note = db_.prepare("INSERT INTO restored (at, found_seq, seen) VALUES (?1, ?2, ?3)");
    note.bind(1, base::format_utc(now)).bind(2, found).bind(3, fmt::format("{} {}", seen.journal_id, seen.seq));
    try {
        note.step();
    } catch (const store::store_error& failed) {
        if (failed.code() != full_disk) throw;
        return false;
    }
    return true;
}

void journal::for_each(const std::function<void(const reconcile::fact&)>& visit) {
    auto rows = select_facts(db_, extent::for_fold);
    while (rows.step()) visit(read_fact(rows));
    db_.execute("PRAGMA shrink_memory"); // what was read is not read again
}

asio::awaitable<write_result> journal::record(std::vector<reconcile::fact> facts, urgency how) {
    auto span = record_whole(std::move(facts), how);
    co_return co_await async::uninterrupted(std::move(span));
}

/// The first to come writes for all that come meanwhile, and then one of those for the next: nobody writes for others
/// without end.
asio::awaitable<write_result> journal::record_whole(std::vector<reconcile::fact> facts, urgency how) {
    asio::steady_timer wake{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    waiter mine;
    mine.facts = std::move(facts);
    mine.how = how;
    mine.wake = &wake;
    mine.leads = !std::exchange(writing_, true);
    queue_.push_back(&mine);
    while (!mine.done && !mine.leads) co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!mine.done) co_await lead();
    co_return mine.ended;
}

/// Whoever the last transaction has answered may have the next facts ready already: let in first, they share the sync
/// (eight writers waited 290 us instead of 430).
asio::awaitable<void> journal::lead() {
    co_await asio::post(asio::use_awaitable);
    const auto all = std::exchange(queue_, {});
    auto work = write(all);
    writable_ = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    for (auto* each : all) {
        each->done = true;
        each->wake->cancel();
    }
    hand_over();
}

void journal::hand_over() {
    writing_ = !queue_.empty();
    if (!writing_) return;
    queue_.front()->leads = true;
    queue_.front()->wake->cancel();
}

/// On the worker. Whether that went through without the ballast: what it saves says nothing of ordinary facts.
asio::awaitable<bool> journal::write(batch all) {
    batch vital;
    std::ranges::copy_if(all, std::back_inserter(vital), [](auto* each) { return each->how == urgency::vital; });
    auto ended = take_ballast();
    if (ended) ended = append_all(all);
    for (auto* each : all) each->ended = ended;
    if (ended || ended.error().code != full_disk || vital.empty()) co_return ended.has_value();
    ballast_.give_up();
    const auto saved = append_all(vital);
    for (auto* each : vital) each->ended = saved;
    spare_log();
    co_return false;
}

/// The log written back each time begins anew at the next write: what the ballast freed then goes to the facts alone,
/// and not to five pages of log for each. They are durable in either place.
void journal::spare_log() {
    try {
        db_.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (const store::store_error&) {
        // Not even a page of room left: the next vital fact will tell.
    }
}

/// Only a full disk speaks against writing on: what else may be wrong with the ballast is told when it would be needed.
write_result journal::take_ballast() {
    try {
        ballast_.take();
    } catch (const store::store_error& failed) {
        if (failed.code() == full_disk) return failure_of(failed);
    }
    return {};
}

write_result journal::append_all(const batch& all) {
    try {
        store::transaction whole{db_};
        for (const auto* each : all)
            for (const auto& what : each->facts) append(what);
        const seen_mark mark{id_, newest_sequence(db_)};
        whole.commit();
        if (!id_.empty()) mark_.write(mark);
    } catch (const store::store_error& failed) {
        return failure_of(failed);
    }
    return {};
}

void journal::append(const reconcile::fact& what) {
    bind_fact(insert_, what);
    insert_.step();
    bind_fact(insert_, {}); // else it holds the newest texts, a whole set of plans among them, until the next
}

asio::awaitable<prune_result> journal::prune(base::utc_time now) {
    auto span = prune_whole(now);
    co_return co_await async::uninterrupted(std::move(span));
}

asio::awaitable<prune_result> journal::prune_whole(base::utc_time now) {
    auto work = prune_piece(now);
    auto ended = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    if (!ended)
        writable_ = false;
    else if (ended->rows > 0)
        writable_ = true;
    co_return ended;
}

/// On the worker.
asio::awaitable<prune_result> journal::prune_piece(base::utc_time now) {
    if (const auto room = take_ballast(); !room) co_return room.error();
    try {
        co_return retention_.prune(now);
    } catch (const store::store_error& failed) {
        co_return failure_of(failed);
    }
}

asio::awaitable<write_result> journal::probe() {
    auto span = probe_whole();
    co_return co_await async::uninterrupted(std::move(span));
}

asio::awaitable<write_result> journal::probe_whole() {
    auto work = probe_once();
    auto ended = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    writable_ = ended.has_value();
    co_return ended;
}

/// On the worker. A full disk may still take a page where a larger write has failed, so there must be room for as much
/// again as the ballast. An UPDATE that changes nothing would write nothing; a PRAGMA does.
asio::awaitable<write_result> journal::probe_once() {
    if (const auto room = take_ballast(); !room) co_return room;
    try {
        spare_.give_up(); // left by a run that was killed
        spare_.take();
        spare_.give_up();
        db_.execute(fmt::format("PRAGMA user_version={}", version_of(db_)));
    } catch (const store::store_error& failed) {
        co_return failure_of(failed);
    }
    co_return write_result{};
}

std::vector<reconcile::fact> read_facts(const std::string& path) {
    std::vector<reconcile::fact> all;
    if (!std::filesystem::exists(path)) return all;
    auto db = open_for_reading(path);
    auto rows = select_facts(db, extent::for_fold);
    while (rows.step()) all.push_back(read_fact(rows));
    return all;
}

} // namespace smarttrade::journal
