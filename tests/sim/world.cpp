#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "service/log_format.hpp"
#include "service/plan_reader.hpp"

namespace smarttrade::sim {

namespace {

using namespace std::chrono_literals;
using enum incident;

constexpr auto time_to_settle = 45min; ///< a ban lasts 10 minutes and doubles, a refused trade is tried for 5
constexpr auto look_every = 5s;
constexpr std::size_t turns_at_once_max = 1'000'000; ///< without time passing: a loop that spins

class world final : private service::log_sink {
public:
    world(const script& of, const std::vector<happening>& story, voice how)
        : script_{of}, story_{story}, voice_{how}, plans_{of.plans}, venue_{of.exchange, clock_}, seen_{venue_.truth(),
                                                                                                        of.settings},
          machine_{{clock_, of.settings, *this, seen_, [this] { return read_plans(); }}, of.seed},
          network_{loop_.get_executor(), clock_, venue_, machine_, seen_, base::prng{of.seed + 77}},
          market_{loop_.get_executor()}, calm_{loop_.get_executor()}, tasks_{loop_.get_executor()} {
        seen_.outside_model = of.outside_model;
        seen_.protected_names = of.protected_names;
        machine_.connect(network_);
        network_.on_hit = [this](const happening& what) { hit(what); };
    }

    outcome live() {
        name_hand_trades(plans_, venue_.truth().market.next_trade_id);
        for (int i = 0; i < hand_trades_max; ++i) venue_.create_by_hand("crowd");
        for (int i = 0; i < script_.crowd; ++i) venue_.create_by_hand("crowd");
        market_.spawn([this] { return venue_.run(); });
        tasks_.spawn([this] { return direct(); });
        std::size_t turns = 0;
        while (!over_) {
            const bool ran = turn();
            if (ran && ++turns < turns_at_once_max) continue;
            if (ran) broken_ = violation{"no loop spins", "the daemon works without end while no time passes"};
            if (market_.failed() || calm_.failed() || tasks_.failed() || network_.under_way().failed())
                broken_ = violation{"the world itself is sound", "something in it has thrown"};
            if (broken_ && !over_) break;
            if (!clock_.step()) broken_ = violation{"the world itself is sound", "nobody waits for anything"};
            turns = 0;
        }
        const auto lasted = clock_.now().time_since_epoch();
        end();
        return {std::move(broken_), seen_.requests.size(), machine_.kills(), lasted, std::move(hits_)};
    }

private:
    bool turn() {
        loop_.restart();
        const bool ran = loop_.poll_one() != 0;
        const bool lived = machine_.turn();
        tell_death();
        return ran || lived;
    }

    void end() {
        machine_.vanish();
        // From inside the loop: Asio passes a cancellation on at once there, and elsewhere may find the task gone.
        asio::post(loop_, [this] {
            tasks_.cancel();
            market_.cancel();
            calm_.cancel();
            network_.under_way().cancel();
        });
        loop_.restart();
        loop_.poll();
    }

    void hit(const happening& what) {
        ++hits_[what.what];
        if (what.what == slow_request && what.n == 1) machine_.terminate();
        auto now = what;
        now.at = since_start();
        if (voice_ == voice::aloud) fmt::print("-- {}\n", tell(now));
    }

    milliseconds since_start() const { return std::chrono::floor<milliseconds>(clock_.now().time_since_epoch()); }

    void tell_death() {
        if (deaths_told_ == machine_.kills()) return;
        deaths_told_ = machine_.kills();
        ++hits_[machine_.last_death() == machine::death::kill ? kill : lose_power];
        if (voice_ == voice::aloud) fmt::print("-- {} the daemon dies\n", tell_time(since_start()));
    }

    void write(const service::log_event& what) override {
        if (!machine_.is_alive()) return;
        if (what.what == service::event::plans_accepted) {
            told_hash_ = what.fields.back().second;
            machine_.plans_were_accepted(told_hash_);
            if (const auto* set = set_of(told_hash_)) seen_.plans.push_back({clock_.now(), trades_of(*set)});
        }
        hear_of_words(what);
        if (what.id && (what.what == service::event::trade_created || what.what == service::event::trade_adopted)) {
            machine_.was_bound(what.id->value);
            seen_.bound.insert(what.id->value);
        }
        if (what.id && what.what == service::event::trade_unprotected) seen_.told_naked.insert(what.id->value);
        hear_of_end(what);
        if (voice_ == voice::aloud)
            fmt::print("{}\n", service::format_text(what, machine_.clock().utc_now(), {false, false}));
    }

