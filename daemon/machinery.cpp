#include "machinery.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "client/sqlite_slot_store.hpp"
#include "config/changes.hpp"
#include "http/client.hpp"
#include "load_config.hpp"
#include "paper_server/recording.hpp"
#include "paper_server/replay.hpp"
#include "service/secrets.hpp"

namespace smarttrade::daemon {

namespace {

// The embedded exchange is reached inside the process; its key guards nothing.
constexpr std::string_view embedded_key = "embedded";
constexpr std::string_view embedded_secret = "embedded";

void set_walk(const config::market_walk& walk, const std::string& config_file, paper_server::options& how) {
    how.market = paper_server::options::walk{walk.seed, walk.swing};
    how.seed = walk.seed;
    for (const auto& [name, start] : walk.start) {
        const auto pair = trade::pair::parse(name);
        if (!pair)
            refuse_config(config_file, fmt::format("paper.market.walk.start {}, expected a pair like USDT_BTC", name));
        how.prices[*pair] = {start, start, start};
    }
}

/// A relative file counts from the config file's folder, as plans do.
void set_replay(const config::market_replay& wanted, const std::string& config_file, paper_server::options& how) {
    auto made = paper_server::replay_of(wanted.file, {"USDT", "BTC"});
    made.file = (std::filesystem::path{config_file}.parent_path() / made.file).string();
    made.speed = wanted.speed;
    try {
        paper_server::check_recording(made.file);
    } catch (const std::runtime_error& wrong) {
        refuse_config(config_file, fmt::format("paper.market.replay: {}", wrong.what()));
    }
    how.market = std::move(made);
}

paper_server::options embedded_options(const config::settings& settings, const std::string& state_file,
                                       const std::string& config_file) {
    paper_server::options how;
    how.keys = {{std::string{embedded_key}, std::string{embedded_secret}}};
    how.state_file = state_file;
    for (const auto& account : settings.accounts)
        how.accounts.push_back({account.id, "paper_trading", true, settings.paper->balance});
    if (const auto* walk = std::get_if<config::market_walk>(&settings.paper->market))
        set_walk(*walk, config_file, how);
    else
        set_replay(std::get<config::market_replay>(settings.paper->market), config_file, how);
    return how;
}

/// What does not fit today does not fit after a restart either: that is the configuration's mistake.
std::unique_ptr<paper_server::exchange> make_embedded(const config::settings& settings, const std::string& state_file,
                                                      const std::string& config_file, async::time_source& time) {
    try {
        return std::make_unique<paper_server::exchange>(embedded_options(settings, state_file, config_file), time);
    } catch (const paper_server::state_unfit& trouble) {
        refuse_config(config_file,
                      fmt::format("{}: give it another state_dir, or put the configuration back", trouble.what()));
    } catch (const paper_server::unfit& trouble) {
        refuse_config(config_file, trouble.what());
    }
}

} // namespace

machinery::machinery(asio::io_context& ctx, config::settings settings, std::string config_file, service::log_sink& log,
                     writes may)
    : settings_{std::move(settings)}, config_file_{std::move(config_file)}, log_{log},
      state_dir_path_{service::choose_state_dir(settings_.state_dir)}, state_dir_{state_dir_path_} {
    connect(ctx);
    const auto paths = service::plan_paths(settings_.plans.paths, config_file_);
    service::ports outside{.loop = ctx.get_executor(),
                           .journal_worker = journal_thread_.get_executor(),
                           .time = time_,
                           .network = *transport_,
                           .log = log,
                           .counts = &counts_,
                           .journal_file = state_dir_.journal_file(),
                           .nonces = service::random_nonces(),
                           .jitter_seed = service::random_seed(),
                           .read_plans = [paths] { return service::read_sources(paths); },
                           .key_of = [this](const std::string& credential) { return key_for(credential); },
                           .slots_of =
                               [this](const std::string& credential) {
                                   return std::make_unique<client::sqlite_slot_store>(
                                       state_dir_.limiter_file(), credential, client::read_boot_id());
                               }};
    service_.emplace(settings_, std::move(outside), may);
}

void machinery::connect(asio::io_context& ctx) {
    if (settings_.paper) {
        exchange_ = make_embedded(settings_, state_dir_.paper_file(), config_file_, time_);
        transport_ = std::make_unique<http::in_process>(
            [this](http::request what) -> asio::awaitable<http::response> { co_return exchange_->answer(what); });
        return;
    }
    const auto where = http::parse_base_url(settings_.api.base_url);
    if (!where)
        refuse_config(config_file_, fmt::format("api.base_url {}, expected an https URL", settings_.api.base_url));
    auto made =
        http::make_client(ctx.get_executor(), time_, {*where, settings_.api.ca_file, settings_.api.max_connections});
    network_ = made.get();
    transport_ = std::move(made);
}

void machinery::use(const config::settings& changed) {
    config::take_live(settings_, changed);
    service_->renew_settings();
}

void machinery::renew_trust() {
    const auto trouble = network_ ? network_->reload_trust() : std::nullopt;
    if (!trouble) return;
    service::log_event line;
    line.what = service::event::trust_unusable;
    line.why = *trouble + "; the trust store in use stays";
    log_.write(line);
}

/// A running daemon does not end because another process has the key that it is given now: it goes on with the old one.
void machinery::lock_key(const base::secret& key, const std::string& credential) {
    const auto& url = settings_.api.base_url;
    auto name = service::key_lock::name_of(url, key);
    if (key_locks_.contains(name)) return;
    try {
        key_locks_.emplace(std::move(name), service::key_lock{url, key, credential});
    } catch (const service::key_busy& trouble) {
        if (service_) throw service::secret_unusable{trouble.what()};
        throw;
    }
}

client::api_key machinery::key_for(const std::string& credential) {
    if (settings_.paper) return {base::secret{embedded_key}, wire::signer::with_hmac(base::secret{embedded_secret})};
    const auto found = std::ranges::find(settings_.credentials, credential, &config::credential::name);
    if (found == settings_.credentials.end())
        refuse_config(config_file_, fmt::format("no credentials '{}'", credential));
    auto made = service::read_key(*found);
    lock_key(made.key, credential);
    return made;
}

} // namespace smarttrade::daemon
