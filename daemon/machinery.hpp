#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "async/system_time.hpp"
#include "client/api_client.hpp"
#include "client/rate_gate.hpp"
#include "client/sqlite_slot_store.hpp"
#include "config/settings.hpp"
#include "http/transport.hpp"
#include "journal/journal.hpp"
#include "paper_server/exchange.hpp"
#include "service/ledger.hpp"
#include "service/log_event.hpp"
#include "service/plan_source.hpp"
#include "service/reconciler.hpp"
#include "service/state_dir.hpp"
#include "service/status_report.hpp"

namespace smarttrade::daemon {

namespace asio = boost::asio;

/// Everything that `run` and `apply` need, put together: the one place that picks implementations. Members stand in the
/// order of their dependence.
class machinery {
public:
    enum class writes { allowed, observe_only };
    /// Throws config_invalid, secret_unusable, journal::unusable, state_dir_busy, or store::store_error.
    machinery(asio::io_context& ctx, config::settings settings, std::string config_file, service::log_sink& log,
              writes may);

    /// Reads the plans as they are on disk. Valid: they are what shall be from now on, and journaled. Else every error
    /// is told and the previous set stays; at a start that is the last accepted one of the journal. True if valid.
    asio::awaitable<bool> load_plans();

    service::status_report report() const;
    async::system_time& time() { return time_; }
    service::reconciler& reconciler() { return *reconciler_; }
    paper_server::exchange* embedded() { return exchange_.get(); } ///< null without `paper:`
    std::string socket_path() const { return service::choose_socket(settings_.admin.socket, state_dir_path_); }
    const config::settings& settings() const { return settings_; }

private:
    void connect();
    std::string binding() const;
    client::rate_gate& gate_for(const std::string& credential);
    client::api_key key_for(const std::string& credential) const;
    void accept(std::vector<trade::desired_trade> trades, std::size_t files, const std::string& hash);
    void fall_back();
    void tell_diagnostics(const std::vector<base::diagnostic>& all);

    config::settings settings_;
    std::string config_file_;
    service::log_sink& log_;
    async::system_time time_;
    std::string state_dir_path_;
    service::state_dir state_dir_;
    asio::thread_pool journal_thread_{1};
    journal::journal journal_;
    service::ledger ledger_;
    std::unique_ptr<paper_server::exchange> exchange_;
    std::unique_ptr<http::transport> transport_;
    struct key_gate {
        std::string credential;
        std::unique_ptr<client::rate_gate> gate;
    };
    std::shared_ptr<client::ip_ban> ban_ = std::make_shared<client::ip_ban>(); ///< one address, one ban
    std::list<key_gate> gates_;
    std::list<client::api_client> clients_;
    asio::io_context& ctx_;
    std::unique_ptr<service::reconciler> reconciler_;
    std::string plans_ = "not read";
    bool accepted_any_ = false;
};

} // namespace smarttrade::daemon