    /// What people said counts from when it is acknowledged, but for what only permits: that from when it is said.
    void hear_of_words(const service::log_event& what) {
        using enum service::event;
        auto& words = seen_.words;
        const bool still_meant = clock_.now() < halted_until_; // else it was heard late, and resuming may not be told
        if (what.what == service_halted && still_meant) words.halts.push_back({clock_.now()});
        if (what.what == service_resumed) words.end_halts(clock_.now());
        if (what.what != trade_renamed || !what.id) return;
        seen_.renamed.insert(what.id->value);
        const auto& record = venue_.truth().market.trades.at(*what.id).record; // its note comes later
        if (const auto worn = trade::tag::parse(record.request.note))
            words.renamed_away.emplace(trade::trade_identity{record.request.account, worn->name, worn->revision},
                                       clock_.now());
    }

    /// Ends are final, so one run of the daemon tells of each once.
    void hear_of_end(const service::log_event& what) {
        using enum service::event;
        const bool is_end = what.what == trade_finished || what.what == trade_stopped || what.what == trade_closed
                            || what.what == trade_cancelled || what.what == trade_failed;
        if (is_end && what.id && !ends_told_.emplace(machine_.starts(), *what.id).second)
            seen_.contradictions.push_back(
                fmt::format("the end of {} (id {}) was told twice", what.trade, what.id->value));
    }

    service::source_reading read_plans() {
        if (told_of_start_ != machine_.starts()) told_hash_.clear(); // a new run has accepted nothing yet
        told_of_start_ = machine_.starts();
        read_ = set_;
        return plans_[set_].read();
    }

    auto judged(const plan_set& of) const { return service::plan_reader{}.judge(of.read(), around_); }
    std::vector<trade::desired_trade> trades_of(const plan_set& of) const { return judged(of).trades; }

    const plan_set* set_of(const std::string& hash) const {
        const auto found = std::ranges::find(
            plans_, hash, [](const plan_set& each) { return service::short_hash(service::encode_files(each.files)); });
        return found == plans_.end() ? nullptr : &*found;
    }

    /// The set that must be in force: the one that was read last if it is sound, else the one before it.
    std::vector<trade::desired_trade> wanted() const {
        auto newest = judged(plans_[read_]);
        const bool is_told = told_hash_ == service::short_hash(service::encode_files(plans_[read_].files));
        if (!base::has_errors(newest.diagnostics) && (is_told || !may_be_lowered(newest.trades, seen_.plans)))
            return newest.trades;
        const auto* set = set_of(told_hash_.empty() ? machine_.accepted_hash() : told_hash_);
        return set ? trades_of(*set) : std::vector<trade::desired_trade>{};
    }

    bool is_broken(std::span<const invariant> all) {
        if (!broken_) broken_ = first_broken(all, seen_);
        return broken_.has_value();
    }

    bool is_unsafe() { return is_broken(safety()) || is_broken(obedience()); }

    asio::awaitable<void> direct() {
        for (const auto& next : story_) {
            co_await clock_.sleep_until(mono_time{} + next.at);
            happen(next);
            if (halted_until_ != mono_time{} && clock_.now() >= halted_until_ && say(reconcile::fact_kind::resumed, {}))
                halted_until_ = {};
            if (is_unsafe()) break;
        }
        if (!broken_) co_await clock_.sleep_until(mono_time{} + storm);
        heal();
        if (!is_unsafe()) co_await settle();
        over_ = true;
    }

    void heal() {
        network_.heal();
        machine_.heal();
        market_.cancel();
        calm_.spawn([this] { return venue_.stand_still(); });
        if (voice_ == voice::aloud) fmt::print("-- {} the faults are over\n", tell_time(since_start()));
    }

