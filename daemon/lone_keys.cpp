#include "lone_keys.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "client/sqlite_slot_store.hpp"
#include "http/client.hpp"
#include "load_config.hpp"
#include "service/assembly.hpp"
#include "service/doctor_exchange.hpp"
#include "service/key_lock.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;

/// One client an account, over one limiter a key.
class lone_keys {
public:
    lone_keys(asio::io_context& ctx, const config::settings& settings, const http::endpoint& where,
              const std::string& state_dir, async::system_time& time)
        : settings_{settings}, directory_{state_dir}, time_{time}, network_{http::make_client(
                                                                       ctx.get_executor(), time,
                                                                       {where, settings.api.ca_file,
                                                                        settings.api.max_connections})} {
        for (const auto& account : settings.accounts) {
            client::api_client::settings how{.base_path = where.base_path,
                                             .mode = account.mode,
                                             .key = key_of(account.credentials),
                                             .timeout = settings.api.timeout};
            clients_.emplace_back(std::move(how), *network_, time, gate_of(ctx, account.credentials));
            accounts_.push_back({account.id, account.name, account.mode, &clients_.back()});
        }
    }
    const std::vector<service::account_port>& accounts() const { return accounts_; }

private:
    client::api_key key_of(const std::string& name) {
        const auto found = std::ranges::find(settings_.credentials, name, &config::credential::name);
        if (found == settings_.credentials.end())
            throw service::secret_unusable{fmt::format("no credentials '{}'", name)};
        auto made = service::read_key(*found);
        auto lock = service::key_lock::name_of(settings_.api.base_url, made.key);
        if (!locks_.contains(lock))
            locks_.emplace(std::move(lock), service::key_lock{settings_.api.base_url, made.key, name});
        return made;
    }

    client::rate_gate& gate_of(asio::io_context& ctx, const std::string& name) {
        auto& gate = gates_[name];
        if (!gate)
            gate = std::make_unique<client::rate_gate>(
                ctx.get_executor(), service::limits_of(settings_), time_, settings_.api.timeout,
                std::make_unique<client::sqlite_slot_store>(directory_.limiter_file(), name, client::read_boot_id()),
                ban_);
        return *gate;
    }

    const config::settings& settings_;
    service::state_dir directory_;
    async::system_time& time_;
    std::unique_ptr<http::client> network_;
    std::map<std::string, service::key_lock> locks_; ///< by their own names
    std::shared_ptr<client::ip_ban> ban_ = std::make_shared<client::ip_ban>();
    std::map<std::string, std::unique_ptr<client::rate_gate>> gates_; ///< by the name of the credential
    std::list<client::api_client> clients_;
    std::vector<service::account_port> accounts_;
};

} // namespace

std::vector<service::finding> examine_exchange_alone(const config::settings& settings, const std::string& config_file,
                                                     const std::string& state_dir, async::system_time& time) {
    const auto where = http::parse_base_url(settings.api.base_url);
    if (!where)
        refuse_config(config_file, fmt::format("api.base_url {}, expected an https URL", settings.api.base_url));
    asio::io_context ctx{1};
    lone_keys keys{ctx, settings, *where, state_dir, time};
    std::vector<service::finding> all;
    std::exception_ptr failure;
    auto looking = [&]() -> asio::awaitable<void> {
        auto told = co_await service::examine_exchange(settings, keys.accounts(), time);
        all = std::move(told);
    };
    asio::co_spawn(ctx, looking, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
    return all;
}

} // namespace smarttrade::daemon
