#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <list>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "client/counting_server.hpp"
#include "client/rate_gate.hpp"
#include "client/sqlite_slot_store.hpp"
#include "support/memory_disk.hpp"
#include "support/sim_clock.hpp"

using namespace smarttrade;
using namespace smarttrade::client;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
namespace asio = boost::asio;

namespace {

constexpr nanoseconds timeout = 5s;

/// Our clocks: the steady one, and a wall clock that steps.
struct own_clocks final : async::time_source {
    explicit own_clocks(test::sim_clock& real) : world{real} {}
    mono_time now() const override { return world.now(); }
    base::utc_time utc_now() const override { return world.utc_now() + error; }
    asio::awaitable<async::error_code> sleep_until(mono_time at) override { return world.sleep_until(at); }
    test::sim_clock& world;
    std::chrono::milliseconds error{};
};

/// What one process sees of the disk: when it is killed it writes nothing more.
struct disk_view final : slot_store {
    explicit disk_view(int boot) : file{"limiter.db", "main", "boot" + std::to_string(boot)} {}
    bool writes(auto write) {
        if (dead) return true;
        knows_all = write();
        return knows_all;
    }
    left_behind load(mono_time now) override { return file.load(now); }
    bool take(const held_slot& slot, mono_time before) override {
        return writes([&] { return file.take(slot, before); });
    }
    bool settle(ticket id, mono_time at) override {
        return writes([&] { return file.settle(id, at); });
    }
    bool forget(ticket id) override {
        return writes([&] { return file.forget(id); });
    }
    bool keep(const restraint& what) override {
        return writes([&] { return file.keep(what); });
    }
    bool replace(const limiter_memory& all) override {
        return writes([&] { return file.replace(all); });
    }
    sqlite_slot_store file;
    bool dead = false;
    bool knows_all = true; ///< what was to be written; after a failure the next write is everything
};

/// What the answers of the server forbid, on our clock, whichever process got them.
class orders {
public:
    explicit orders(const rate_limit& general) : general_{general} {}

    void throttled(mono_time left_at, mono_time now, nanoseconds penalty, nanoseconds retry_after) {
        const bool is_known = left_at <= silent_since_ && now < silent_until_; // it met the same block
        if (!is_known) silent_since_ = now;
        silent_until_ = std::max(silent_until_, now + std::max(is_known ? 0ns : penalty, retry_after));
        halved_until_ = silent_until_ + quiet;
    }
    void banned(mono_time now, nanoseconds retry_after) {
        const bool is_known = now < banned_until_;
        banned_until_ = std::max(banned_until_, now + std::max<nanoseconds>(is_known ? 0ns : 10min, retry_after));
    }
    void leaves(mono_time now) {
        CHECK(now >= silent_until_);
        CHECK(now >= banned_until_);
        while (!left_.empty() && now - left_.front() >= general_.per) left_.pop_front();
        left_.push_back(now);
        if (now < halved_until_) CHECK(left_.size() <= std::max<std::size_t>(1, general_.requests / 2));
        if (now < halved_until_) ++kept_;
    }
    void not_sent() { left_.pop_back(); } ///< the last that left
    void forgotten() { silent_since_ = silent_until_ = banned_until_ = halved_until_ = mono_time{}; }
    int kept() const { return kept_; } ///< requests that left under a halved share

private:
    const rate_limit& general_;
    mono_time silent_since_{}, silent_until_{}, banned_until_{}, halved_until_{};
    std::deque<mono_time> left_; ///< of one window
    int kept_ = 0;
};

/// What a seed makes of a world.
struct traits {
    explicit traits(base::prng& draw) {
        limits = {{"", 4 + draw.below(20), 6s, 20s, draw.below(4)}};
        if (draw.below(2) == 0) limits.push_back({"GET /list", 2 + draw.below(6), 1s, 2s, draw.below(2)});
        if (draw.below(3) == 0) limits.push_back({"GET /*", 3 + draw.below(9), 2s, 2s, 0});
        disk_fails = draw.below(4) == 0;
        is_shared = draw.below(3) == 0;
        slowest = std::array<nanoseconds, 3>{timeout, 50ms, 1s}.at(draw.below(3));
    }
    std::vector<rate_limit> limits;
    bool disk_fails;
    bool is_shared;      ///< somebody else uses the key
    nanoseconds slowest; ///< reply
};

/// A gate, its store and a network by seed: slow, losing requests and replies, with restarts, sleep and a bad disk on
/// our side.
class world {
    using trouble = test::memory_disk::trouble;

public:
    explicit world(std::uint64_t seed) : draw_{seed}, of_{draw_}, server_{draw_}, disk_{seed} { start_process(); }
    ~world() {
        kill();
        outside_tasks_.cancel();
        turn();
    }

