#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "command.hpp"
#include "http/server.hpp"
#include "paper_server/exchange.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;
using paper_server::options;

/// The flags of design.md 7, as they were typed.
struct paper_flags {
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> keys, accounts, balances, prices;
    std::string commission = "0.001";
    std::uint64_t seed = 1;
    std::string clock = "real", time, rate_limits = "documented", state, walk;
    std::int64_t ban_after = 10;
    std::vector<std::string> faults;
};

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

void read_key(const std::string& text, options& into) {
    const auto parts = split(text, ':');
    if (!parts || parts->second.empty()) refuse("--key", "...", "KEY:SECRET[:PERMISSION,..]"); // shows no secret
    auto& made = into.keys.emplace_back();
    made.key = parts->first;
    const auto rest = split(parts->second, ':');
    made.secret = rest ? rest->first : parts->second;
    if (!rest) return;
    for (const auto& permission : CLI::detail::split(rest->second, ',')) made.permissions.insert(permission);
}

void read_account(const std::string& text, options& into) {
    const auto parts = split(text, ':');
    const auto id = parts ? parse_number<std::int64_t>(parts->first) : std::nullopt;
    const bool known =
        parts && (parts->second == "paper_trading" || parts->second == "binance" || parts->second == "binance_futures");
    if (!id || *id <= 0 || !known) refuse("--account", text, "ID:TYPE with paper_trading, binance or binance_futures");
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

void read_fault(const std::string& text, options& into) {
    auto read = paper_server::read_fault_flag(text);
    if (const auto* wrong = std::get_if<std::string>(&read))
        throw CLI::ValidationError{"--fault", fmt::format("'{}', {}", text, *wrong)};
    into.faults.push_back(std::get<paper_server::fault>(std::move(read)));
}

options read_options(const paper_flags& flags, async::time_source& time) {
    options made;
    for (const auto& text : flags.keys) read_key(text, made);
    for (const auto& text : flags.accounts) read_account(text, made);
    for (const auto& text : flags.balances) read_balance(text, made);
    for (const auto& text : flags.prices) read_price(text, made);
    for (const auto& text : flags.faults) read_fault(text, made);
    read_walk(flags.walk, made);
    const auto commission = money::decimal::parse(flags.commission);
    if (!commission || commission->sign() < 0 || *commission >= money::decimal{1} || commission->scale() > 8)
        refuse("--commission", flags.commission, "a fraction below 1");
    made.commission = *commission;
    made.seed = flags.seed;
    made.manual_clock = flags.clock == "manual";
    made.ban_after = flags.ban_after;
    made.rate_limits = flags.rate_limits == "documented";
    made.state_file = flags.state;
    made.start = time.utc_now();
    if (!flags.time.empty()) {
        const auto start = base::parse_utc(flags.time);
        if (!start) refuse("--time", flags.time, "an ISO time with a zone");
        made.start = *start;
    }
    return made;
}

struct address {
    std::string host;
    std::uint16_t port;
};

address read_address(const std::string& text) {
    const auto colon = text.rfind(':');
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code failed;
    asio::ip::make_address(host, failed);
    const auto port = colon == std::string::npos ? std::nullopt : parse_number<std::uint16_t>(text.substr(colon + 1));
    if (failed || !port) refuse("--listen", text, "ADDRESS:PORT");
    return {host, *port};
}

/// The exchange between its first line on stdout and the signal that ends it.
class stall {
public:
    stall(asio::io_context& ctx, options how, async::time_source& time)
        : time_{time}, exchange_{std::move(how), time}, server_{ctx.get_executor(), time,
                                                                [this](http::request what) {
                                                                    return serve(std::move(what));
                                                                }},
          signals_{ctx, SIGTERM, SIGINT}, tasks_{ctx.get_executor()} {}

    asio::awaitable<void> live(address at) {
        const auto port = server_.listen(at.host, at.port);
        tasks_.spawn([this] { return server_.run(); });
        tasks_.spawn([this] { return exchange_.run(); });
        tasks_.spawn([this] { return wait_for_end(); });
        const auto shown = at.host.find(':') == std::string::npos ? at.host : '[' + at.host + ']';
        fmt::print("listening http://{}:{}\n", shown, port);
        std::fflush(stdout);
        co_await tasks_.join();
    }

private:
    asio::awaitable<http::response> serve(http::request what) {
        auto reply = exchange_.answer(what);
        const auto sent_at = time_.now() + reply.delay;
        co_await time_.sleep_until(sent_at);
        co_return reply;
    }

    asio::awaitable<void> wait_for_end() {
        co_await signals_.async_wait(async::nothrow);
        tasks_.cancel();
    }

    async::time_source& time_;
    paper_server::exchange exchange_;
    http::server server_;
    asio::signal_set signals_;
    async::task_group tasks_;
};

int run(const paper_flags& flags) {
    async::system_time time;
    const auto at = read_address(flags.listen);
    asio::io_context ctx{1};
    stall market{ctx, read_options(flags, time), time};
    std::exception_ptr failure;
    auto living = [&market, at] { return market.live(at); };
    asio::co_spawn(ctx, living, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
}

} // namespace

void add_paper_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("paper", "a paper exchange that behaves like the API, as an HTTP server");
    const auto flags = std::make_shared<paper_flags>();
    const auto repeatable = [&](const char* name, std::vector<std::string>& into, const std::string& help) {
        command->add_option(name, into, help)->allow_extra_args(false);
    };
    command->add_option("--listen", flags->listen, "ADDRESS:PORT; port 0 takes a free one")->capture_default_str();
    repeatable("--key", flags->keys, "KEY:SECRET[:PERMISSION,..]; repeatable");
    repeatable("--account", flags->accounts, "ID:TYPE, paper_trading, binance or binance_futures; repeatable");
    repeatable("--balance", flags->balances, "ID:CURRENCY=AMOUNT; repeatable");
    repeatable("--price", flags->prices, "PAIR=PRICE or PAIR=BID/ASK; repeatable");
    command->add_option("--commission", flags->commission, "a fraction of each fill")->capture_default_str();
    command->add_option("--seed", flags->seed, "of everything random")->capture_default_str();
    command->add_option("--clock", flags->clock, "manual: time moves by posted ticks only")
        ->check(CLI::IsMember({"manual", "real"}))
        ->capture_default_str();
    command->add_option("--time", flags->time, "the manual clock at start (default: now)");
    command->add_option("--rate-limits", flags->rate_limits, "the limits of the API")
        ->check(CLI::IsMember({"documented", "off"}))
        ->capture_default_str();
    command->add_option("--ban-after", flags->ban_after, "so many answers 429 in one block, then 418 for ten minutes")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
        ->capture_default_str();
    repeatable(
        "--fault", flags->faults,
        fmt::format("KIND[,match=METHOD PATH-PREFIX][,count=N|,request=N|,probability=P][,ms=N][,after=0|1], what "
                    "goes wrong: {}; repeatable",
                    fmt::join(base::names_of<paper_server::fault_kind>(), " ")));
    command->add_option("--state", flags->state, "SQLite file; if it exists it wins over --price, --balance, --time");
    command->add_option("--walk", flags->walk, "SEED[,SWING%]: a market that moves by itself");
    command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

} // namespace smarttrade::daemon
