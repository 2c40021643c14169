#include "paper_flags.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <set>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "paper_server/limits_flag.hpp"
#include "paper_server/recording.hpp"
#include "paper_server/replay.hpp"
#include "wire/verifier.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;
using paper_server::options;

[[noreturn]] void refuse(const char* flag, const std::string& value, const char* expected) {
    throw CLI::ValidationError{flag, fmt::format("'{}', expected {}", value, expected)};
}

/// The text before and after the first `at`; nothing without one.
std::optional<std::pair<std::string, std::string>> split(const std::string& text, char at) {
    const auto place = text.find(at);
    if (place == std::string::npos || place == 0) return std::nullopt;
    return std::pair{text.substr(0, place), text.substr(place + 1)};
}

template <class Number> std::optional<Number> parse_number(const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The word is not shown: of a secret with a colon in it, it would be a part.
void read_permission(const std::string& word, options::api_key& into) {
    constexpr std::array known{"BOTS_READ",         "BOTS_WRITE",         "ACCOUNTS_READ",    "ACCOUNTS_WRITE",
                               "SMART_TRADES_READ", "SMART_TRADES_WRITE", "SMART_TRADE_READ", "SMART_TRADE_WRITE"};
    if (std::ranges::find(known, word) == known.end())
        throw CLI::ValidationError{"--key", fmt::format("{} has a permission that is none, expected some of {}",
                                                        into.key, fmt::join(known, " "))};
    into.permissions.insert(word);
}

void read_key(const std::string& text, options& into) {
    const auto parts = split(text, ':');
    if (!parts || parts->second.empty()) refuse("--key", "...", "KEY:SECRET[:PERMISSION,..]"); // shows no secret
    auto& made = into.keys.emplace_back();
    made.key = parts->first;
    const auto rest = split(parts->second, ':');
    made.secret = rest ? rest->first : parts->second;
    if (!rest) return;
    for (const auto& permission : CLI::detail::split(rest->second, ',')) read_permission(permission, made);
}

std::string text_of(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text(std::size_t{64} << 10U, '\0'); // no key is as large
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.gcount() == 0 && !in.eof()))
        throw CLI::ValidationError{"--rsa-key", fmt::format("{}: {}", file, std::strerror(errno))};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

void read_rsa_key(const std::string& text, options& into) {
    const auto parts = split(text, ':');
    if (!parts || parts->second.empty()) refuse("--rsa-key", text, "KEY:PUBLIC.pem");
    auto& made = into.keys.emplace_back();
    made.key = parts->first;
    made.rsa_public_pem = text_of(parts->second);
    const auto usable = wire::verifier::with_rsa(made.rsa_public_pem);
    if (!usable) throw CLI::ValidationError{"--rsa-key", fmt::format("{}: {}", parts->second, usable.error().reason)};
}

void refuse_double_keys(const options& all) {
    std::set<std::string> seen;
    for (const auto& each : all.keys)
        if (!seen.insert(each.key).second) throw CLI::ValidationError{"--key", each.key + " is given twice"};
}

void read_account(const std::string& text, options& into) {
    const auto parts = split(text, ':');
    const auto id = parts ? parse_number<std::int64_t>(parts->first) : std::nullopt;
    const bool known =
        parts && (parts->second == "paper_trading" || parts->second == "binance" || parts->second == "binance_futures");
    if (!id || *id <= 0 || !known) refuse("--account", text, "ID:TYPE with paper_trading, binance or binance_futures");
    if (std::ranges::find(into.accounts, trade::account_id{*id}, &options::account::id) != into.accounts.end())
        throw CLI::ValidationError{"--account", fmt::format("{} is given twice", *id)};
    into.accounts.push_back({{*id}, parts->second, parts->second == "binance_futures", {}});
}

void read_balance(const std::string& text, options& into) {
    const auto owner = split(text, ':');
    const auto parts = owner ? split(owner->second, '=') : std::nullopt;
    const auto id = owner ? parse_number<std::int64_t>(owner->first) : std::nullopt;
    const auto amount = parts ? money::decimal::parse(parts->second) : std::nullopt;
    if (!id || !amount || amount->sign() < 0) refuse("--balance", text, "ID:CURRENCY=AMOUNT");
    const auto account = std::ranges::find(into.accounts, trade::account_id{*id}, &options::account::id);
    if (account == into.accounts.end()) refuse("--balance", text, "the ID of an --account");
    account->balance[parts->first] = *amount;
}

