#include "machinery.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/client.hpp"
#include "load_config.hpp"
#include "service/secrets.hpp"

namespace smarttrade::daemon {

namespace {

// The embedded exchange is reached inside the process; its key guards nothing.
constexpr std::string_view embedded_key = "embedded";
constexpr std::string_view embedded_secret = "embedded";

std::vector<client::rate_limit> limits_of(const config::settings& settings) {
    std::vector<client::rate_limit> limits;
    for (const auto& each : settings.rate_limits)
        limits.push_back({each.match, each.requests, each.per, each.penalty, each.reserve});
    return limits;
}

paper_server::options embedded_options(const config::settings& settings, const std::string& state_file,
                                       const std::string& config_file) {
    const auto* walk = std::get_if<config::market_walk>(&settings.paper->market);
    if (!walk) refuse_config(config_file, "paper.market.replay is not supported by this version, expected walk");
    paper_server::options how;
    how.keys = {{std::string{embedded_key}, std::string{embedded_secret}}};
    how.state_file = state_file;
    how.market = paper_server::options::walk{walk->seed, walk->swing};
    how.seed = walk->seed;
    for (const auto& account : settings.accounts)
        how.accounts.push_back({account.id, "paper_trading", true, settings.paper->balance});
    for (const auto& [name, start] : walk->start) {
        const auto pair = trade::pair::parse(name);
        if (!pair)
            refuse_config(config_file, fmt::format("paper.market.walk.start {}, expected a pair like USDT_BTC", name));
        how.prices[*pair] = {start, start, start};
    }
    return how;
}

} // namespace

machinery::machinery(asio::io_context& ctx, config::settings settings, std::string config_file, service::log_sink& log,
                     writes may)
    : settings_{std::move(settings)}, config_file_{std::move(config_file)}, log_{log},
      state_dir_path_{service::choose_state_dir(settings_.state_dir)}, state_dir_{state_dir_path_},
      journal_{state_dir_.journal_file(), journal_thread_.get_executor(), binding(), time_.utc_now()},
      ledger_{journal_, time_, log}, ctx_{ctx} {
    connect();
    std::vector<service::account_port> ports;
    for (const auto& account : settings_.accounts) {
        client::api_client::settings how;
        how.mode = account.mode;
        how.key = key_for(account.credentials);
        how.timeout = settings_.api.timeout;
        if (!settings_.paper) how.base_path = http::parse_base_url(settings_.api.base_url)->base_path;
        clients_.emplace_back(std::move(how), *transport_, time_, gate_for(account.credentials));
        ports.push_back({account.id, account.name, account.mode, &clients_.back()});
    }
    service::reconciler::settings rules;
    rules.instance = settings_.instance;
    rules.interval = settings_.reconcile.interval;
    rules.settle = settings_.reconcile.settle;
    rules.resend = settings_.reconcile.resend == config::resend_policy::never ? reconcile::resend_policy::never
                                                                              : reconcile::resend_policy::automatic;
    rules.create_max = settings_.guardrails.create_max;
    rules.active_max = settings_.guardrails.max_active_trades;
    rules.order_totals_limited = !settings_.guardrails.max_order_total.empty();
    rules.observe_only = may == writes::observe_only;
    reconciler_ = std::make_unique<service::reconciler>(ctx.get_executor(), std::move(rules), std::move(ports),
                                                        service::random_nonces(), ledger_, time_, log);
}

void machinery::connect() {
    if (!settings_.admin.listen.empty()) refuse_config(config_file_, "admin.listen is not supported by this version");
    if (!settings_.alert_exec.empty()) refuse_config(config_file_, "alert is not supported by this version");
    if (settings_.paper) {
        exchange_ = std::make_unique<paper_server::exchange>(
            embedded_options(settings_, state_dir_.paper_file(), config_file_), time_);
        transport_ = std::make_unique<http::in_process>(
            [this](http::request what) -> asio::awaitable<http::response> { co_return exchange_->answer(what); });
        return;
    }
    const auto where = http::parse_base_url(settings_.api.base_url);
    if (!where)
        refuse_config(config_file_, fmt::format("api.base_url {}, expected an https URL", settings_.api.base_url));
    transport_ =
        http::make_client(ctx_.get_executor(), time_, {*where, settings_.api.ca_file, settings_.api.max_connections});
}

std::string machinery::binding() const {
    auto text = settings_.paper ? std::string{"paper"} : settings_.api.base_url;
    auto accounts = settings_.accounts;
    std::ranges::sort(accounts, {}, &config::account::id);
    for (const auto& account : accounts) text += fmt::format(" {}:{}", account.id.value, base::name_of(account.mode));
    return text;
}

client::rate_gate& machinery::gate_for(const std::string& credential) {
    const auto found = std::ranges::find(gates_, credential, &key_gate::credential);
    if (found != gates_.end()) return *found->gate;
    auto memory =
        std::make_unique<client::sqlite_slot_store>(state_dir_.limiter_file(), credential, client::read_boot_id());
    auto gate = std::make_unique<client::rate_gate>(ctx_.get_executor(), limits_of(settings_), time_,
                                                    settings_.api.timeout, std::move(memory), ban_);
    gates_.push_back({credential, std::move(gate)});
    return *gates_.back().gate;
}

client::api_key machinery::key_for(const std::string& credential) const {
    if (settings_.paper) return {std::string{embedded_key}, std::string{embedded_secret}};
    const auto found = std::ranges::find(settings_.credentials, credential, &config::credential::name);
    if (found == settings_.credentials.end())
        refuse_config(config_file_, fmt::format("no credentials '{}'", credential));
    if (found->rsa) refuse_config(config_file_, "rsa_private_key is not supported by this version, expected secret");
    return {service::read_secret(found->api_key), service::read_secret(found->secret)};
}

asio::awaitable<bool> machinery::load_plans() {
    const auto sources = service::read_sources(service::plan_paths(settings_.plans.paths, config_file_));
    auto set = service::judge(sources, surroundings_of(settings_));
    tell_diagnostics(set.diagnostics);
    if (base::has_errors(set.diagnostics)) {
        if (accepted_any_)
            plans_ = "refused, the previous set stays";
        else
            fall_back();
        co_return false;
    }
    const auto encoded = service::encode_files(sources.files);
    const auto hash = service::short_hash(encoded);
    const bool is_new = encoded != ledger_.past().accepted_plans();
    if (is_new) {
        // Should the disk refuse it, the set is in force all the same: nothing is sent without a durable intent anyway.
        reconcile::fact accepted;
        accepted.kind = reconcile::fact_kind::plans;
        accepted.at = time_.utc_now();
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

void machinery::accept(std::vector<trade::desired_trade> trades, std::size_t files, const std::string& hash) {
    service::log_event line;
    line.what = service::event::plans_accepted;
    line.fields = {{"files", std::to_string(files)}, {"trades", std::to_string(trades.size())}, {"hash", hash}};
    log_.write(line);
    reconciler_->accept(std::move(trades));
}

/// At a start with plans that are refused: the set of the last run, so that its trades stay managed; without one, or if
/// that does not fit the configuration any more, nothing but observing.
void machinery::fall_back() {
    service::source_reading last;
    last.files = service::decode_files(ledger_.past().accepted_plans());
    service::log_event line;
    line.what = service::event::service_degraded;
    if (last.files.empty()) {
        plans_ = "refused, none accepted yet: only observing";
        line.why = "the plans are refused and none were accepted before: only observing until they are mended";
        log_.write(line);
        return;
    }
    auto set = service::judge(last, surroundings_of(settings_));
    const bool usable = !base::has_errors(set.diagnostics);
    const auto hash = service::short_hash(ledger_.past().accepted_plans());
    plans_ = usable ? hash + " of the last run, those on disk are refused" : "refused, and so is the last set";
    line.why = usable ? "the plans on disk are refused: the last accepted set stays in force"
                      : "the plans on disk are refused, and the last accepted set does not fit the configuration any "
                        "more: only observing until they are mended";
    log_.write(line);
    if (usable)
        accept(std::move(set.trades), last.files.size(), hash);
    else
        tell_diagnostics(set.diagnostics);
}

void machinery::tell_diagnostics(const std::vector<base::diagnostic>& all) {
    for (const auto& each : all) {
        service::log_event line;
        const bool error = each.level == base::severity::error;
        line.what = error ? service::event::plans_refused : service::event::plans_warned;
        line.why = base::headline(each);
        log_.write(line);
    }
}

service::status_report machinery::report() const {
    service::status_report report;
    report.trades =
        service::status_rows(reconciler_->standing(), reconciler_->wishes(), reconciler_->seen(), time_.utc_now());
    const auto budget = gates_.front().gate->budget();
    report.budget_used = budget.used;
    report.budget_total = budget.total;
    report.plans = plans_;
    return report;
}

} // namespace smarttrade::daemon