    /// Gives the daemon the time that every trade may need, then judges.
    asio::awaitable<void> settle() {
        const auto deadline = clock_.now() + time_to_settle;
        auto healed = clock_.now();
        do {
            co_await clock_.sleep_until(clock_.now() + look_every);
            if (machine_.clock().is_asleep()) healed = clock_.now();
            attend();
            seen_.unsettled = open_question(healed);
        } while (!seen_.unsettled.empty() && clock_.now() < deadline);
        seen_.wanted = wanted();
        machine_.check_memory();
        seen_.judged_at = clock_.now();
        if (auto* daemon = machine_.daemon()) {
            seen_.standings = daemon->reconciler().standing().standings;
            seen_.left = daemon->reconciler().standing().left;
        }
        if (voice_ == voice::aloud) tell_end();
        if (!is_unsafe()) is_broken(liveness());
    }

    void tell_end() const {
        for (const auto* all : {&seen_.standings, &seen_.left})
            for (const auto& each : *all)
                fmt::print("== {} {} {} {} {}\n", each.identity.name, base::name_of(each.phase),
                           base::name_of(each.verdict), each.trade_id ? each.trade_id->value : 0, each.why);
        for (const auto& [id, live] : venue_.truth().market.trades)
            if (!trade::is_final(live.record.status))
                fmt::print("== on the exchange: {} {} {}\n", id.value, base::name_of(live.record.status),
                           live.record.request.note);
    }

    /// Two passes over each account began after the faults and after the last write: nobody can know more.
    bool was_read_since(mono_time healed) const {
        for (const auto& each : seen_.requests)
            if (each.method != "GET" && !each.read_at.empty())
                healed = std::max(healed, each.read_at.back() + 3s); // what it made is checked a tick later
        return std::ranges::all_of(script_.settings.accounts, [&](const auto& account) {
            const auto query = fmt::format("account_id={}&status=active", account.id.value);
            return 2 <= std::ranges::count_if(seen_.requests, [&](const sent_request& each) {
                       return each.left_at > healed && each.status == 200 && each.query.starts_with(query)
                              && each.query.ends_with("&page=1");
                   });
        });
    }

    /// What the exchange did not show once is asked for again after a minute.
    bool is_asked_for_again(const reconcile::standing& now, mono_time healed) const {
        return now.why.find("does not know") != now.why.npos && clock_.now() < healed + 2min;
    }

    std::string open_question(mono_time healed) {
        auto* daemon = machine_.daemon();
        if (!daemon) return "the daemon is down";
        if (!daemon->reconciler().ready() || !was_read_since(healed)) return "the accounts were not read";
        for (const auto& now : daemon->reconciler().standing().standings)
            if (!is_settled(now) || is_asked_for_again(now, healed))
                return fmt::format("{} is {}: {}", now.identity.name, base::name_of(now.verdict), now.why);
        const auto& decision = daemon->reconciler().standing(); // also of what is in no plan any more
        const bool idle = decision.actions.empty() && decision.wake_at == mono_time::max();
        return idle ? "" : "something is still under way";
    }

    void happen(const happening& what) {
        const auto until = clock_.now() + what.length;
        const bool finds_later = what.what <= gateway_error || what.what == garble_reply || what.what == duplicate
                                 || what.what == throttle || what.what == ban
                                 || (what.what >= stale_list && what.what <= forget) || what.what == fill_first;
        if (finds_later) return network_.arm(what);
        if (happens_now(what, until)) hit(what);
    }

    bool say(reconcile::fact_kind what, std::string text, trade::trade_identity whom = {}) {
        // That it was heard may be on the disk, and not told any more.
        if (what == reconcile::fact_kind::resumed) seen_.words.end_halts(clock_.now());
        reconcile::fact said;
        said.kind = what;
        said.text = text;
        said.identity = std::move(whom);
        const bool is_taken = machine_.say(std::move(said));
        if (is_taken && what == reconcile::fact_kind::confirmed) seen_.words.confirmed.push_back({text, clock_.now()});
        return is_taken;
    }

    bool give_order(int n) {
        const auto* trade = venue_.ours(n % 8);
        if (!trade) return false;
        const auto worn = trade::tag::parse(trade->request.note);
        for (const auto& [id, live] : venue_.truth().market.trades) { // it is given by name, and notes are copied
            const auto other = trade::tag::parse(live.record.request.note);
            if (other && other->name == worn->name && live.record.request.account == trade->request.account)
                seen_.words.ordered.insert(id.value);
        }
        constexpr std::array<std::string_view, 6> words{"cancel", "close", "enter", "process", "release", "retry"};
        return say(reconcile::fact_kind::ordered, std::string{words.at(static_cast<std::size_t>(n / 8))},
                   {trade->request.account, worn->name, worn->revision});
    }

