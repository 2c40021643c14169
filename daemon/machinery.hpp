#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "async/system_time.hpp"
#include "config/settings.hpp"
#include "http/client.hpp"
#include "paper_server/exchange.hpp"
#include "service/assembly.hpp"
#include "service/key_lock.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace asio = boost::asio;
using service::writes;

/// The service of `run` and `apply` over this machine: the one place that picks implementations. Members stand in the
/// order of their dependence.
class machinery {
public:
    /// Throws config_invalid, secret_unusable, journal::unusable, state_dir_busy, key_busy, or store::store_error.
    machinery(asio::io_context& ctx, config::settings settings, std::string config_file, service::log_sink& log,
              writes may);

    async::system_time& time() { return time_; }
    service::assembly& service() { return *service_; }
    paper_server::exchange* embedded() { return exchange_.get(); } ///< null without `paper:`
    std::string socket_path() const { return service::choose_socket(settings_.admin.socket, state_dir_path_); }
    /// Reads the trust store of the transport again; one that cannot be used is told, and the old one stays.
    void renew_trust();
    /// Takes over what may change while it runs (`config::take_live`).
    void use(const config::settings& changed);
    const config::settings& settings() const { return settings_; }
    const service::meters& counts() const { return counts_; }

private:
    void connect(asio::io_context& ctx);
    void lock_key(const base::secret& key, const std::string& credential);
    client::api_key key_for(const std::string& credential);

    config::settings settings_;
    std::string config_file_;
    service::log_sink& log_;
    async::system_time time_;
    service::meters counts_{time_.utc_now()};
    std::string state_dir_path_;
    service::state_dir state_dir_;
    std::map<std::string, service::key_lock> key_locks_; ///< of each key this process has used, by its lock's name
    asio::thread_pool journal_thread_{1};
    std::unique_ptr<paper_server::exchange> exchange_;
    std::unique_ptr<http::transport> transport_;
    http::client* network_ = nullptr; ///< the same, when it is one
    std::optional<service::assembly> service_;
};

} // namespace smarttrade::daemon
