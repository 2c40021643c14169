#include "service/assembly.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/endpoint.hpp"
#include "service/doctor_exchange.hpp"
#include "service/doctor_host.hpp"
#include "service/journal_binding.hpp"
#include "service/plan_findings.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"
#include "wire/account.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::service {

namespace {

/// What systemd hands over it hands over at the start only. Empty: a key is read again.
std::string key_mend_of(const config::settings& settings, const std::string& credential) {
    const auto found = std::ranges::find(settings.credentials, credential, &config::credential::name);
    if (found == settings.credentials.end() || found->api_key.from != config::secret_source::kind::credential)
        return {};
    return fmt::format("put a good key into /etc/credstore/{}, then `systemctl restart smarttraded`",
                       found->api_key.name);
}

/// Passes may take four fifths of the budget that listings have, shared by the accounts of a key (design.md 6).
std::chrono::nanoseconds request_gap_of(const config::settings& settings) {
    std::chrono::nanoseconds gap{};
    for (const auto& each : settings.rate_limits) {
        const bool counts = each.match.empty() || each.match == "GET /v2/smart_trades";
        if (!counts || each.requests == 0) continue;
        const auto spared = std::max<std::int64_t>(1, static_cast<std::int64_t>(each.requests) * 4 / 5);
        gap = std::max<std::chrono::nanoseconds>(gap, each.per / spared);
    }
    std::map<std::string, std::int64_t> accounts;
    std::int64_t most = 1;
    for (const auto& each : settings.accounts) most = std::max(most, ++accounts[each.credentials]);
    return gap * most;
}

client::request_watcher watcher_of(meters* counts) {
    if (!counts) return {};
    return [counts](const wire::api_request& what, trade::outcome how, std::chrono::nanoseconds took) {
        counts->request_ended(what, how, took);
    };
}

reconciler::settings rules_of(const config::settings& settings, writes may, meters* counts) {
    reconciler::settings made;
    if (counts) made.trade_ended = [counts](const ending& how) { counts->trade_ended(how); };
    made.interval = settings.reconcile.interval;
    made.request_gap = request_gap_of(settings);
    auto& rules = made.rules;
    const auto& guards = settings.guardrails;
    rules.instance = settings.instance;
    rules.settle = settings.reconcile.settle;
    rules.resend = settings.reconcile.resend == config::resend_policy::never ? reconcile::resend_policy::never
                                                                             : reconcile::resend_policy::automatic;
    rules.create_max = guards.create_max;
    rules.update_max = guards.update_max;
    rules.remove_max = guards.remove_max;
    rules.active_max = guards.max_active_trades;
    rules.stop_move_max = guards.max_stop_move;
    rules.order_totals = guards.max_order_total;
    rules.observe_only = may != writes::allowed;
    return made;
}

} // namespace

std::vector<client::rate_limit> limits_of(const config::settings& settings) {
    std::vector<client::rate_limit> limits;
    for (const auto& each : settings.rate_limits)
        limits.push_back({each.match, each.requests, each.per, each.penalty, each.reserve});
    return limits;
}

assembly::assembly(const config::settings& settings, ports outside, writes may)
    : settings_{settings}, outside_{std::move(outside)}, may_{may}, journal_{outside_.journal_file,
                                                                             outside_.journal_worker,
                                                                             journal_binding(settings),
                                                                             outside_.time.utc_now()},
      ledger_{journal_, outside_.time, outside_.log, may == writes::nothing ? keeping::in_memory : keeping::on_disk} {
    std::vector<account_port> accounts;
    for (const auto& account : settings_.accounts) {
        client::api_client::settings how{.mode = account.mode,
                                         .key = outside_.key_of(account.credentials),
                                         .timeout = settings_.api.timeout,
                                         .jitter_seed = outside_.jitter_seed++,
                                         .watcher = watcher_of(outside_.counts)};
        if (const auto where = http::parse_base_url(settings_.api.base_url); where && !settings_.paper)
            how.base_path = where->base_path;
        clients_.emplace_back(std::move(how), outside_.network, outside_.time, gate_for(account.credentials));
        auto& port = accounts.emplace_back(account_port{account.id, account.name, account.mode, &clients_.back()});
        if (auto mend = key_mend_of(settings_, account.credentials); !mend.empty()) port.key_mend = std::move(mend);
    }
    reconciler_ = std::make_unique<service::reconciler>(outside_.loop, rules_of(settings_, may, outside_.counts),
                                                        std::move(accounts), outside_.nonces, ledger_, outside_.time,
                                                        outside_.log);
}

client::rate_gate& assembly::gate_for(const std::string& credential) {
    const auto found = std::ranges::find(gates_, credential, &key_gate::credential);
    if (found != gates_.end()) return *found->gate;
    auto gate = std::make_unique<client::rate_gate>(outside_.loop, limits_of(settings_), outside_.time,
                                                    settings_.api.timeout, outside_.slots_of(credential), ban_);
    gates_.push_back({credential, std::move(gate)});
    return *gates_.back().gate;
}

