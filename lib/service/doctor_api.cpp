#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "service/account_type.hpp"
#include "service/doctor.hpp"

namespace smarttrade::service {

namespace {

using std::chrono::milliseconds;
using std::chrono_literals::operator""s;

constexpr std::array wanted_permissions{"SMART_TRADES_READ", "SMART_TRADES_WRITE", "ACCOUNTS_READ"};
constexpr std::array known_permissions{"BOTS_READ",      "BOTS_WRITE",        "ACCOUNTS_READ",
                                       "ACCOUNTS_WRITE", "SMART_TRADES_READ", "SMART_TRADES_WRITE"};

/// The API's pages spell two of them in two ways (api.md A.3).
std::string as_documented(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    constexpr std::string_view other = "SMART_TRADE_";
    if (name.starts_with(other)) name.insert(other.size() - 1, "S");
    return name;
}

bool holds(const auto& names, const std::string& name) { return std::ranges::find(names, name) != std::end(names); }

/// A failure of a signed call, for whoever can mend it.
std::string mend_of(const trade::request_failure& why, std::string refused) {
    switch (why.kind) {
    case trade::outcome::credential:
        return "see at 3Commas that the key lives, that its secret is this one and that it allows this machine's "
               "address";
    case trade::outcome::refused: return refused;
    case trade::outcome::throttled: return "wait until the exchange's silence ends: smarttraded status";
    default: return "try again: smarttraded doctor";
    }
}

std::string accounts_text(const std::vector<trade::account>& all) {
    constexpr std::size_t shown_max = 5;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(all.size(), shown_max); ++i)
        names.push_back(fmt::format("{} ({})", all[i].id.value, all[i].name));
    if (all.size() > shown_max) names.push_back(fmt::format("and {} more", all.size() - shown_max));
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string trouble_of(const trade::account& told) {
    if (told.is_locked.value_or(false))
        return "is locked" + (told.lock_reason ? ": " + *told.lock_reason : std::string{});
    const bool expired =
        told.api_key_invalid.value_or(false) || (!told.api_keys_state.empty() && told.api_keys_state != "ok");
    if (expired)
        return fmt::format("has a key at its exchange that does not work{}",
                           told.api_keys_state.empty() ? "" : fmt::format(" ({})", told.api_keys_state));
    if (!told.smart_trading_supported.value_or(true)) return "does not support smart trades";
    return {};
}

/// The most requests that a limit lets through in any window of that length.
std::size_t most_in(std::chrono::milliseconds window, const config::rate_limit& limit) {
    const auto windows = (window + limit.per - milliseconds{1}) / limit.per;
    return limit.requests * static_cast<std::size_t>(windows);
}

std::string limit_text(const config::rate_limit& limit) {
    return limit.match.empty() ? std::string{"all requests together"} : limit.match;
}

std::string looser_than(const config::rate_limit& documented, const std::vector<config::rate_limit>& configured) {
    const config::rate_limit* tightest = nullptr;
    for (const auto& each : configured) {
        const bool holds_them = each.match.empty() || each.match == documented.match;
        const bool is_tighter = !tightest || most_in(documented.per, each) < most_in(documented.per, *tightest);
        if (holds_them && is_tighter) tightest = &each;
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(documented.per).count();
    if (!tightest)
        return fmt::format("{}: no limit, documented are {} in {}s", limit_text(documented), documented.requests,
                           seconds);
    if (const auto most = most_in(documented.per, *tightest); most > documented.requests)
        return fmt::format("{}: up to {} in {}s, documented are {}", limit_text(documented), most, seconds,
                           documented.requests);
    if (tightest->penalty < documented.penalty)
        return fmt::format("{}: silent for {}s after a 429, documented are {}s", limit_text(documented),
                           std::chrono::floor<std::chrono::seconds>(tightest->penalty).count(),
                           std::chrono::ceil<std::chrono::seconds>(documented.penalty).count());
    return {};
}

} // namespace

finding judge_clock(milliseconds ahead, milliseconds give_or_take) {
    const auto surely = std::max(milliseconds{0}, std::chrono::abs(ahead) - give_or_take);
    const auto seconds = std::chrono::round<std::chrono::seconds>(std::chrono::abs(ahead)).count();
    if (surely <= 5s) return {checkup::clock, {}, health::ok, "agrees with the exchange's", {}};
    return {checkup::clock,
            {},
            surely > 60s ? health::fail : health::warn,
            fmt::format("this machine is {}s {} the exchange: the times in the log are wrong by that", seconds,
                        ahead > milliseconds{0} ? "ahead of" : "behind"),
            "timedatectl set-ntp true"};
}

finding judge_permissions(const std::string& credential, const client::api_result<std::vector<std::string>>& told) {
    finding made{checkup::permissions, credential, health::fail, {}, {}};
    if (!told) {
        made.told = told.error().message;
        made.mend = mend_of(told.error(), "see at 3Commas what the key may do");
        return made;
    }
    std::vector<std::string> names, lacking, more;
    for (const auto& name : *told) names.push_back(as_documented(name));
    for (const auto* each : wanted_permissions)
        if (!holds(names, each)) lacking.emplace_back(each);
    std::ranges::copy_if(names, std::back_inserter(more),
                         [](const auto& each) { return !holds(wanted_permissions, each); });
    const bool understood = std::ranges::any_of(names, [](const auto& each) { return holds(known_permissions, each); });
    if (lacking.empty()) {
        made.is = health::ok;
        made.told = fmt::format("the key has what it needs{}",
                                more.empty() ? "" : fmt::format(", and does not need {}", fmt::join(more, ", ")));
    } else if (!understood) { // the shape of this answer is not documented (api.md D.5)
        made.is = health::warn;
        made.told = fmt::format("the exchange tells none that is known{}",
                                names.empty() ? "" : fmt::format(": {}", fmt::join(names, ", ")));
        made.mend = fmt::format("see at 3Commas that the key has {}", fmt::join(wanted_permissions, ", "));
    } else {
        made.told = fmt::format("the key lacks {}", fmt::join(lacking, ", "));
        made.mend = "give it to the key at 3Commas, then: smarttraded doctor";
    }
    return made;
}

finding judge_account(const config::account& wanted, const client::api_result<trade::account>& told,
                      const std::vector<trade::account>& others) {
    finding made{checkup::account, wanted.name, health::fail, {}, {}};
    if (!told) {
        made.told = fmt::format("account {} is not shown: {}", wanted.id.value, told.error().message);
        const auto place = fmt::format("mend accounts.{}.id", wanted.name);
        made.mend = mend_of(told.error(), others.empty() ? place : place + "; the key sees " + accounts_text(others));
        return made;
    }
    const auto who = fmt::format("{} ({})", told->id.value, told->name);
    if (const auto why = contradiction(wanted.mode, *told); !why.empty()) {
        made.told = fmt::format("{}: {}", who, why);
        made.mend =
            fmt::format("mend accounts.{0}.mode or accounts.{0}.id; until then nothing is written there", wanted.name);
        return made;
    }
    if (const auto why = trouble_of(*told); !why.empty()) {
        made.told = fmt::format("{} {}", who, why);
        made.mend = "mend it at 3Commas, then: smarttraded doctor";
        return made;
    }
    made.is = health::ok;
    made.told = fmt::format("{} is a {} account, as configured", who, base::name_of(wanted.mode));
    return made;
}

std::vector<finding> judge_limits(const std::vector<config::rate_limit>& configured,
                                  const std::vector<config::rate_limit>& documented) {
    std::vector<finding> all;
    for (const auto& each : documented)
        if (auto why = looser_than(each, configured); !why.empty())
            all.push_back(
                {checkup::limits,
                 {},
                 health::warn,
                 std::move(why),
                 "the exchange may block the key and then ban this address: leave rate_limits out, or mend it"});
    if (all.empty()) all.push_back({checkup::limits, {}, health::ok, "no looser than what the exchange documents", {}});
    return all;
}

std::vector<finding> nothing_to_ask() {
    std::vector<finding> all;
    for (const auto what : {checkup::credentials, checkup::trust, checkup::exchange, checkup::clock,
                            checkup::permissions, checkup::account, checkup::limits})
        all.push_back(
            {what, {}, health::ok, "nothing to look at: the embedded paper exchange serves every account", {}});
    return all;
}

} // namespace smarttrade::service
