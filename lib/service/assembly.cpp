#include "service/assembly.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/endpoint.hpp"
#include "service/secrets.hpp"

namespace smarttrade::service {

namespace {

std::vector<client::rate_limit> limits_of(const config::settings& settings) {
    std::vector<client::rate_limit> limits;
    for (const auto& each : settings.rate_limits)
        limits.push_back({each.match, each.requests, each.per, each.penalty, each.reserve});
    return limits;
}

/// What a journal belongs to.
std::string binding_of(const config::settings& settings) {
    auto text = settings.paper ? std::string{"paper"} : settings.api.base_url;
    auto accounts = settings.accounts;
    std::ranges::sort(accounts, {}, &config::account::id);
    for (const auto& account : accounts) text += fmt::format(" {}:{}", account.id.value, base::name_of(account.mode));
    return text;
}

reconciler::settings rules_of(const config::settings& settings, writes may) {
    reconciler::settings rules;
    rules.instance = settings.instance;
    rules.interval = settings.reconcile.interval;
    rules.settle = settings.reconcile.settle;
    rules.resend = settings.reconcile.resend == config::resend_policy::never ? reconcile::resend_policy::never
                                                                             : reconcile::resend_policy::automatic;
    rules.create_max = settings.guardrails.create_max;
    rules.active_max = settings.guardrails.max_active_trades;
    rules.order_totals_limited = !settings.guardrails.max_order_total.empty();
    rules.observe_only = may == writes::observe_only;
    return rules;
}

} // namespace

assembly::assembly(const config::settings& settings, ports outside, writes may)
    : settings_{settings}, outside_{std::move(outside)}, journal_{outside_.journal_file, outside_.journal_worker,
                                                                  binding_of(settings), outside_.time.utc_now()},
      ledger_{journal_, outside_.time, outside_.log} {
    std::vector<account_port> accounts;
    for (const auto& account : settings_.accounts) {
        client::api_client::settings how{.mode = account.mode,
                                         .key = outside_.key_of(account.credentials),
                                         .timeout = settings_.api.timeout,
                                         .jitter_seed = outside_.jitter_seed++};
        if (const auto where = http::parse_base_url(settings_.api.base_url); where && !settings_.paper)
            how.base_path = where->base_path;
        clients_.emplace_back(std::move(how), outside_.network, outside_.time, gate_for(account.credentials));
        accounts.push_back({account.id, account.name, account.mode, &clients_.back()});
    }
    reconciler_ = std::make_unique<service::reconciler>(outside_.loop, rules_of(settings_, may), std::move(accounts),
                                                        outside_.nonces, ledger_, outside_.time, outside_.log);
}

client::rate_gate& assembly::gate_for(const std::string& credential) {
    const auto found = std::ranges::find(gates_, credential, &key_gate::credential);
    if (found != gates_.end()) return *found->gate;
    auto gate = std::make_unique<client::rate_gate>(outside_.loop, limits_of(settings_), outside_.time,
                                                    settings_.api.timeout, outside_.slots_of(credential), ban_);
    gates_.push_back({credential, std::move(gate)});
    return *gates_.back().gate;
}

void assembly::renew_keys() {
    auto client = clients_.begin();
    bool any = false;
    for (const auto& account : settings_.accounts) {
        try {
            (client++)->use(outside_.key_of(account.credentials));
            any = true;
        } catch (const secret_unusable& trouble) {
            log_event line;
            line.what = event::key_unreadable;
            line.account = account.name;
            line.why = fmt::format("{}; the key in use stays", trouble.what());
            outside_.log.write(line);
        }
    }
    if (any) reconciler_->key_renewed();
}

asio::awaitable<bool> assembly::load_plans() {
    const auto sources = outside_.read_plans();
    auto set = judge(sources, surroundings_of(settings_));
    tell_diagnostics(set.diagnostics);
    if (base::has_errors(set.diagnostics)) {
        if (accepted_any_)
            plans_ = "refused, the previous set stays";
        else
            fall_back();
        co_return false;
    }
    const auto encoded = encode_files(sources.files);
    const auto hash = short_hash(encoded);
    const bool is_new = encoded != ledger_.past().accepted_plans();
    if (is_new) {
        // Should the disk refuse it, the set is in force all the same: nothing is sent without a durable intent anyway.
        reconcile::fact accepted;
        accepted.kind = reconcile::fact_kind::plans;
        accepted.at = outside_.time.utc_now();
        accepted.text = fmt::format("{} files, {} trades, {}", sources.files.size(), set.trades.size(), hash);
        accepted.body = encoded;
        std::vector<reconcile::fact> facts{std::move(accepted)};
        co_await ledger_.record(std::move(facts));
    }
    accept(std::move(set.trades), sources.files.size(), hash);
    plans_ = hash + " ok";
    accepted_any_ = true;
    co_return true;
}

void assembly::accept(std::vector<trade::desired_trade> trades, std::size_t files, const std::string& hash) {
    log_event line;
    line.what = event::plans_accepted;
    line.fields = {{"files", std::to_string(files)}, {"trades", std::to_string(trades.size())}, {"hash", hash}};
    outside_.log.write(line);
    reconciler_->accept(std::move(trades));
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
    auto set = judge(last, surroundings_of(settings_));
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

} // namespace smarttrade::service
