#include "service/doctor_exchange.hpp"

#include <chrono>
#include <set>

#include <fmt/format.h>

#include "service/doctor.hpp"
#include "wire/account.hpp"
#include "wire/answers.hpp"

namespace smarttrade::service {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto slots_wait_max = 30s; ///< for all of them together

/// Unlike api_client::read it tries once: what fails now and then is to be seen.
template <class T>
asio::awaitable<client::api_result<T>> ask(client::api_client& api, wire::api_request what,
                                           client::api_client::reader<T> read_body, async::mono_time slot_by) {
    auto admitted = co_await api.admit_before(client::lane::audit, std::move(what), slot_by);
    if (!admitted) {
        trade::request_failure none;
        none.kind = trade::outcome::not_sent;
        none.message = "the rate limit leaves no room for a question now";
        co_return none;
    }
    const auto reply = co_await api.send(std::move(*admitted));
    co_return client::read_reply(reply, read_body);
}

/// When the exchange told its time: its answer is in whole seconds, and was made some time on the way.
finding clock_of(std::chrono::sys_seconds theirs, base::utc_time ours, milliseconds took) {
    const base::utc_time middle{theirs.time_since_epoch() + 500ms};
    return judge_clock(ours - took / 2 - middle, 500ms + took / 2);
}

finding answers(const std::string& base_url, milliseconds took) {
    return {checkup::exchange, {}, health::ok, fmt::format("{} answers within {}ms", base_url, took.count()), {}};
}

finding is_mute(const std::string& base_url, const trade::request_failure& why) {
    return {checkup::exchange,
            {},
            health::fail,
            fmt::format("{}: {}", base_url, why.message),
            "curl -v " + base_url + "/ver1/time shows what is in the way"};
}

/// The accounts that the key sees, where it does not show the one that was asked for.
asio::awaitable<std::vector<trade::account>> others(client::api_client& api, trade::outcome how,
                                                    async::mono_time slot_by) {
    std::vector<trade::account> seen;
    if (how != trade::outcome::refused) co_return seen;
    auto what = wire::list_accounts(1);
    auto told = co_await ask(api, std::move(what), &wire::read_accounts, slot_by);
    if (told) seen = std::move(*told);
    co_return seen;
}

asio::awaitable<finding> examine_account(const config::account& wanted, client::api_client& api,
                                         async::mono_time slot_by) {
    auto what = wire::get_account(wanted.id);
    const auto told = co_await ask(api, std::move(what), &wire::read_account, slot_by);
    const auto how = told ? trade::outcome::accepted : told.error().kind;
    const auto seen = co_await others(api, how, slot_by);
    co_return judge_account(wanted, told, seen);
}

} // namespace

asio::awaitable<std::vector<finding>> examine_exchange(const config::settings& settings,
                                                       const std::vector<account_port>& accounts,
                                                       async::time_source& time) {
    std::vector<finding> all;
    const auto slot_by = time.now() + slots_wait_max;
    auto what = wire::server_time();
    auto admitted = co_await accounts.front().api->admit_before(client::lane::audit, std::move(what), slot_by);
    if (!admitted) {
        all.push_back({checkup::exchange,
                       {},
                       health::warn,
                       "the rate limit leaves no room for a question now",
                       "smarttraded status shows what is sent, and whether the exchange asked for silence"});
        co_return all;
    }
    const auto sent_at = time.now();
    const auto reply = co_await accounts.front().api->send(std::move(*admitted));
    const auto took = std::chrono::ceil<milliseconds>(time.now() - sent_at);
    const auto ours = time.utc_now();
    const auto theirs = client::read_reply(reply, &wire::read_server_time);
    if (!theirs) {
        all.push_back(is_mute(settings.api.base_url, theirs.error()));
        co_return all;
    }
    all.push_back(answers(settings.api.base_url, took));
    all.push_back(clock_of(*theirs, ours, took));
    std::set<std::string> asked;
    for (std::size_t i = 0; i < accounts.size() && i < settings.accounts.size(); ++i) {
        const auto& account = settings.accounts[i];
        auto& api = *accounts[i].api;
        if (asked.insert(account.credentials).second) {
            auto permissions = wire::permissions_info();
            const auto told = co_await ask(api, std::move(permissions), &wire::read_permissions, slot_by);
            all.push_back(judge_permissions(account.credentials, told));
        }
        auto judged = co_await examine_account(account, api, slot_by);
        all.push_back(std::move(judged));
    }
    co_return all;
}

} // namespace smarttrade::service
