#include "paper_server/execution.hpp"

#include <algorithm>

#include "paper/engine.hpp"
#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"
#include "trade/rules.hpp"
#include "wire/answers.hpp"
#include "wire/entity.hpp"
#include "wire/json.hpp"

namespace smarttrade::paper_server {

namespace {

/// Breaches as the API words them: bracket paths, `is invalid` on the groups around (api.md C.1), pairs by a comma.
attribute_list attributes_of(const std::vector<trade::violation>& violations) {
    attribute_list fields;
    const auto has = [&fields](const std::string& field) {
        return std::ranges::any_of(fields, [&](const auto& each) { return each.first == field; });
    };
    for (const auto& each : violations) {
        if (each.level != base::severity::error) continue;
        auto field = trade::bracket_path(each.at);
        const bool is_pair =
            each.api_message == "are mutually exclusive" || each.api_message.starts_with("are missing");
        if (each.other && is_pair) field += ',' + trade::bracket_path(*each.other);
        fields.emplace_back(std::move(field), each.api_message);
    }
    for (const auto& each : violations) {
        if (each.level != base::severity::error) continue;
        for (auto group = each.at; group.size() > 1;) {
            group.pop_back();
            const auto name = trade::bracket_path(group);
            if (std::holds_alternative<std::string>(group.back()) && !has(name))
                fields.emplace_back(name, "is invalid");
        }
    }
    return fields;
}

http::response account_page(const paper::state& in, const call& what, trade::account_mode mode) {
    constexpr std::string_view accounts = "/ver1/accounts";
    if (what.method == "GET" && what.path == "/ver1/validate") return json_reply(200, wire::write_valid(true));
    if (what.method == "GET" && what.path == accounts) return list_accounts(in, what, mode);
    if (what.method == "GET" && what.path.starts_with("/ver1/accounts/"))
        if (const auto id = parse_whole(what.path.substr(accounts.size() + 1))) {
            const auto found = in.accounts.find(trade::account_id{*id});
            if (found != in.accounts.end()) return show_account(found->second);
        }
    return error_reply(404, "not_found", "Not Found");
}

http::response trade_list(const trading_floor& floor, const call& what, trade::account_mode mode, const fault* by) {
    if (by && by->kind == fault_kind::stale_list) return list_trades(floor.as_it_was(by->ms), what, mode);
    const std::size_t missed = by && by->kind == fault_kind::page_shift ? 1 : 0;
    return list_trades(floor.state(), what, mode, missed);
}

/// The account id decides where a trade is made, whatever the mode says (api.md A.7).
executed create(trading_floor& floor, const call& what) {
    const auto body = wire::parse_json(what.body);
    if (!body || !body->is_map()) return {invalid_reply(400, {{"body", "is invalid"}}), {}};
    const auto reading = trade::read_request(*body, trade::strictness::exchange);
    if (!reading.request) return {invalid_reply(400, attributes_of(reading.violations)), {}};
    const auto told = floor.apply(paper::create{*reading.request});
    if (const auto* no = std::get_if<paper::refusal>(&told.reply)) {
        if (no->why == paper::refusal::reason::unknown_account)
            return {error_reply(403, "Forbidden", "Account not owned by current user."), {}};
        attribute_list fields;
        for (const auto& each : no->fields) fields.emplace_back(each.field, each.message);
        return {invalid_reply(422, fields), {}};
    }
    const auto id = std::get<trade::smart_trade_id>(told.reply);
    return {json_reply(201, wire::write_smart_trade(paper::view(floor.state(), id))), id.value};
}

executed trade_page(trading_floor& floor, const call& what, trade::account_mode mode, const fault* by) {
    constexpr std::string_view trades = "/v2/smart_trades";
    if (is_trade_list(what)) return {trade_list(floor, what, mode, by), {}};
    if (what.path == trades && what.method == "POST") return create(floor, what);
    const bool known = what.path.starts_with("/v2/smart_trades/") && (what.method == "GET" || what.method == "DELETE");
    const auto number = known ? parse_whole(what.path.substr(trades.size() + 1)) : std::nullopt;
    if (!number) return {error_reply(404, "not_found", "Not Found"), {}};
    const trade::smart_trade_id id{*number};
    // api.md K.6: 400 is what the documentation shows here.
    if (!floor.state().trades.contains(id)) return {error_reply(400, "Not found", "Smart Trade not found"), {}};
    if (what.method == "DELETE") {
        const auto told = floor.apply(paper::cancel{id});
        if (std::holds_alternative<paper::refusal>(told.reply))
            return {error_reply(400, "Wrong param(s)", "Cancel is not allowed in the current status"), *number};
    }
    return {json_reply(200, wire::write_smart_trade(paper::view(floor.state(), id))), *number};
}

} // namespace

executed execute(trading_floor& floor, const options::api_key& who, const call& what, const http::request& raw,
                 const fault* by) {
    const bool trades = what.path.starts_with("/v2/");
    const auto needed = std::string{trades ? "SMART_TRADES" : "ACCOUNTS"} + (what.method == "GET" ? "_READ" : "_WRITE");
    if (what.path != "/ver1/validate" && !who.permissions.empty() && !who.permissions.contains(needed))
        return {error_reply(403, "Forbidden", "Api key not authorized for this action"), {}};
    // Without the header the key works in the mode its user last chose, which here is paper.
    const bool real = http::find_header(raw.headers, "Forced-Mode") == "real";
    const auto mode = real ? trade::account_mode::real : trade::account_mode::paper;
    if (trades) return trade_page(floor, what, mode, by);
    return {account_page(floor.state(), what, mode), {}};
}

} // namespace smarttrade::paper_server
