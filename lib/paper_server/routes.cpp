#include "paper_server/routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "paper_server/pages.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::string_view read_trades = "SMART_TRADES_READ", write_trades = "SMART_TRADES_WRITE";
constexpr std::string_view read_accounts = "ACCOUNTS_READ", write_accounts = "ACCOUNTS_WRITE";

constexpr std::array routes{
    route{"GET", "/v2/smart_trades", read_trades, list_trades},
    route{"POST", "/v2/smart_trades", write_trades, create_trade},
    route{"GET", "/v2/smart_trades/{}", read_trades, show_trade},
    route{"PATCH", "/v2/smart_trades/{}", write_trades, update_trade},
    route{"DELETE", "/v2/smart_trades/{}", write_trades, cancel_trade},
    // The seed says POST and READ, the newer documentation GET and WRITE: either will do (api.md A.3, D.6).
    route{"GET", "/v2/smart_trades/{}/reduce_funds_info", read_trades, reduce_funds_info, write_trades},
    route{"POST", "/v2/smart_trades/{}/reduce_funds_info", read_trades, reduce_funds_info, write_trades},
    route{"POST", "/v2/smart_trades/{}/reduce_funds", write_trades, reduce_funds},
    route{"POST", "/v2/smart_trades/{}/add_funds", write_trades, add_funds},
    route{"POST", "/v2/smart_trades/{}/close_by_market", write_trades, close_by_market},
    route{"POST", "/v2/smart_trades/{}/force_start", write_trades, force_start},
    route{"POST", "/v2/smart_trades/{}/force_process", write_trades, force_process},
    route{"POST", "/v2/smart_trades/{}/set_note", write_trades, set_note},
    route{"GET", "/v2/smart_trades/{}/trades", read_trades, list_orders},
    route{"POST", "/v2/smart_trades/{}/trades/{}/close_by_market", write_trades, close_order},
    route{"DELETE", "/v2/smart_trades/{}/trades/{}", write_trades, cancel_order},
    route{"GET", "/ver1/validate", "", validate},
    route{"GET", "/ver1/users/current_mode", read_accounts, current_mode},
    route{"POST", "/ver1/users/change_mode", write_accounts, change_mode},
    route{"GET", "/ver1/users/permissions_info", "", permissions_info},
    route{"GET", "/ver1/accounts", read_accounts, list_accounts},
    route{"GET", "/ver1/accounts/{}", read_accounts, show_account},
    route{"POST", "/ver1/accounts/{}/load_balances", read_accounts, load_balances},
    route{"POST", "/ver1/accounts/{}/account_table_data", read_accounts, account_table_data},
    route{"GET", "/ver1/accounts/{}/active_trading_entities", read_accounts, active_trading_entities},
    // The heading of the documentation says POST, its example and the clients GET (api.md D.5).
    route{"GET", "/ver1/accounts/{}/leverage_data", read_accounts, leverage_data},
    route{"POST", "/ver1/accounts/{}/leverage_data", read_accounts, leverage_data},
};

/// The part up to the next slash, which is taken off.
std::string_view take_part(std::string_view& path) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    return part;
}

bool fits(std::string_view pattern, std::string_view path, std::array<std::int64_t, 2>& ids) {
    std::size_t found = 0;
    while (pattern.starts_with('/') && path.starts_with('/')) {
        const auto wanted = take_part(pattern), given = take_part(path);
        if (wanted != "{}") {
            if (wanted != given) return false;
            continue;
        }
        const auto id = parse_whole(given);
        if (!id) return false;
        ids.at(found++) = *id;
    }
    return pattern.empty() && path.empty();
}

} // namespace

routed find_route(std::string_view method, std::string_view path) {
    routed made;
    for (const auto& each : routes) {
        if (!fits(each.path, path, made.ids)) continue;
        made.allowed.push_back(each.method);
        if (each.method == method) made.found = &each;
    }
    return made;
}

namespace {
std::string shown(const std::vector<std::string_view>& allowed) {
    std::vector<std::string_view> words{"OPTIONS"};
    for (const auto& method : allowed) {
        words.push_back(method);
        if (method == "GET") words.push_back("HEAD");
    }
    return fmt::format("{}", fmt::join(words, ", "));
}
} // namespace

http::response preflight(const std::vector<std::string_view>& allowed) {
    return {204,
            {},
            {{"Allow", shown(allowed)},
             {"Access-Control-Allow-Methods", "GET, PUT, POST, DELETE, PATCH, OPTIONS"},
             {"Access-Control-Allow-Headers", "Content-Type,Signature,Apikey,Forced-Mode"}}};
}

http::response wrong_method(const std::vector<std::string_view>& allowed) {
    // The list is as T#119 shows it; the words around it and the status are ours (I).
    auto reply = error_reply(405, "invalid_request_method",
                             fmt::format("Invalid request method. Allowed methods: [{}]", shown(allowed)));
    reply.headers.emplace_back("Allow", shown(allowed));
    return reply;
}

} // namespace smarttrade::paper_server
