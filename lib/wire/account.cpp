#include "wire/account.hpp"

#include "wire/entity_amounts.hpp"
#include "wire/field_access.hpp"
#include "wire/json_writer.hpp"
#include "wire/listed.hpp"

namespace smarttrade::wire {

using trade::account;
using trade::active_counts;
using trade::balance;

namespace {

account read_members(json_members in, entity_amounts& amounts) {
    account read;
    read.id.value = integer_of(in["id"]).value_or(0);
    read.name = text_or_empty(in["name"]);
    read.type = text_or_empty(in["type"]);
    read.market = text_or_empty(in["market"]);
    read.exchange_name = text_or_empty(in["exchange_name"]);
    read.market_code = text_or_empty(in["market_code"]);
    read.smart_trading_supported = flag_of(in["smart_trading_supported"]);
    read.smart_selling_supported = flag_of(in["smart_selling_supported"]);
    read.trading_supported = flag_of(in["trading_supported"]);
    read.market_buy_supported = flag_of(in["market_buy_supported"]);
    read.market_sell_supported = flag_of(in["market_sell_supported"]);
    read.conditional_buy_supported = flag_of(in["conditional_buy_supported"]);
    read.is_locked = flag_of(in["is_locked"]);
    read.lock_reason = text_of(in["lock_reason"]);
    read.api_key_invalid = flag_of(in["api_key_invalid"]);
    read.api_keys_state = text_or_empty(in["api_keys_state"]);
    read.hedge_mode_available = flag_of(in["hedge_mode_available"]);
    read.hedge_mode_enabled = flag_of(in["hedge_mode_enabled"]);
    for (const auto type : in["supported_market_types"])
        if (type.is_scalar()) read.supported_market_types.emplace_back(type.text());
    read.btc_amount = amounts.read<money::money>(in["btc_amount"]);
    read.usd_amount = amounts.read<money::money>(in["usd_amount"]);
    read.created_at = time_of(in["created_at"]);
    read.updated_at = time_of(in["updated_at"]);
    return read;
}

reading<account> read_one_account(json_value from) {
    const auto id = integer_of(from["id"]);
    if (!id || *id < 1) return unreadable{"an account without id"};
    return read_bounded("account " + std::to_string(*id),
                        [&](entity_amounts& amounts) { return read_members(json_members{from}, amounts); });
}

void write_one(json_writer& to, const account& from) {
    to.member("id", from.id);
    to.member("name", from.name);
    to.member("type", from.type);
    to.member("market", from.market);
    to.member("exchange_name", from.exchange_name);
    to.member("market_code", from.market_code);
    to.member_if("smart_trading_supported", from.smart_trading_supported);
    to.member_if("smart_selling_supported", from.smart_selling_supported);
    to.member_if("trading_supported", from.trading_supported);
    to.member_if("market_buy_supported", from.market_buy_supported);
    to.member_if("market_sell_supported", from.market_sell_supported);
    to.member_if("conditional_buy_supported", from.conditional_buy_supported);
    to.member_if("is_locked", from.is_locked);
    to.member("lock_reason", from.lock_reason);
    to.member_if("api_key_invalid", from.api_key_invalid);
    if (!from.api_keys_state.empty()) to.member("api_keys_state", from.api_keys_state);
    to.member_if("hedge_mode_available", from.hedge_mode_available);
    to.member_if("hedge_mode_enabled", from.hedge_mode_enabled);
    to.key("supported_market_types");
    to.list(from.supported_market_types, [&](const std::string& type) { to.put(type); });
    to.member_if("btc_amount", from.btc_amount);
    to.member_if("usd_amount", from.usd_amount);
    to.member_if("created_at", from.created_at);
    to.member_if("updated_at", from.updated_at);
}

reading<balance> read_one_balance(json_value from) {
    json_members in{from};
    const auto currency = in["currency_code"];
    if (currency.text().empty()) return unreadable{"a balance without currency"};
    const auto read = [&](entity_amounts& amounts) {
        balance made;
        made.currency = currency.text();
        made.total = amounts.read<money::quantity>(in["position"]);
        made.available = amounts.read<money::quantity>(in["position_available"]);
        made.on_orders = amounts.read<money::quantity>(in["on_orders"]);
        made.equity = amounts.read<money::quantity>(in["equity"]);
        return made;
    };
    return read_bounded("balance of " + text_or_empty(currency), read);
}

void write_one(json_writer& to, const balance& from) {
    const auto amount = [&](std::string_view name, const std::optional<money::quantity>& value) {
        if (value) to.member(name, json_writer::number{value->value()});
    };
    to.member("currency_code", from.currency);
    amount("position", from.total);
    amount("position_available", from.available);
    amount("on_orders", from.on_orders);
    amount("equity", from.equity);
}

reading<active_counts> read_counts(json_value from) {
    const auto data = from["data"];
    if (!data.is_map()) return unreadable{"active trading entities without data"};
    json_members in{data};
    active_counts read;
    read.bots = integer_of(in["active_bots_count"]);
    read.deals = integer_of(in["active_deals_count"]);
    read.smart_trades = integer_of(in["active_smart_trades_count"]);
    read.orders = integer_of(in["active_orders_count"]);
    read.grid_bots = integer_of(in["active_grid_bots_count"]);
    return read;
}

} // namespace

reading<account> read_account(std::string_view json) { return read_document(json, read_one_account); }

reading<std::vector<account>> read_accounts(std::string_view json) {
    return read_document(json, [](json_value root) { return read_list<account>(root, "accounts", read_one_account); });
}

std::string write_account(const account& from) {
    json_writer to;
    to.object([&] { write_one(to, from); });
    return to.take();
}

std::string write_accounts(const std::vector<account>& accounts) {
    json_writer to;
    to.list(accounts, [&](const account& one) { to.object([&] { write_one(to, one); }); });
    return to.take();
}

reading<std::vector<balance>> read_balances(std::string_view json) {
    return read_document(json, [](json_value root) { return read_list<balance>(root, "balances", read_one_balance); });
}

std::string write_balances(const std::vector<balance>& balances) {
    json_writer to;
    to.list(balances, [&](const balance& one) { to.object([&] { write_one(to, one); }); });
    return to.take();
}

reading<active_counts> read_active_counts(std::string_view json) { return read_document(json, read_counts); }

std::string write_active_counts(const active_counts& counts) {
    json_writer to;
    to.object([&] {
        to.member("data", [&] {
            to.member_if("active_bots_count", counts.bots);
            to.member_if("active_deals_count", counts.deals);
            to.member_if("active_smart_trades_count", counts.smart_trades);
            to.member_if("active_orders_count", counts.orders);
            to.member_if("active_grid_bots_count", counts.grid_bots);
        });
    });
    return to.take();
}

} // namespace smarttrade::wire