    /// A tag that is taken away before the daemon has told of its trade leaves no way to know it: outside the fault
    /// model.
    bool edit(int n) {
        const auto* trade = venue_.ours(n % 8);
        const bool takes_tag = venue::takes_tag(n);
        if (!trade || (takes_tag && !machine_.knows(trade->id.value))) return false;
        const auto id = trade->id.value;
        if (!venue_.edit_by_hand(n)) return false;
        seen_.words.edited[id].push_back(clock_.now());
        if (takes_tag) seen_.words.untagged.emplace(id, clock_.now());
        return true;
    }

    bool confirm_all() {
        auto* daemon = machine_.daemon();
        if (!daemon) return false;
        const auto holds = daemon->reconciler().standing().holds;
        for (const auto& each : holds) say(reconcile::fact_kind::confirmed, each.id);
        return !holds.empty();
    }

    /// What the operator does once the faults are over, again and again.
    void attend() {
        auto* daemon = machine_.daemon();
        if (!daemon) return;
        if (daemon->reconciler().past().is_halted()) say(reconcile::fact_kind::resumed, {});
        if (script_.operator_confirms) confirm_all();
    }

    /// False: there was nothing for it to happen to, or it strikes later.
    bool happens_now(const happening& what, mono_time until) {
        switch (what.what) {
        case api_down: network_.refuse_connections(until); return true;
        case refuse_key: network_.refuse_key(until); return true;
        case share_key:
            seen_.throttle_causes.push_back({429, clock_.now(), clock_.now() + 400s});
            seen_.throttle_causes.push_back({418, clock_.now(), clock_.now() + 1000s}); // by their own 429s
            venue_.share_key(what.n);
            return true;
        case kill: machine_.doom(machine::death::kill, what.n, what.length); return false;
        case lose_power: machine_.doom(machine::death::power, what.n, what.length); return false;
        case terminate: return machine_.terminate();
        case suspend: seen_.clock_was_off = true; return machine_.suspend(what.length);
        case step_clock:
            seen_.clock_was_off = true;
            machine_.step_wall_clock(what.length);
            return true;
        case disk_full:
        case disk_error:
            seen_.disk_failed = true;
            machine_.disk_trouble(what.what == disk_full ? test::memory_disk::trouble::full
                                                         : test::memory_disk::trouble::io_error,
                                  until);
            return true;
        case edit_plans:
            set_ = static_cast<std::size_t>(what.n);
            if (voice_ == voice::aloud)
                for (const auto& file : plans_[set_].files) fmt::print("{}", file.text);
            if (what.length.count() != 0) machine_.reload();
            return true;
        case cancel_by_hand: return venue_.cancel_by_hand(what.n);
        case create_by_hand: venue_.create_by_hand(); return true;
        case look_alike: venue_.look_alike(what.n); return true;
        case edit_by_hand: return edit(what.n);
        case order: return give_order(what.n);
        case halt: halted_until_ = until; return say(reconcile::fact_kind::halted, {});
        case confirm: return confirm_all();
        case lose_state: machine_.lose_state(); return true;
        case back_up: machine_.back_up(); return true;
        case restore: return machine_.restore();
        default: return false;
        }
    }

    const script& script_;
    const plan::surroundings around_ = service::surroundings_of(script_.settings);
    const std::vector<happening>& story_;
    voice voice_;
    std::vector<plan_set> plans_;
    test::sim_clock clock_;
    asio::io_context loop_{1};
    venue venue_;
    evidence seen_;
    std::size_t set_ = 0;   ///< what the files are
    std::size_t read_ = 0;  ///< what the daemon has read last
    std::string told_hash_; ///< the set that its newest run called accepted
    int told_of_start_ = 0;
    machine machine_;
    network network_;
    std::optional<violation> broken_;
    std::map<incident, int> hits_;
    std::set<std::pair<int, trade::smart_trade_id>> ends_told_; ///< start of the daemon, trade
    int deaths_told_ = 0;
    mono_time halted_until_{};
    bool over_ = false;
    async::task_group market_, calm_;
    async::task_group tasks_;
};

} // namespace

outcome play(const script& of, const std::vector<happening>& story, voice how) { return world{of, story, how}.live(); }

} // namespace smarttrade::sim