void assembly::renew_settings() { reconciler_->use(rules_of(settings_, may_, outside_.counts)); }

void assembly::renew_keys() {
    auto client = clients_.begin();
    bool any = false;
    for (const auto& account : settings_.accounts) {
        try {
            (client++)->use(outside_.key_of(account.credentials));
            any = true;
        } catch (const std::exception& trouble) { // above all secret_unusable
            log_event line;
            line.what = event::key_unreadable;
            line.account = account.name;
            line.why = fmt::format("{}; the key in use stays", trouble.what());
            outside_.log.write(line);
        }
    }
    if (any) reconciler_->key_renewed();
}

plan::plan_set assembly::judge(plan_reader& by, const source_reading& sources) const {
    auto set = by.judge(sources, surroundings_of(settings_));
    if (base::has_errors(set.diagnostics)) return set;
    std::ranges::move(lowered_revisions(set.trades, ledger_.past(), sources.files),
                      std::back_inserter(set.diagnostics));
    base::sort_by_place(set.diagnostics);
    return set;
}

asio::awaitable<bool> assembly::load_plans() {
    const auto sources = outside_.read_plans();
    auto set = judge(plan_reader_, sources);
    tell_diagnostics(set.diagnostics);
    is_valid_ = !base::has_errors(set.diagnostics);
    if (!is_valid_) {
        mistakes_ = std::move(set.diagnostics);
        std::erase_if(mistakes_, [](const auto& each) { return each.level != base::severity::error; });
        if (accepted_any_)
            plans_ = "refused, the previous set stays";
        else
            fall_back();
        co_return false;
    }
    const auto encoded = encode_files(sources.files);
    const auto hash = short_hash(encoded);
    auto full = full_hash(encoded);
    bool is_durable = accepted_any_ ? full == accepted_hash_ : encoded == ledger_.past().accepted_plans();
    if (!is_durable) {
        // Should the disk refuse it, the set is in force all the same: nothing is sent without a durable intent anyway.
        reconcile::fact accepted;
        accepted.kind = reconcile::fact_kind::plans;
        accepted.at = outside_.time.utc_now();
        accepted.text = fmt::format("{} files, {} trades, {}", sources.files.size(), set.trades.size(), hash);
        accepted.body = encoded;
        std::vector<reconcile::fact> facts{std::move(accepted)};
        is_durable = co_await ledger_.record(std::move(facts));
    }
    if (is_durable) accepted_hash_ = std::move(full);
    accept(std::move(set.trades), sources.files.size(), hash);
    plans_ = hash + " ok";
    accepted_any_ = true;
    if (outside_.counts) outside_.counts->plans_accepted(outside_.time.utc_now(), sources.edited_at);
    ledger_.forget_plans();
    ::malloc_trim(0); // reading plans takes many times the memory of what comes of them
    co_return true;
}

void assembly::accept(std::vector<trade::desired_trade> trades, std::size_t files, const std::string& hash) {
    log_event line;
    line.what = event::plans_accepted;
    line.fields = {{"files", std::to_string(files)}, {"trades", std::to_string(trades.size())}, {"hash", hash}};
    outside_.log.write(line);
    reconciler_->accept(std::move(trades), hash);
}

/// At a start with plans that are refused: the set of the last run, so that its trades stay managed; without one, or if
/// that does not fit the configuration any more, nothing but observing.
void assembly::fall_back() {
    source_reading last;
    last.files = decode_files(ledger_.past().accepted_plans());
    log_event line;
    line.what = event::service_degraded;
    if (last.files.empty()) {
        plans_ = "refused, none accepted yet: only observing";
        line.why = "the plans are refused and none were accepted before: only observing until they are mended";
        outside_.log.write(line);
        return;
    }
    auto set = plan_reader_.judge(last, surroundings_of(settings_));
    const bool usable = !base::has_errors(set.diagnostics);
    const auto hash = short_hash(ledger_.past().accepted_plans());
    plans_ = usable ? hash + " of the last run, those on disk are refused" : "refused, and so is the last set";
    line.why = usable ? "the plans on disk are refused: the last accepted set stays in force"
                      : "the plans on disk are refused, and the last accepted set does not fit the configuration any "
                        "more: only observing until they are mended";
    outside_.log.write(line);
    if (usable)
        accept(std::move(set.trades), last.files.size(), hash);
    else
        tell_diagnostics(set.diagnostics);
}

void assembly::tell_diagnostics(const std::vector<base::diagnostic>& all) {
    for (const auto& each : all) {
        log_event line;
        const bool error = each.level == base::severity::error;
        line.what = error ? event::plans_refused : event::plans_warned;
        line.why = base::headline(each);
        outside_.log.write(line);
    }
}

status_report assembly::report() const {
    status_report report;
    report.trades =
        status_rows(reconciler_->standing(), reconciler_->wishes(), reconciler_->seen(), outside_.time.utc_now());
    for (const auto& each : gates_)
        report.limiters.push_back(limiter_row_of(each.credential, each.gate->reading(), outside_.time.now()));
    report.plans = plans_;
    return report;
}