void read_price(const std::string& text, options& into) {
    const auto parts = split(text, '=');
    const auto pair = parts ? trade::pair::parse(parts->first) : std::nullopt;
    if (!pair) refuse("--price", text, "PAIR=PRICE or PAIR=BID/ASK");
    const auto sides = split(parts->second, '/');
    const auto bid = money::price::parse(sides ? sides->first : parts->second);
    const auto ask = sides ? money::price::parse(sides->second) : bid;
    if (!bid || !ask || bid->sign() <= 0 || ask->sign() <= 0) refuse("--price", text, "prices above 0");
    if (*bid > *ask) refuse("--price", text, "a BID that is not above the ASK");
    into.prices[*pair] = {*bid, *ask, *bid};
}

void read_walk(const std::string& text, options& into) {
    if (text.empty()) return;
    const auto parts = split(text, ',');
    const auto seed = parse_number<std::uint64_t>(parts ? parts->first : text);
    auto swing = parts ? parts->second : std::string{"1"};
    if (swing.ends_with('%')) swing.pop_back();
    const auto percent = money::percent::parse(swing);
    if (!seed || !percent || percent->sign() <= 0 || percent->value().scale() > 8
        || *percent > money::percent{money::decimal{100}})
        refuse("--walk", text, "SEED[,SWING%] with a swing of at most 100%");
    into.market = options::walk{*seed, *percent};
}

void read_limits(const std::string& text, options& into) {
    if (const auto wrong = paper_server::read_limits_flag(text, into.limits))
        throw CLI::ValidationError{"--limits", fmt::format("'{}', {}", text, *wrong)};
}

void read_replay(const paper_flags& flags, options& into) {
    if (flags.replay.empty()) return;
    const auto only = into.prices.size() == 1 ? into.prices.begin()->first : trade::pair{"USDT", "BTC"};
    auto made = paper_server::replay_of(flags.replay, only);
    const auto speed = money::decimal::parse(flags.speed);
    if (!speed || speed->scale() > 8 || *speed < money::decimal{1, 3} || *speed > money::decimal{1'000'000})
        refuse("--speed", flags.speed, "a number from 0.001 to 1000000 with at most 8 decimals");
    made.speed = *speed;
    try {
        paper_server::check_recording(made.file);
    } catch (const std::runtime_error& wrong) {
        throw CLI::ValidationError{"--replay", wrong.what()};
    }
    into.market = std::move(made);
}

void read_fault(const std::string& text, options& into) {
    auto read = paper_server::read_fault_flag(text);
    if (const auto* wrong = std::get_if<std::string>(&read))
        throw CLI::ValidationError{"--fault", fmt::format("'{}', {}", text, *wrong)};
    into.faults.push_back(std::get<paper_server::fault>(std::move(read)));
}

} // namespace

options read_paper_flags(const paper_flags& flags) {
    options made;
    for (const auto& text : flags.keys) read_key(text, made);
    for (const auto& text : flags.rsa_keys) read_rsa_key(text, made);
    refuse_double_keys(made);
    for (const auto& text : flags.accounts) read_account(text, made);
    for (const auto& text : flags.balances) read_balance(text, made);
    for (const auto& text : flags.prices) read_price(text, made);
    for (const auto& text : flags.limits) read_limits(text, made);
    for (const auto& text : flags.faults) read_fault(text, made);
    read_walk(flags.walk, made);
    read_replay(flags, made);
    const auto commission = money::decimal::parse(flags.commission);
    if (!commission || commission->sign() < 0 || *commission >= money::decimal{1} || commission->scale() > 8)
        refuse("--commission", flags.commission, "a fraction below 1");
    made.commission = *commission;
    made.seed = flags.seed;
    made.manual_clock = flags.clock == "manual";
    if (made.manual_clock && std::holds_alternative<options::walk>(made.market))
        throw CLI::ValidationError{"--walk", "does not go with --clock manual, which moves by posted ticks only"};
    made.ban_after = flags.ban_after;
    made.rate_limits = flags.rate_limits == "documented";
    made.strict_signatures = flags.strict_signatures;
    made.state_file = flags.state;
    if (!flags.time.empty()) {
        const auto start = base::parse_utc(flags.time);
        if (!start) refuse("--time", flags.time, "an ISO time with a zone");
        made.start = *start;
    }
    return made;
}