    void run(mono_time end) {
        outside_tasks_.spawn([this, end] { return demand(end); });
        outside_tasks_.spawn([this, end] { return misfortune(end); });
        do turn();
        while (clock_.now() < end && clock_.step());
        afflict(trouble::none);
        of_.is_shared = false;
        for (const auto patience = end + 2h; !life_->tasks.empty() && clock_.now() < patience && clock_.step();) turn();
        CHECK(life_->tasks.empty()); // whoever waits gets through, also after a ban
        for (const auto& limit : of_.limits) CHECK(server_.excess(limit) == 0);
        CHECK(server_.total() > 0);
    }
    int throttled() const { return throttled_; }
    int banned() const { return banned_; }
    int left_by_half() const { return orders_.kept(); }

private:
    /// One process of ours, from its start to its kill.
    struct life {
        explicit life(world& in)
            : tasks{loop.get_executor()}, disk{new disk_view{in.boot_}},
              gate{std::make_unique<rate_gate>(loop.get_executor(), in.of_.limits, in.time_, timeout,
                                               std::unique_ptr<slot_store>{disk}, std::make_shared<ip_ban>())} {}
        ~life() {
            disk->dead = true;
            loop.destroy_all();
        }
        struct mortal : asio::io_context {
            mortal() : asio::io_context{1} {}
            void destroy_all() {
                shutdown();
                shutdown(); // what the destructors of the first round have posted
            }
        };
        mortal loop;
        async::task_group tasks;
        disk_view* disk;
        std::unique_ptr<rate_gate> gate;
    };
    /// A request under way; the server may still count it when nobody waits for it any more.
    struct errand {
        std::string request;
        bool counted = false;
        mono_time at{};
    };

    void start_process() { life_ = std::make_unique<life>(*this); }
    void kill() {
        if (life_ && of_.disk_fails && !life_->disk->knows_all) orders_.forgotten();
        life_.reset();
        for (const auto& each : under_way_) // arrives within a timeout, or never
            if (!each->counted && each->at > clock_.now() + timeout) arrive(each, clock_.now() + somewhen(timeout));
    }

    void turn() {
        bool ran = true;
        while (ran) {
            outside_.restart();
            ran = outside_.poll() != 0;
            if (!life_) continue;
            life_->loop.restart();
            ran = life_->loop.poll() != 0 || ran;
        }
    }

    nanoseconds upto(nanoseconds most) {
        return nanoseconds{static_cast<std::int64_t>(draw_.below(static_cast<std::uint64_t>(most.count()) + 1))};
    }

    /// When in that time the server counts: often as early or as late as can be.
    nanoseconds somewhen(nanoseconds in) {
        switch (draw_.below(3)) {
        case 0: return 0ns;
        case 1: return in;
        default: return upto(in);
        }
    }

    void arrive(const std::shared_ptr<errand>& what, mono_time at) {
        what->at = at;
        outside_tasks_.spawn([this, what, at]() -> asio::awaitable<void> {
            co_await clock_.sleep_until(at);
            count(*what, server_.clock(clock_.now()));
        });
    }
    void count(errand& what, nanoseconds at) {
        if (!what.counted) server_.count(what.request, at);
        what.counted = true;
    }
    void send(std::string request, mono_time counted_at) {
        std::erase_if(under_way_, [](const auto& each) { return each->counted; });
        under_way_.push_back(std::make_shared<errand>(errand{std::move(request)}));
        arrive(under_way_.back(), counted_at);
    }

    asio::awaitable<void> demand(mono_time end) {
        while (clock_.now() < end) {
            for (auto n = draw_.below(8); n > 0 && life_->gate->reading().waiting[4] < 40; --n)
                life_->tasks.spawn([this] { return request(); });
            co_await clock_.sleep_until(clock_.now() + upto(700ms));
        }
    }

