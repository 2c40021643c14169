#pragma once

#include <functional>

#include <boost/asio/thread_pool.hpp>

#include "config/settings.hpp"
#include "service/assembly.hpp"
#include "service/operator_port.hpp"
#include "service/order_verdict.hpp"

namespace smarttrade::daemon {

namespace asio = boost::asio;

/// The running service as its operators command it. All must outlive it.
class service_port final : public service::operator_port {
public:
    using reloading = std::function<asio::awaitable<service::operator_answer>()>;
    service_port(service::assembly& service, const config::settings& settings, reloading reload)
        : service_{service}, settings_{settings}, reload_{std::move(reload)} {}

    asio::awaitable<service::operator_answer> order(service::operator_word word, trade::trade_identity of,
                                                    std::optional<trade::smart_trade_id> id) override;
    asio::awaitable<service::operator_answer> confirm(std::string hold) override;
    asio::awaitable<service::operator_answer> halt() override;
    asio::awaitable<service::operator_answer> resume() override;
    asio::awaitable<service::operator_answer> reload() override;
    service::status_report status() const override;
    std::vector<reconcile::hold> holds() const override;
    std::vector<service::named_trade> trades() const override;
    bool is_read() const override { return service_.reconciler().ready(); }
    std::vector<std::string> accounts() const override;
    asio::awaitable<service::dry_run> plan(std::vector<service::source_file> files) override;
    asio::awaitable<std::vector<service::finding>> examine() override;
    asio::awaitable<service::trade_listing> list(std::string account, std::vector<trade::smart_trade_id> ids) override;
    asio::awaitable<service::told_story> explain(std::string name, std::string account) override;

private:
    service::order_knowledge known() const;
    std::optional<service::operator_answer> refuse_release(const trade::trade_identity& of,
                                                           trade::smart_trade_id id) const;
    asio::awaitable<void> take_back(const trade::trade_identity& of, std::string& why);

    service::assembly& service_;
    const config::settings& settings_;
    reloading reload_;
    asio::thread_pool journal_reader_{1}; ///< of explain: a long journal must not stop the loop
};

} // namespace smarttrade::daemon
