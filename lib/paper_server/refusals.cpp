#include "paper_server/refusals.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace smarttrade::paper_server {

namespace {

/// What is `not allowed in the current status`, in the order of paper::event. Only the text for reduce_funds is
/// documented; the others follow its pattern (I).
constexpr std::array<std::string_view, 14> not_allowed{
    "", // tick: no call
    "", // clock: no call
    "Create",
    "Cancel",
    "Edit",
    "Add funds",
    "Reduce funds",
    "Close by market",
    "Force start",
    "Force process",
    "Set note",
    "Close by market", // of one order
    "Cancel",          // of one order
    "",                // touch_entry: no call
};
static_assert(not_allowed.size() == std::variant_size_v<paper::event>);

} // namespace

http::response invalid_body(const std::vector<trade::violation>& violations) {
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
            if (std::holds_alternative<trade::field_name>(group.back()) && !has(name))
                fields.emplace_back(name, "is invalid");
        }
    }
    return invalid_reply(400, fields);
}

http::response trade_not_found(int status) { return error_reply(status, "Not found", "Smart Trade not found"); }

http::response wrong_status(const paper::event& command) {
    const std::string what{not_allowed.at(command.index())};
    return error_reply(400, "Wrong param(s)", what + " is not allowed in the current status");
}

http::response refused(const paper::event& command, const paper::refusal& why) {
    using reason = paper::refusal::reason;
    switch (why.why) {
    case reason::unknown_account: return error_reply(403, "Forbidden", "Account not owned by current user.");
    case reason::unknown_trade: return trade_not_found(404);
    case reason::unknown_order: return error_reply(404, "Not found", "Trade not found"); // (I)
    case reason::wrong_status: return wrong_status(command);
    case reason::invalid: break;
    }
    attribute_list fields;
    for (const auto& each : why.fields) fields.emplace_back(each.field, each.message);
    return invalid_reply(422, fields);
}

} // namespace smarttrade::paper_server
