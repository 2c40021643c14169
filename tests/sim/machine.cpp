#include "sim/machine.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "async/wakeup.hpp"
#include "client/sqlite_slot_store.hpp"
#include "store/database.hpp"
#include "store/plain_file.hpp"

namespace smarttrade::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto restart_pause = 2s; ///< systemd's RestartSec
constexpr auto drain_max = 4s;     ///< for requests in flight at SIGTERM

/// A loop whose coroutines can vanish as those of a killed process do: destroyed where they wait, without a word.
struct mortal_context : asio::io_context {
    mortal_context() : asio::io_context{1} {}
    void destroy_all() {
        shutdown();
        shutdown(); // what the destructors of the first round have posted
    }
};

} // namespace

/// One run of the daemon, from its start to whatever ends it.
struct machine::life {
    life() : signalled{loop.get_executor()}, tasks{loop.get_executor()} {}
    ~life() { loop.destroy_all(); }

    mortal_context loop;
    std::unique_ptr<service::assembly> daemon;
    enum class signal { reload, terminate, word };
    std::deque<signal> signals;
    std::deque<reconcile::fact> words; ///< one for each signal of that kind
    async::wakeup signalled;
    bool ended = false;
    std::exception_ptr failure;
    async::task_group tasks;
};

machine::machine(surroundings around, std::uint64_t seed)
    : world_{around.world}, settings_{around.settings}, log_{around.log}, seen_{around.seen}, read_plans_{std::move(
                                                                                                  around.read_plans)},
      desk_{around.desk}, draw_{~seed}, clock_{world_, [this] { count_operation(); }}, disk_{seed} {
    clock_.step_wall_clock(milliseconds{draw_.below(10'000)} - milliseconds{5'000}); // no clock is right
    disk_.before = [this](test::memory_disk::operation, const std::string&) { count_operation(); };
}

machine::~machine() { vanish(); }

void machine::vanish() { life_.reset(); }

service::assembly* machine::daemon() { return life_ && !dead_ ? life_->daemon.get() : nullptr; }

void machine::doom(death how, int operations, milliseconds off) { doom_.push_back({how, operations, off}); }

void machine::disk_trouble(test::memory_disk::trouble what, mono_time until) {
    disk_.set_trouble(what);
    trouble_until_ = until;
}

void machine::heal() {
    doom_.clear();
    disk_.set_trouble(test::memory_disk::trouble::none);
    trouble_until_ = world_.now();
}

void machine::count_operation() {
    if (dead_ || !life_) return;
    for (auto& each : doom_) --each.operations;
    const auto due = std::ranges::find_if(doom_, [](const doomed& each) { return each.operations < 0; });
    if (due == doom_.end()) return;
    const auto how = *due;
    doom_.erase(due);
    die(how);
}

void machine::die(doomed how) {
    dead_ = true;
    seen_.deaths.push_back(world_.now());
    last_death_ = how.how;
    ++kills_;
    start_at_ = world_.now() + how.off;
    if (how.how == death::kill) return disk_.kill();
    disk_.lose_power(draw_);
    if (!has_seen_restored_) seen_.restored.reset(); // the mark that tells of it is not synced while the daemon runs
    boot_is_new_ = true;
}

asio::awaitable<void> machine::operation() {
    count_operation();
    if (!dead_) co_return;
    asio::steady_timer grave{co_await asio::this_coro::executor, mono_time::max()};
    co_await grave.async_wait(async::nothrow);
}

bool machine::take_intent(const std::optional<std::string>& nonce) {
    const auto found = std::ranges::find_if(issued_, [&](const std::string& each) {
        if (nonce && *nonce != each) return false;
        return disk_.is_synced(journal_path() + "-wal", each) || disk_.is_synced(journal_path(), each);
    });
    if (found == issued_.end()) return false;
    issued_.erase(found);
    return true;
}

void machine::plans_were_accepted(const std::string& hash) {
    if (healthy()) accepted_hash_ = hash;
}

void machine::was_bound(std::int64_t trade_id) {
    if (healthy()) bound_ids_.insert(trade_id);
}

bool machine::turn() {
    if (trouble_until_ <= world_.now()) disk_.set_trouble(test::memory_disk::trouble::none);
    if (life_) { // also while the machine is suspended: whoever wakes then goes back to sleep
        const bool ran = !life_->ended && life_->loop.poll_one() != 0;
        if (dead_ || life_->ended) bury();
        return ran || !life_;
    }
    if (world_.now() < start_at_ || clock_.is_asleep()) return false;
    boot();
    return true;
}

void machine::bury() {
    if (!dead_) {
        start_at_ = world_.now() + restart_pause;
        seen_.deaths.push_back(world_.now()); // what a failing disk did not take is forgotten all the same
    }
    if (life_->failure && !dead_ && healthy()) {
        try {
            std::rethrow_exception(life_->failure);
        } catch (const std::exception& failed) {
            seen_.failures.push_back(fmt::format("the daemon ended by itself: {}", failed.what()));
        }
    }
    life_.reset();
    issued_.clear();
    dead_ = false;
}

/// What was acknowledged must be there whatever happened: intents whose requests left, and the accepted plans.
void machine::check_memory() {
    store::database file{journal_path(), store::durability::full};
    std::set<std::string> known;
    auto intents = file.prepare("SELECT nonce FROM event WHERE kind = 'intent'");
    while (intents.step()) known.insert(intents.text(0));
    for (std::size_t i = requests_before_; i < seen_.requests.size(); ++i) {
        const auto& each = seen_.requests[i];
        if (each.tag && !known.contains(each.tag->nonce))
            seen_.losses.push_back(fmt::format("the intent of {} is gone", each.tag->text()));
    }
    std::set<std::int64_t> bound;
    auto ids = file.prepare("SELECT trade_id FROM event WHERE kind = 'bound'");
    while (ids.step()) bound.insert(ids.integer(0));
    for (const auto id : bound_ids_)
        if (!bound.contains(id)) seen_.losses.push_back(fmt::format("that trade {} is ours is gone", id));
    auto plans = file.prepare("SELECT body FROM event WHERE kind = 'plans'");
    bool kept = accepted_hash_.empty();
    while (plans.step()) kept = kept || service::short_hash(plans.text(0)) == accepted_hash_;
    if (!kept) seen_.losses.push_back(fmt::format("the accepted plans {} are gone", accepted_hash_));
}

void machine::boot() {
    if (boot_is_new_) {
        clock_.boot();
        ++boots_;
        boot_is_new_ = false;
    }
    life_ = std::make_unique<life>();
    ++starts_;
    auto& mine = *life_;
    const auto ex = mine.loop.get_executor();
    try {
        service::ports outside{.loop = ex,
                               .journal_worker = ex,
                               .time = clock_,
                               .network = *network_,
                               .log = log_,
                               .journal_file = journal_path(),
                               .nonces =
                                   [this] {
                                       constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
                                       std::string nonce;
                                       for (auto n = ++nonces_ * 0x9E3779B97F4A7C15U; nonce.size() < 8; n >>= 5U)
                                           nonce += letters[n % 32];
                                       issued_.push_back(nonce);
                                       return nonce;
                                   },
                               .read_plans = read_plans_,
                               .key_of = [this](const std::string&) { return key(); },
                               .slots_of =
                                   [this](const std::string& credential) {
                                       return std::make_unique<client::sqlite_slot_store>(
                                           "limiter.db", credential, fmt::format("boot{}", boots_));
                                   }};
        mine.daemon = std::make_unique<service::assembly>(settings_, std::move(outside), service::writes::allowed);
        if (!dead_) has_seen_restored_ = true;
        if (healthy() && !dead_) check_memory();
    } catch (...) {
        mine.failure = std::current_exception();
        mine.ended = true;
        return;
    }
    auto body = [this, &mine] { return live(mine); };
    asio::co_spawn(ex, body, [&mine](std::exception_ptr e) {
        mine.failure = e;
        mine.ended = true;
    });
}

client::api_key machine::key() const {
    if (desk_) return desk_->key();
    return {base::secret{venue::key}, wire::signer::with_hmac(base::secret{venue::secret})};
}

asio::awaitable<void> machine::live(life& mine) {
    if (desk_) desk_->started();
    co_await mine.daemon->load_plans();
    mine.tasks.spawn([&mine] { return mine.daemon->reconciler().run(); });
    mine.tasks.spawn([this, &mine] { return obey(mine); });
    if (desk_) mine.tasks.spawn([this, &mine] { return desk_->attend(*mine.daemon); });
    co_await mine.tasks.join();
    if (desk_) desk_->stopped();
}

asio::awaitable<void> machine::obey(life& mine) {
    auto& daemon = *mine.daemon;
    for (;;) {
        while (mine.signals.empty()) co_await mine.signalled.wait_until(clock_, mono_time::max());
        co_await clock_.awake();
        const auto next = mine.signals.front();
        mine.signals.pop_front();
        if (next == life::signal::terminate) break;
        if (next == life::signal::word) {
            auto said = std::move(mine.words.front());
            mine.words.pop_front();
            co_await daemon.hear(std::move(said));
        } else {
            if (desk_) daemon.renew_keys();
            co_await daemon.load_plans();
        }
    }
    if (desk_) desk_->stopping();
    daemon.reconciler().stop();
    co_await daemon.reconciler().drain(clock_.now() + drain_max);
    mine.tasks.cancel();
}

bool machine::terminate() {
    if (!life_) return false;
    life_->signals.push_back(life::signal::terminate);
    life_->signalled.notify();
    return true;
}

bool machine::say(reconcile::fact said) {
    if (!life_) return false;
    life_->words.push_back(std::move(said));
    life_->signals.push_back(life::signal::word);
    life_->signalled.notify();
    return true;
}

std::string machine::journal_path() const { return fmt::format("journal{}.db", losses_); }

/// What it knew is gone, or is what it was.
void machine::forget_journal() {
    ++seen_.journals_lost;
    seen_.words.end_halts(world_.now()); // nobody knows of them
    for (auto& each : seen_.words.confirmed) each.forgotten_at = std::min(each.forgotten_at, world_.now());
    seen_.bound.clear();
    requests_before_ = seen_.requests.size();
    bound_ids_.clear();
    accepted_hash_.clear();
    if (life_ && !dead_) die({death::kill, 0, milliseconds{1000}});
}

void machine::lose_state() {
    ++losses_;
    backup_.clear();
    seen_.restored.reset();
    forget_journal();
}

void machine::back_up() {
    backup_.clear();
    backed_up_at_ = world_.now();
    for (const auto* end : {"", "-wal"})
        if (const auto path = journal_path() + end; disk_.exists(path)) backup_[path] = disk_.contents(path);
}

bool machine::restore() {
    if (backup_.empty() || !healthy() || !life_ || dead_) return false;
    forget_journal();
    disk_.set_trouble(test::memory_disk::trouble::none); // what there was is over
    for (const auto* end : {"", "-wal", "-shm"}) {
        const auto path = journal_path() + end;
        store::plain_file::remove(path);
        const auto kept = backup_.find(path);
        if (kept == backup_.end()) continue;
        store::plain_file file{path};
        file.write(kept->second);
        file.sync();
    }
    seen_.restored = {{backed_up_at_, world_.now()}};
    has_seen_restored_ = false;
    return true;
}

void machine::reload() {
    if (!life_) return;
    life_->signals.push_back(life::signal::reload);
    life_->signalled.notify();
}

} // namespace smarttrade::sim
