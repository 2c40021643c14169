#include <set>

#include <fmt/format.h>

#include "config/settings.hpp"
#include "fuzz/check.hpp"
#include "fuzz/check_diagnostics.hpp"
#include "trade/tag.hpp"

namespace smarttrade::fuzz {

namespace {

/// What the daemon takes for granted of accepted settings.
std::string fault_of_settings(const config::settings& of) {
    if (!trade::is_instance_name(of.instance)) return fmt::format("instance '{}'", of.instance);
    if (of.accounts.empty()) return "no account";
    std::set<std::int64_t> ids;
    std::set<std::string_view> credentials;
    for (const auto& each : of.credentials) {
        credentials.insert(each.name);
        if (each.api_key.name.empty() || each.secret.name.empty()) return "a credential without a secret";
    }
    for (const auto& account : of.accounts) {
        if (account.id.value < 1 || !ids.insert(account.id.value).second) return "an account without an id of its own";
        if (!of.paper && !credentials.contains(account.credentials)) return "an account without credentials";
    }
    if (of.rate_limits.empty() || of.plans.paths.empty()) return "no limit, or no path";
    for (const auto& limit : of.rate_limits)
        if (limit.requests == 0 || limit.per.count() < 1 || limit.reserve >= limit.requests)
            return "a limit without a slot";
    return {};
}

} // namespace

std::string check_config(std::string_view text) {
    const auto result = config::read(text, file_name);
    if (auto fault = fault_of(result.diagnostics, text); !fault.empty()) return fault;
    if (result.value.has_value() == base::has_errors(result.diagnostics)) return "settings beside an error, or neither";
    if (!result.value) return {};
    const auto fault = fault_of_settings(*result.value);
    return fault.empty() ? fault : "accepted with " + fault;
}

} // namespace smarttrade::fuzz
