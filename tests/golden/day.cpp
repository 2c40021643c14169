#include "golden/day.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "service/log_format.hpp"

namespace smarttrade::golden {

namespace {

constexpr std::uint64_t seed = 7;

/// Keys as they look; what a reply repeats of one is masked.
std::string key_number(int n) { return fmt::format("9f2c41d07be8{}", n); }

paper_server::options exchange_of(const config::settings& settings, base::utc_time start) {
    paper_server::options made;
    made.seed = seed;
    made.start = start;
    for (int n = 0; n < 2; ++n) made.keys.push_back({key_number(n), std::string{sim::venue::secret}});
    made.keys.push_back({"hand", "hand"});
    for (const auto& account : settings.accounts)
        made.accounts.push_back({account.id,
                                 account.mode == trade::account_mode::real ? "binance" : "paper_trading",
                                 false,
                                 {{"USDT", money::decimal{100'000}}, {"BTC", money::decimal{1}}}});
    return made;
}

std::set<std::string> names_in(const std::map<std::string, std::string>& files) {
    std::set<std::string> names;
    for (const auto& each : files) names.insert(each.first);
    return names;
}

} // namespace

day::day(const config::settings& settings, base::utc_time start, std::map<std::string, std::string> plans)
    : settings_{settings}, start_{start}, plans_{std::move(plans)}, checked_out_{names_in(plans_)}, clock_{start},
      venue_{exchange_of(settings, start), clock_}, seen_{venue_.truth(), settings}, narrator_{settings, key_number(0)},
      machine_{{clock_, settings, narrator_, seen_, [this] { return read_plans(); }, &narrator_}, seed},
      network_{loop_.get_executor(), clock_, venue_, machine_, seen_, base::prng{seed}},
      way_{network_, machine_.clock()}, market_{loop_.get_executor()}, script_{loop_.get_executor()} {
    machine_.connect(way_);
    narrator_.listen_to(machine_);
}

day::~day() = default;

std::vector<told_line> day::live(std::span<const scene> script) {
    market_.spawn([this] { return venue_.stand_still(); });
    script_.spawn([this, script] { return direct(script); });
    bool alive = true;
    while (!is_over() && alive && !script_.failed()) {
        while (!is_over() && turn()) {}
        alive = is_over() || clock_.step();
    }
    if (script_.failed()) // a scene asked for what is not there
        for (const auto& each : narrator_.told()) MESSAGE(service::format_text(each.what, each.at, {}));
    CHECK(is_over());
    CHECK(seen_.failures.empty());
    end();
    return narrator_.told();
}

service::source_reading day::read_plans() const {
    service::source_reading read;
    for (const auto& name : checked_out_) read.files.push_back({name, plans_.at(name)});
    return read;
}

bool day::turn() {
    loop_.restart();
    const bool ran = loop_.poll_one() != 0;
    const bool lived = machine_.turn();
    return ran || lived;
}

void day::end() {
    machine_.vanish();
    asio::post(loop_, [this] { // from inside the loop: see sim/world.cpp
        script_.cancel();
        market_.cancel();
        network_.under_way().cancel();
    });
    loop_.restart();
    loop_.poll();
}

sim::mono_time day::moment_of(std::string_view at) const {
    const auto date = base::format_utc(start_).substr(0, 10);
    const auto read = base::parse_utc(fmt::format("{}T{}{}Z", date, at, at.size() == 5 ? ":00.000" : ".000"));
    REQUIRE_MESSAGE(read, at);
    return sim::mono_time{} + (*read - start_);
}

asio::awaitable<void> day::direct(std::span<const scene> script) {
    for (const auto& next : script) {
        co_await clock_.sleep_until(moment_of(next.at));
        next.act(*this);
    }
}

// ---- what a scene can do ------------------------------------------------------------------------------------------

void day::price(const char* pair, const char* to) { venue_.post(*trade::pair::parse(pair), *money::price::parse(to)); }

void day::edit(const std::string& file, std::string_view from, std::string_view to) {
    auto& text = plans_.at(file);
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    REQUIRE_MESSAGE(text.find(from, at + 1) == std::string::npos, from);
    text.replace(at, from.size(), to);
    reload();
}

void day::check_out(const std::set<std::string>& files) {
    checked_out_ = files;
    reload();
}

void day::check_out_all() { check_out(names_in(plans_)); }

void day::reload() { machine_.reload(); }

void day::restart(std::string version) {
    narrator_.version = std::move(version);
    machine_.terminate();
}

void day::stop() {
    is_last_ = true;
    machine_.terminate();
}

void day::say(reconcile::fact_kind what, std::string text, const std::string& whom) {
    reconcile::fact said;
    said.kind = what;
    said.text = std::move(text);
    if (!whom.empty()) said.identity = {settings_.accounts.front().id, whom, 1};
    REQUIRE(machine_.say(std::move(said)));
}

void day::confirm_all() {
    const auto holds = machine_.daemon()->reconciler().standing().holds;
    REQUIRE_FALSE(holds.empty());
    for (const auto& each : holds) say(reconcile::fact_kind::confirmed, each.id);
}

const paper::trade_record& day::trade_of(std::string_view note_begin) const {
    for (const auto& [id, live] : venue_.truth().market.trades)
        if (live.record.request.note.starts_with(note_begin) && !trade::is_final(live.record.status))
            return live.record;
    FAIL("no live trade has a note that begins with ", note_begin);
    std::abort();
}

void day::cancel_by_hand(const std::string& name) {
    const auto& wanted = trade_of(fmt::format("#st:{}:{}.", settings_.instance, name));
    REQUIRE(venue_.by_hand(wire::cancel_trade(wanted.id), mode()) < 300);
}

void day::create_by_hand(const std::string& note) {
    const auto body = sim::small_buy(settings_.accounts.front().id, note, 40'000);
    REQUIRE(venue_.by_hand(wire::create_trade(body), mode()) < 300);
}

void day::revoke_key() { way_.revoke(key_number(keys_)); }

void day::new_key() {
    narrator_.use_key(key_number(++keys_));
    reload();
}

} // namespace smarttrade::golden