namespace {

event event_of(const reconcile::fact& said) {
    switch (said.kind) {
    case reconcile::fact_kind::confirmed: return event::hold_confirmed;
    case reconcile::fact_kind::halted: return event::service_halted;
    case reconcile::fact_kind::resumed: return event::service_resumed;
    default: return said.text == "release" ? event::trade_released : event::trade_ordered;
    }
}

} // namespace

asio::awaitable<bool> assembly::hear(reconcile::fact said) {
    said.at = outside_.time.utc_now();
    log_event line;
    line.what = event_of(said);
    line.trade = said.identity.name;
    const auto account = std::ranges::find(settings_.accounts, said.identity.account, &config::account::id);
    if (account != settings_.accounts.end()) line.account = account->name;
    line.id = said.trade_id;
    line.why = said.text.empty() ? std::string{} : fmt::format("`smarttraded {}`", said.text);
    if (said.kind == reconcile::fact_kind::ordered && said.text != "release")
        line.why = said.text.empty() ? "withdrawn, as it was answered with a refusal"
                                     : fmt::format("asked for by `smarttraded {}`", said.text);
    if (said.kind == reconcile::fact_kind::halted)
        line.why = "nothing is sent but your own close and cancel, until: smarttraded resume";
    if (said.kind == reconcile::fact_kind::confirmed) {
        line.fields = {{"hold", said.text}};
        line.why = "an operator let it go";
    }
    std::vector<reconcile::fact> facts{std::move(said)};
    const bool heard = co_await reconciler_->hear(std::move(facts));
    if (heard) outside_.log.write(line);
    co_return heard;
}

asio::awaitable<dry_run> assembly::rehearse(std::vector<source_file> files) {
    dry_run made;
    source_reading sources;
    sources.files = std::move(files);
    auto reader = plan_reader_; // what is only rehearsed must not take the place of what is in force
    auto set = judge(reader, sources);
    made.diagnostics = set.diagnostics;
    made.now = outside_.time.utc_now();
    made.is_halted = ledger_.past().is_halted();
    if (base::has_errors(made.diagnostics)) co_return made;
    if (!reconciler_->ready()) {
        made.cannot_tell = "the accounts were not yet read completely: smarttraded status";
        co_return made;
    }
    for (auto& each : set.trades) {
        auto body = create_body(each.request);
        made.wishes.push_back({std::move(each), std::move(body)});
    }
    auto rehearsed = co_await reconciler_->rehearse(made.wishes, short_hash(encode_files(sources.files)));
    made.decided = std::move(rehearsed.decided);
    made.seen = std::move(rehearsed.seen);
    made.findings = plan_findings(made, sources.files);
    for (const auto& account : reconciler_->accounts()) {
        auto call = wire::account_table_data(account.id);
        auto balances = co_await account.api->read(client::lane::audit, std::move(call), &wire::read_balances);
        const auto known = std::ranges::find(settings_.accounts, account.id, &config::account::id);
        auto& one = made.accounts.emplace_back(dry_run::account{account.id, account.name, known->credentials});
        if (balances) one.balances = std::move(*balances);
    }
    for (const auto& each : gates_) {
        auto& key = made.keys.emplace_back(dry_run::key{each.credential, {}});
        const auto reading = each.gate->reading();
        const auto limits = limits_of(settings_);
        for (std::size_t i = 0; i < limits.size() && i < reading.limits.size(); ++i)
            key.buckets.push_back({limits[i], reading.limits[i].used});
    }
    co_return made;
}

asio::awaitable<std::vector<finding>> assembly::examine() {
    auto all = examine_host(settings_, choose_state_dir(settings_.state_dir));
    if (settings_.paper) co_return all;
    auto told = co_await examine_exchange(settings_, reconciler_->accounts(), outside_.time);
    std::ranges::move(told, std::back_inserter(all));
    co_return all;
}

asio::awaitable<trade_listing> assembly::list(std::string account, std::vector<trade::smart_trade_id> ids) {
    trade_listing made;
    const auto& all = reconciler_->accounts();
    const auto port = std::ranges::find(all, account, &account_port::name);
    if (port == all.end()) {
        made.trouble = fmt::format("no account is called {}", account);
        co_return made;
    }
    for (const auto id : ids) {
        auto one = co_await port->api->get(client::lane::poll, id);
        if (!one) {
            made.trouble = fmt::format("trade {}: {}", id.value, one.error().message);
            co_return made;
        }
        made.trades.push_back(std::move(*one));
    }
    wire::list_query query{.account = port->id};
    for (query.page = 1; ids.empty(); ++query.page) {
        auto page = co_await port->api->list_page(client::lane::poll, query);
        if (!page) {
            made.trouble = page.error().message;
            co_return made;
        }
        for (auto& each : *page) made.trades.push_back(std::move(each));
        if (page->size() < static_cast<std::size_t>(wire::list_query::per_page)) break;
    }
    co_return made;
}

} // namespace smarttrade::service
