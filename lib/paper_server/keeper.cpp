#include "paper_server/keeper.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "paper/codec.hpp"
#include "paper_server/unfit.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::int64_t format = 4;
constexpr auto schema = R"(
CREATE TABLE IF NOT EXISTS number(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS word(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account(id INTEGER PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mode(key TEXT PRIMARY KEY, mode TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS balance(account INTEGER, currency TEXT, kept TEXT NOT NULL,
                                   PRIMARY KEY(account, currency)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS price(pair TEXT PRIMARY KEY, kept TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS smart_trade(id INTEGER PRIMARY KEY, kept TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS request(n INTEGER PRIMARY KEY, time INTEGER NOT NULL, method TEXT NOT NULL,
                                   path TEXT NOT NULL, query TEXT NOT NULL, key TEXT, status INTEGER, trade INTEGER, fault TEXT);
)";

base::utc_time time_of(std::int64_t count) { return base::utc_time{std::chrono::milliseconds{count}}; }

/// What an account can do: what its trades rely on.
std::string type_of(const paper::account& given) {
    return given.leverage && !given.contracts ? given.type + " with leverage" : given.type;
}

store::database open_alone(const std::string& file) {
    constexpr int busy = 5;
    try {
        return {file, store::durability::normal, store::sharing::nobody};
    } catch (const store::store_error& failed) {
        if (failed.code() != busy) throw;
        throw std::runtime_error{fmt::format("{}: another process uses this state of a paper exchange", file)};
    }
}

} // namespace

keeper::keeper(const std::string& file) : file_{file}, base_{open_alone(file)} {
    base_.execute(schema);
    auto any = base_.prepare("SELECT count(*) FROM number");
    any.step();
    is_new_ = any.integer(0) == 0;
    if (!is_new_ && get("format") != format)
        throw state_unfit{fmt::format("{}: state of another version of the paper exchange", file)};
}

void keeper::put(std::string_view name, std::int64_t value) {
    base_.prepare("INSERT OR REPLACE INTO number VALUES(?, ?)").bind(1, name).bind(2, value).step();
}

std::int64_t keeper::get(std::string_view name) {
    auto row = base_.prepare("SELECT value FROM number WHERE name = ?");
    if (!row.bind(1, name).step()) throw std::runtime_error{fmt::format("state without {}", name)};
    return row.integer(0);
}

void keeper::load(memory& into, const std::map<trade::pair, paper::market_limits>& limits) {
    into.market.now = time_of(get("now"));
    into.market.next_trade_id = get("next_trade_id");
    into.market.next_sub_trade_id = get("next_sub_trade_id");
    into.walked = static_cast<std::uint64_t>(get("walked"));
    into.played = static_cast<std::uint64_t>(get("played"));
    into.starts = get("starts");
    into.requests = get("requests");
    auto word = base_.prepare("SELECT value FROM word WHERE name = 'recording'");
    if (word.step()) into.recording = word.text(0);
    check_accounts(into);
    load_balances(into);
    load_prices(into, limits);
    load_trades(into);
    load_log(into);
    load_modes(into);
}

/// A trade of contracts in an account that has none would stop the engine.
void keeper::check_accounts(const memory& given) {
    auto rows = base_.prepare("SELECT id, type FROM account");
    while (rows.step()) {
        const auto found = given.market.accounts.find({rows.integer(0)});
        if (found == given.market.accounts.end() || type_of(found->second) == rows.text(1)) continue;
        throw state_unfit{fmt::format("{}: account {} is {} there, expected that and not {}", file_, rows.integer(0),
                                      rows.text(1), type_of(found->second))};
    }
}

void keeper::load_balances(memory& into) {
    auto rows = base_.prepare("SELECT account, currency, kept FROM balance");
    while (rows.step()) {
        const auto found = into.market.accounts.find({rows.integer(0)});
        if (found != into.market.accounts.end())
            found->second.balances[rows.text(1)] = paper::decode_balance(rows.text(2));
    }
}

void keeper::load_prices(memory& into, const std::map<trade::pair, paper::market_limits>& limits) {
    auto rows = base_.prepare("SELECT pair, kept FROM price");
    while (rows.step()) {
        const auto pair = trade::pair::parse(rows.text(0));
        if (!pair) throw std::runtime_error{fmt::format("state with a pair named {}", rows.text(0))};
        auto& market = into.market.markets[*pair];
        paper::decode_market(rows.text(1), market);
        if (const auto own = limits.find(*pair); own != limits.end()) market.limits = own->second;
    }
}

void keeper::load_trades(memory& into) {
    auto rows = base_.prepare("SELECT kept FROM smart_trade ORDER BY id");
    while (rows.step()) {
        auto record = paper::decode_trade(rows.text(0));
        const auto account = record.request.account;
        if (!into.market.accounts.contains(account))
            throw state_unfit{fmt::format("{}: has trades of account {}, which is not given", file_, account.value)};
        paper::restore(into.market, std::move(record));
    }
}

void keeper::load_log(memory& into) {
    auto rows = base_.prepare("SELECT n, time, method, path, query, key, status, trade, fault FROM request ORDER BY n");
    while (rows.step()) {
        auto& line = into.log.emplace_back();
        line.n = rows.integer(0);
        line.time = time_of(rows.integer(1));
        line.method = rows.text(2);
        line.path = rows.text(3);
        line.query = rows.text(4);
        if (!rows.is_null(5)) line.key = rows.text(5);
        if (!rows.is_null(6)) line.status = static_cast<int>(rows.integer(6));
        if (!rows.is_null(7)) line.trade = rows.integer(7);
        if (!rows.is_null(8)) line.fault = base::parse_name<fault_kind>(rows.text(8));
    }
}

void keeper::load_modes(memory& into) {
    auto rows = base_.prepare("SELECT key, mode FROM mode");
    while (rows.step())
        if (const auto mode = base::parse_name<trade::account_mode>(rows.text(1))) into.modes.set(rows.text(0), *mode);
}

void keeper::save(const memory& from, const unsaved_changes& changed, std::span<const logged_request> lines) {
    store::transaction all{base_};
    put("format", format);
    put("now", from.market.now.time_since_epoch().count());
    put("next_trade_id", from.market.next_trade_id);
    put("next_sub_trade_id", from.market.next_sub_trade_id);
    put("walked", static_cast<std::int64_t>(from.walked));
    put("played", static_cast<std::int64_t>(from.played));
    put("starts", from.starts);
    put("requests", from.requests);
    base_.prepare("INSERT OR REPLACE INTO word VALUES('recording', ?)").bind(1, from.recording).step();
    save_accounts(from, changed.accounts);
    if (changed.modes) save_modes(from.modes);
    auto balance = base_.prepare("INSERT OR REPLACE INTO balance VALUES(?, ?, ?)");
    for (const auto& [account, currency] : changed.balances) {
        const auto& amount = from.market.accounts.at(account).balances.at(currency);
        balance.bind(1, account.value).bind(2, currency).bind(3, paper::encode(amount)).step();
    }
    auto price = base_.prepare("INSERT OR REPLACE INTO price VALUES(?, ?)");
    for (const auto& pair : changed.markets)
        price.bind(1, pair.text()).bind(2, paper::encode(from.market.markets.at(pair))).step();
    auto trade = base_.prepare("INSERT OR REPLACE INTO smart_trade VALUES(?, ?)");
    for (const auto& id : changed.trades)
        trade.bind(1, id.value).bind(2, paper::encode(from.market.trades.at(id).record)).step();
    for (const auto& line : lines) save_line(line);
    all.commit();
}

void keeper::save_accounts(const memory& from, const std::set<trade::account_id>& changed) {
    auto row = base_.prepare("INSERT OR REPLACE INTO account VALUES(?, ?)");
    for (const auto& id : changed) row.bind(1, id.value).bind(2, type_of(from.market.accounts.at(id))).step();
}

void keeper::save_modes(const key_modes& modes) {
    auto row = base_.prepare("INSERT OR REPLACE INTO mode VALUES(?, ?)");
    for (const auto& [key, mode] : modes.changed()) row.bind(1, key).bind(2, base::name_of(mode)).step();
}

void keeper::save_line(const logged_request& line) {
    auto row = base_.prepare("INSERT OR REPLACE INTO request VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row.bind(1, line.n).bind(2, line.time.time_since_epoch().count());
    row.bind(3, line.method).bind(4, line.path).bind(5, line.query);
    line.key ? row.bind(6, *line.key) : row.bind(6, nullptr);
    line.status ? row.bind(7, static_cast<std::int64_t>(*line.status)) : row.bind(7, nullptr);
    line.trade ? row.bind(8, *line.trade) : row.bind(8, nullptr);
    line.fault ? row.bind(9, base::name_of(*line.fault)) : row.bind(9, nullptr);
    row.step();
    const auto oldest = line.n - static_cast<std::int64_t>(logged_requests_max);
    base_.prepare("DELETE FROM request WHERE n <= ?").bind(1, oldest).step();
}

} // namespace smarttrade::paper_server
