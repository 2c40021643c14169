#include "paper_server/pages.hpp"
#include "paper_server/parameters.hpp"
#include "wire/answers.hpp"

namespace smarttrade::paper_server {

executed validate(const asked&) { return {json_reply(200, wire::write_valid(true)), {}}; }

/// What the key works in without Forced-Mode, also if this request has one.
executed current_mode(const asked& a) { return {json_reply(200, wire::write_mode(a.floor.modes().of(a.who.key))), {}}; }

executed change_mode(const asked& a) {
    const auto word = text_of(a.parameters, "mode");
    if (!word) return {invalid_reply(400, {{"mode", "is missing"}}), {}};
    const auto mode = base::parse_name<trade::account_mode>(*word);
    if (!mode) return {invalid_reply(400, {{"mode", "does not have a valid value"}}), {}};
    a.floor.change_mode(a.who.key, *mode);
    return {json_reply(201, wire::write_mode(*mode)), {}};
}

executed permissions_info(const asked& a) {
    std::vector<std::string> names{a.who.permissions.begin(), a.who.permissions.end()};
    if (names.empty())
        names = {"BOTS_READ",      "BOTS_WRITE",        "ACCOUNTS_READ",
                 "ACCOUNTS_WRITE", "SMART_TRADES_READ", "SMART_TRADES_WRITE"};
    return {json_reply(200, wire::write_permissions(names)), {}};
}

} // namespace smarttrade::paper_server
