#include "service/metrics.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "service/exposition.hpp"

namespace smarttrade::service {

namespace {

using enum metric_type;
using samples = std::vector<metric_sample>;

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>{time}.count(); }
double timestamp(base::utc_time at) { return seconds(at.time_since_epoch()); }
double flag(bool value) { return value ? 1 : 0; }

samples one(double value) { return {{{}, value}}; }
samples one_if(std::optional<base::utc_time> at) { return at ? one(timestamp(*at)) : samples{}; }

/// What tells the samples of several accounts or keys apart. The only one carries no name: its series stay what they
/// are when it is called otherwise.
metric_labels label_of(const service_readings& now, const service_readings::account& account) {
    return now.accounts.size() > 1 ? metric_labels{{"account", account.name}} : metric_labels{};
}
metric_labels label_of(const service_readings& now, const service_readings::key& key) {
    return now.keys.size() > 1 ? metric_labels{{"credential", key.credential}} : metric_labels{};
}

/// Also those places where no trade stands: a series that comes and goes is none to alert on.
samples trades(const service_readings& now) {
    samples all;
    const auto phases = base::names_of<reconcile::phase>();
    const auto verdicts = base::names_of<reconcile::verdict>();
    for (std::size_t i = 0; i < phases.size(); ++i)
        for (std::size_t j = 0; j < verdicts.size(); ++j) {
            const service_readings::place place{static_cast<reconcile::phase>(i), static_cast<reconcile::verdict>(j)};
            const auto found = now.trades.find(place);
            all.push_back({{{"phase", std::string{phases[i]}}, {"verdict", std::string{verdicts[j]}}},
                           found == now.trades.end() ? 0 : static_cast<double>(found->second)});
        }
    return all;
}

samples api_up(const service_readings& now) {
    samples all;
    for (const auto& each : now.accounts) all.push_back({label_of(now, each), flag(each.api_up)});
    return all;
}

samples credential_ok(const service_readings& now) {
    samples all;
    for (const auto& key : now.keys) {
        const bool is_refused = std::ranges::any_of(now.accounts, [&key](const auto& account) {
            return account.credential == key.credential && !account.key_refused.empty();
        });
        all.push_back({label_of(now, key), flag(!is_refused)});
    }
    return all;
}

samples last_pass(const service_readings& now) {
    samples all;
    for (const auto& each : now.accounts)
        if (each.passed_at) all.push_back({label_of(now, each), timestamp(*each.passed_at)});
    return all;
}

samples requests(const meters& counted) {
    samples all;
    for (const auto& [kind, count] : counted.requests())
        all.push_back({{{"endpoint", kind.first}, {"outcome", std::string{base::name_of(kind.second)}}},
                       static_cast<double>(count)});
    return all;
}

/// A bucket is called by what it counts: `GET /v2/smart_trades`, or `all`. Limits may count the same over other times:
/// then `all 2`.
samples budget_used(const service_readings& now) {
    samples all;
    for (const auto& key : now.keys) {
        std::map<std::string, int> names;
        for (const auto& limit : key.limiter.limits) {
            auto name = limit.match.empty() ? std::string{"all"} : limit.match;
            if (const int before = names[name]++; before > 0) name += fmt::format(" {}", before + 1);
            auto labels = label_of(now, key);
            labels.emplace_back("bucket", std::move(name));
            all.push_back({std::move(labels), static_cast<double>(limit.used)});
        }
    }
    return all;
}

samples lane_waiting(const service_readings& now) {
    samples all;
    for (const auto& key : now.keys)
        for (std::size_t i = 0; i < client::lane_names.size(); ++i) {
            auto labels = label_of(now, key);
            labels.emplace_back("lane", client::lane_names.at(i));
            all.push_back({std::move(labels), static_cast<double>(key.limiter.waiting.at(i))});
        }
    return all;
}

samples throttled(const service_readings& now) {
    samples all;
    for (const auto& key : now.keys)
        all.push_back({label_of(now, key), static_cast<double>(key.limiter.throttled + key.limiter.banned)});
    return all;
}

samples exposure(const service_readings& now) {
    samples all;
    for (const auto& [of, value] : now.exposure) all.push_back({{{"account", of.first}, {"quote", of.second}}, value});
    return all;
}

samples ends(const meters& counted) {
    samples all;
    for (const auto& [how, count] : counted.endings())
        all.push_back({{{"how", std::string{base::name_of(how.how)}}, {"by", std::string{base::name_of(how.by)}}},
                       static_cast<double>(count)});
    return all;
}

std::vector<metric_family> of_trades(const service_readings& now) {
    return {{"trades", gauge, "Trades of the plans, and those left by them, by where they stand.", trades(now)},
            {"unknown_oldest_seconds", gauge,
             "How long the trade that is unknown for the longest has been so, at most since the start; 0 if none is.",
             one(seconds(now.unknown_oldest))}};
}

std::vector<metric_family> of_service(const service_readings& now, const meters& counted) {
    return {
        {"api_up", gauge, "Whether the newest read of the account was answered; at the start not yet.", api_up(now)},
        {"credential_ok", gauge, "Whether the exchange has nothing against the API key.", credential_ok(now)},
        {"plans_valid", gauge,
         "Whether the newest reading of the plan files was accepted; if not, an older set is in force.",
         one(flag(now.plans_valid))},
        {"plan_accepted_timestamp_seconds", gauge,
         "When the newest set of plans of this run was accepted, in Unix time.", one_if(counted.accepted_at())},
        {"last_pass_timestamp_seconds", gauge, "When the account was last read to its end, in Unix time.",
         last_pass(now)},
        {"holds", gauge, "What waits for a person's word: smarttraded confirm.", one(static_cast<double>(now.holds))},
        {"halted", gauge, "Whether nothing but the operator's own close and cancel is sent.",
         one(flag(now.is_halted))}};
}

std::vector<metric_family> of_requests(const service_readings& now, const meters& counted) {
    return {
        {"requests_total", counter, "Requests to the API by how they ended; accepted is any 2xx.", requests(counted)},
        {"request_seconds", histogram, "From a request's first byte to the last of its reply, or to its failure.",
         samples_of(counted.request_times())},
        {"budget_used", gauge, "Slots of a rate limit that are taken: in flight, or counted by the exchange still.",
         budget_used(now)},
        {"lane_waiting", gauge, "Requests that wait for a slot, by how urgent they are.", lane_waiting(now)},
        {"throttled_total", counter, "Answers that there were too many requests, 429 and 418.", throttled(now)}};
}

std::vector<metric_family> of_rest(const service_readings& now, const meters& counted, std::string_view version) {
    return {
        {"journal_writable", gauge, "Whether the newest write to the journal went through.",
         one(flag(now.journal_writable))},
        {"exposure", gauge,
         "What our live trades hold in their quote currency: units entered and not closed, long and short added up, "
         "times the last price (where none was told, the average of the entry).",
         exposure(now)},
        {"trades_ended_total", counter,
         "Trades that were seen to end. By exchange: a target or stop was filled, or it failed; plan: state, "
         "on_remove, an expiry; operator: a command; elsewhere: the app, another key, or the exchange by itself.",
         ends(counted)},
        {"edit_to_accepted_seconds", histogram,
         "From the newest write of a plan file to the acceptance of the set it belongs to.",
         samples_of(counted.edit_times())},
        {"build_info",
         gauge,
         "Always 1; the version of the daemon is its label.",
         {{{{"version", std::string{version}}}, 1}}}};
}

} // namespace

std::string metrics_page(const service_readings& now, const meters& counted, std::string_view version) {
    std::vector<metric_family> all;
    for (auto part :
         {of_trades(now), of_service(now, counted), of_requests(now, counted), of_rest(now, counted, version)})
        std::ranges::move(part, std::back_inserter(all));
    return exposition(all);
}

} // namespace smarttrade::service
