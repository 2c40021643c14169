#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "client/api_client.hpp"
#include "client/rate_gate.hpp"
#include "config/settings.hpp"
#include "http/transport.hpp"
#include "journal/journal.hpp"
#include "service/doctor.hpp"
#include "service/dry_run.hpp"
#include "service/ledger.hpp"
#include "service/meters.hpp"
#include "service/operator_port.hpp"
#include "service/plan_reader.hpp"
#include "service/readings.hpp"
#include "service/reconciler.hpp"
#include "service/status_report.hpp"

namespace smarttrade::service {

/// Whatever can fail, wait or surprise: the daemon hands in the machine's, a simulation its own. All must outlive the
/// assembly.
struct ports {
    asio::any_io_executor loop;
    asio::any_io_executor journal_worker; ///< runs what blocks; the loop itself under virtual time
    async::time_source& time;
    http::transport& network;
    log_sink& log;
    meters* counts = nullptr; ///< null: nobody counts
    std::string journal_file;
    nonce_source nonces;
    std::uint64_t jitter_seed = 1;
    std::function<source_reading()> read_plans;                                      ///< the plan files as they are now
    std::function<client::api_key(const std::string&)> key_of;                       ///< by name of the credential
    std::function<std::unique_ptr<client::slot_store>(const std::string&)> slots_of; ///< by name of the credential
};

enum class writes {
    allowed,
    observe_only, ///< nothing to any account
    nothing       ///< nor to the journal: what is read counts for this run alone
};

/// The configuration's rate limits, as a limiter takes them.
std::vector<client::rate_limit> limits_of(const config::settings& settings);

/// The parts of the service under one configuration, put together over ports. Members stand in the order of their
/// dependence.
class assembly {
public:
    /// Throws journal::unusable, store::store_error, and whatever `outside` throws for a key.
    assembly(const config::settings& settings, ports outside, writes may);

    /// Reads the plans as they are now. Valid: they are what shall be from now on, and journaled. Else every error is
    /// told and the previous set stays; at a start that is the last accepted one of the journal. True if valid.
    asio::awaitable<bool> load_plans();

    /// Of the newest reading that was refused.
    const std::vector<base::diagnostic>& mistakes() const { return mistakes_; }

    /// The settings have changed in what may change while a daemon runs (`config::take_live`).
    void renew_settings();

    /// Reads every key again. One that cannot be read is told, and the one in use stays. Then everything is looked at
    /// anew at once, also what rests because its key was refused.
    void renew_keys();

    /// What would be done if these were the plans. Reads what it needs; sends and journals nothing.
    asio::awaitable<dry_run> rehearse(std::vector<source_file> files);
    /// Trades of the account of that name as the exchange shows them; no ids: every one that lives.
    asio::awaitable<trade_listing> list(std::string account, std::vector<trade::smart_trade_id> ids);
    /// What doctor finds: this machine, and the exchange where there is one outside.
    asio::awaitable<std::vector<finding>> examine();
    /// Journals what a person says, and tells it. False: the disk refused it.
    asio::awaitable<bool> hear(reconcile::fact said);
    async::mono_time now() const { return outside_.time.now(); }

    service::reconciler& reconciler() { return *reconciler_; }
    const service::reconciler& reconciler() const { return *reconciler_; }
    status_report report() const;
    service_readings readings() const;
    bool is_observing() const { return may_ != writes::allowed; }

private:
    client::rate_gate& gate_for(const std::string& credential);
    /// What the files say, and which revisions go back behind one that ran.
    plan::plan_set judge(plan_reader& by, const source_reading& sources) const;
    void accept(std::vector<trade::desired_trade> trades, std::size_t files, const std::string& hash);
    void fall_back();
    void tell_diagnostics(const std::vector<base::diagnostic>& all);

    const config::settings& settings_;
    ports outside_;
    writes may_;
    journal::journal journal_;
    ledger ledger_;
    struct key_gate {
        std::string credential;
        std::unique_ptr<client::rate_gate> gate;
    };
    std::shared_ptr<client::ip_ban> ban_ = std::make_shared<client::ip_ban>(); ///< one address, one ban
    std::list<key_gate> gates_;
    std::list<client::api_client> clients_;
    std::unique_ptr<service::reconciler> reconciler_;
    plan_reader plan_reader_;
    std::vector<base::diagnostic> mistakes_;
    std::string plans_ = "not read";
    bool is_valid_ = false; ///< the newest reading
    bool accepted_any_ = false;
    std::string accepted_hash_; ///< full, of the newest set that is durable; empty: none of this run is
};

} // namespace smarttrade::service