listen_address read_listen_address(const std::string& text) {
    const auto colon = text.rfind(':');
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code failed;
    asio::ip::make_address(host, failed);
    const auto port = colon == std::string::npos ? std::nullopt : parse_number<std::uint16_t>(text.substr(colon + 1));
    if (failed || !port) refuse("--listen", text, "ADDRESS:PORT");
    return {host, *port};
}

void add_paper_flags(CLI::App& command, paper_flags& into) {
    const auto repeatable = [&](const char* name, std::vector<std::string>& values, const std::string& help) {
        command.add_option(name, values, help)->allow_extra_args(false);
    };
    command.add_option("--listen", into.listen, "ADDRESS:PORT; port 0 takes a free one")->capture_default_str();
    repeatable("--key", into.keys,
               "KEY:SECRET[:PERMISSION,..], signs with HMAC; without permissions it has all; repeatable");
    repeatable("--rsa-key", into.rsa_keys, "KEY:PUBLIC.pem, signs with RSA and has all permissions; repeatable");
    command.add_flag("--strict-signatures", into.strict_signatures,
                     "takes the documented signatures alone, not those that clients in the field send too");
    repeatable("--account", into.accounts, "ID:TYPE, paper_trading, binance or binance_futures; repeatable");
    repeatable("--balance", into.balances, "ID:CURRENCY=AMOUNT; repeatable");
    repeatable("--price", into.prices, "PAIR=PRICE or PAIR=BID/ASK; repeatable");
    repeatable("--limits", into.limits,
               "PAIR:NAME=V,.. by the names of currency_rates: minPrice maxPrice priceStep minLotSize maxLotSize "
               "lotStep minTotal maxTotal minMarketTotal and (min|max)Market(Buy|Sell)Amount "
               "(bid|ask)Multiplier(Up|Down) (default: Binance's of BTC/USDT); repeatable");
    command.add_option("--commission", into.commission, "a fraction of each fill")->capture_default_str();
    command.add_option("--seed", into.seed, "of everything random but the walk")->capture_default_str();
    command.add_option("--clock", into.clock, "manual: time moves by posted ticks only")
        ->check(CLI::IsMember({"manual", "real"}))
        ->capture_default_str();
    command.add_option("--time", into.time, "what the clock shows at start, ISO with a zone (default: now)");
    command.add_option("--rate-limits", into.rate_limits, "the limits of the API")
        ->check(CLI::IsMember({"documented", "off"}))
        ->capture_default_str();
    command
        .add_option("--ban-after", into.ban_after,
                    "so many answers 429 in one block, then 418 for two minutes, twice as long each time")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
        ->capture_default_str();
    repeatable(
        "--fault", into.faults,
        fmt::format("KIND[,match=METHOD PATH-PREFIX][,count=N|,request=N|,probability=P][,ms=N][,after=0|1], what "
                    "goes wrong: {}; repeatable",
                    fmt::join(base::names_of<paper_server::fault_kind>(), " ")));
    command.add_option("--state", into.state,
                       "SQLite file of this exchange alone; if it exists it wins over --price, --balance, --time");
    auto* walk = command.add_option("--walk", into.walk, "SEED[,SWING%]: prices that move by themselves each second");
    auto* replay = command.add_option(
        "--replay", into.replay,
        "[PAIR=]FILE: prices from a CSV of trade prints or of candles; PAIR is the only --price, else USDT_BTC; "
        "at its end the market stands still");
    replay->excludes(walk);
    command
        .add_option("--speed", into.speed, "of --replay: so many times as fast as it was recorded, 0.001 to 1000000")
        ->capture_default_str()
        ->needs(replay);
}

} // namespace smarttrade::daemon
