#include "paper_server/execution.hpp"

#include <algorithm>

#include "paper_server/parameters.hpp"
#include "paper_server/routes.hpp"

namespace smarttrade::paper_server {

namespace {

/// The seed spells the permissions of smart trades without the S (api.md A.3).
bool is_same(std::string_view has, std::string_view needed) {
    constexpr std::string_view seed = "SMART_TRADE_", usual = "SMART_TRADES_";
    if (has.starts_with(seed) && needed.starts_with(usual))
        return has.substr(seed.size()) == needed.substr(usual.size());
    return has == needed;
}

bool is_permitted(const options::api_key& who, const route& to) {
    return to.permission.empty() || who.permissions.empty()
           || std::ranges::any_of(who.permissions, [&](std::string_view has) {
                  return is_same(has, to.permission) || is_same(has, to.or_permission);
              });
}

/// A word that is no mode is ignored (I). The fault `wrong_mode` is a key in the other one.
trade::account_mode mode_of(const trading_floor& floor, const options::api_key& who, const http::request& raw,
                            const fault* by) {
    const auto forced = base::parse_name<trade::account_mode>(http::find_header(raw.headers, "Forced-Mode"));
    const auto mode = forced ? *forced : floor.modes().of(who.key);
    if (!by || by->kind != fault_kind::wrong_mode) return mode;
    return mode == trade::account_mode::real ? trade::account_mode::paper : trade::account_mode::real;
}

} // namespace

executed execute(trading_floor& floor, const options::api_key& who, const call& what, const http::request& raw,
                 const fault* by) {
    const auto to = find_route(what.method, what.path);
    if (to.allowed.empty()) return {error_reply(404, "not_found", "Not Found"), {}};
    if (!to.found) return {wrong_method(to.allowed), {}};
    if (!is_permitted(who, *to.found))
        return {error_reply(403, "Forbidden", "Api key not authorized for this action"), {}};
    auto read = read_parameters(what, http::find_header(raw.headers, "Content-Type"));
    if (auto* wrong = std::get_if<http::response>(&read)) return {std::move(*wrong), {}};
    const auto mode = mode_of(floor, who, raw, by);
    return to.found->serve({floor, who, what, std::get<trade::field_tree>(read), mode, by, to.ids});
}

} // namespace smarttrade::paper_server