    asio::awaitable<void> request() {
        // A disk that fails lets urgent ones through unwritten: the one breach that rate_limiter owns up to.
        const auto first = of_.disk_fails ? 2U : draw_.below(8) == 0 ? 0U : 2U;
        const auto who = static_cast<lane>(first + draw_.below(6 - first));
        const std::string what = std::array{"GET /list", "GET /one", "POST /trade"}.at(draw_.below(3));
        const auto patience = draw_.below(6) == 0 ? clock_.now() + upto(8s) : mono_time::max();
        auto held = co_await life_->gate->acquire_before(who, what, patience);
        const auto fate = draw_.below(20);
        if (!held || fate == 0 || !held->may_leave()) co_return;
        held->leaves();
        const auto sent = clock_.now();
        orders_.leaves(sent);
        if (fate == 1) {
            held->not_sent();
            orders_.not_sent();
        } else if (fate <= 4) { // no reply; counted at any time up to a timeout after the connection closed, or never
            const auto closed = sent + upto(timeout);
            if (fate != 2) send(what, sent + somewhen(closed - sent + timeout));
            co_await clock_.sleep_until(closed);
            held->lost();
        } else {
            const auto answered = sent + upto(of_.slowest);
            send(what, sent + somewhen(answered - sent));
            co_await clock_.sleep_until(answered);
            answer(*held, what, sent);
        }
    }

    /// The others use up a window now and then, and some seconds long every answer is a 429; or they earn a ban.
    void answer(slot& held, const std::string& what, mono_time sent) {
        const auto now = clock_.now();
        if (of_.is_shared && draw_.below(50) == 0) used_up_until_ = now + upto(3s);
        const auto retry_after = draw_.below(2) == 0 ? 0ns : upto(40s);
        if (of_.is_shared && draw_.below(300) == 0) {
            ++banned_;
            orders_.banned(now, retry_after);
            held.banned(retry_after);
        } else if (of_.is_shared && now < used_up_until_) {
            nanoseconds penalty{};
            for (const auto& limit : of_.limits)
                if (counts(limit.match, what)) penalty = std::max(penalty, limit.penalty);
            ++throttled_;
            orders_.throttled(sent, now, penalty, retry_after);
            held.throttled(retry_after);
        } else {
            held.replied();
        }
    }

    asio::awaitable<void> misfortune(mono_time end) {
        while (clock_.now() < end) {
            co_await clock_.sleep_until(clock_.now() + upto(20s));
            switch (draw_.below(of_.disk_fails ? 6 : 5)) {
            case 0: suspend(upto(1min)); break;
            case 1: time_.error += std::chrono::milliseconds{draw_.below(7'200'000)} - 1h; break;
            case 2: restart(boot_); break;
            case 3:
                if (draw_.below(4) == 0) restart(boot_ + 1);
                break;
            case 4: suspend(upto(200ms)); break;
            default: afflict(draw_.below(2) == 0 ? trouble::none : trouble::io_error); break;
            }
        }
    }

    void afflict(trouble what) {
        disk_.set_trouble(what);
        disk_is_sound_ = what == trouble::none;
    }

    void restart(int boot) {
        kill();
        if (draw_.below(2) == 0) afflict(trouble::none); // what it could not write nobody knows
        if (!disk_is_sound_) orders_.forgotten();        // nor what the next one cannot read
        if (boot != boot_) disk_.lose_power(draw_);
        boot_ = boot;
        start_process();
    }

    /// Our clock stands still, the server's runs on; so does what is under way.
    void suspend(nanoseconds how_long) {
        for (const auto& each : under_way_)
            if (draw_.below(2) == 0) count(*each, server_.clock(clock_.now()) + upto(how_long));
        server_.jump_ahead(how_long);
    }

    base::prng draw_;
    traits of_;
    test::counting_server server_;
    test::sim_clock clock_;
    own_clocks time_{clock_};
    int boot_ = 1;
    test::memory_disk disk_;
    bool disk_is_sound_ = true;
    orders orders_{of_.limits.front()};
    mono_time used_up_until_{};
    int throttled_ = 0, banned_ = 0;
    std::list<std::shared_ptr<errand>> under_way_;
    std::unique_ptr<life> life_;
    asio::io_context outside_{1};
    async::task_group outside_tasks_{outside_.get_executor()};
};

} // namespace

TEST_CASE("rate_limiter: whatever network, disk and clocks do and however often we restart, no window of the server is "
          "overfull, and nothing leaves during a silence or a ban") {
    int throttled = 0, banned = 0, left_by_half = 0;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        CAPTURE(seed);
        world one{seed};
        one.run(mono_time{} + 3min);
        throttled += one.throttled();
        banned += one.banned();
        left_by_half += one.left_by_half();
    }
    CHECK(throttled > 100);
    CHECK(banned > 5);
    CHECK(left_by_half > 100);
}
