#include "trade/rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trade/rule_groups.hpp"
#include "trade/tag.hpp"

namespace smarttrade::trade {

namespace {

std::optional<pair> read_pair(body_reader& reader, const body_field& at) {
    constexpr std::string_view expected = "QUOTE_BASE like USDT_BTC";
    const auto text = reader.text("V5", at, expected);
    if (!text) return std::nullopt;
    const auto found = pair::parse(*text);
    const auto meant = reader.for_author() && !reader.for_adopter() ? pair::meant_by(*text) : std::nullopt;
    if (found && !meant) return found;
    reader.report(base::severity::error, "V5", at,
                  meant ? fmt::format("pair {}, expected QUOTE_BASE, did you mean '{}'?", as_written(*at.node), *meant)
                        : fmt::format("pair {}, expected {}", as_written(*at.node), expected),
                  "does not have a valid value");
    return std::nullopt;
}

/// A simple buy or sell has no exits: the API ignores them, an author must not believe in them (V6).
void refuse_exits_of_instant(body_reader& reader, const body_field& body) {
    if (!reader.for_author()) return;
    for (const std::string_view name : {"take_profit", "stop_loss"}) {
        const auto group = body[name];
        if (!reader.optional_group("V6", group) || !reader.is_on("V6", group)) continue;
        auto& told = reader.report(base::severity::error, "V6", group,
                                   fmt::format("{} on an instant trade, expected none: a simple buy or sell has no "
                                               "exits",
                                               name));
        told.other = field_path{"instant"};
    }
}

/// Rules about `instant` and `skip_enter_step` as a pair with the rest.
void check_kind(body_reader& reader, const body_field& body, const trade_request& request, bool exits_are_off) {
    if (request.instant && request.skip_enter_step) {
        auto& told = reader.report(base::severity::error, "V4", body["skip_enter_step"],
                                   "skip_enter_step true on an instant trade, expected one of them");
        told.other = field_path{"instant"};
    }
    if (request.instant && request.position.order == entry_type::conditional)
        reader.report(base::severity::error, "V12", body["position"]["order_type"],
                      "order_type conditional on an instant trade, expected market or limit",
                      "does not have a valid value");
    if (request.skip_enter_step && !request.instant && exits_are_off && !reader.for_adopter())
        reader.report(base::severity::error, "V9", body["skip_enter_step"],
                      "skip_enter_step true without exits, expected take_profit or stop_loss");
}

/// Said in the body that both exits are off, as opposed to wrong and told already.
bool are_exits_off(const body_field& body) {
    return std::ranges::all_of(std::initializer_list<std::string_view>{"take_profit", "stop_loss"},
                               [&](std::string_view name) {
                                   const auto enabled = body[name]["enabled"];
                                   return enabled && enabled.node->text == "false";
                               });
}

} // namespace

std::size_t count_steps(const body_field& body) {
    const auto enabled = body["take_profit"]["enabled"];
    const auto steps = body["take_profit"]["steps"];
    return enabled && enabled.node->text == "true" && steps ? steps.node->items.size() : 0;
}

std::string read_note(body_reader& reader, const body_field& at) {
    if (!at) return {};
    const auto text = reader.text("V32", at, "1 to 300 characters").value_or("");
    const auto length = std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }); // code points
    if (at.node->is_scalar() && text.empty())
        reader.report(base::severity::error, "V32", at, "note '', expected 1 to 300 characters", "is empty");
    if (static_cast<std::size_t>(length) > note_max)
        reader.report(base::severity::error, "V32", at,
                      fmt::format("note has {} characters, expected at most {}", length, note_max),
                      "too long. Max is 300 symbols");
    return text;
}

std::optional<leverage> read_leverage(body_reader& reader, const body_field& group) {
    if (!reader.optional_group("V13", group) || !reader.is_on("V13", group)) return std::nullopt;
    constexpr std::int64_t times_max = 1000; // beyond every exchange
    const auto value = reader.whole("V13", group["value"], "whole times, 1 or more", times_max);
    const auto type = group["type"];
    const bool is_custom = type && type.node->is_scalar() && type.node->text == "custom";
    const auto margin = is_custom ? std::optional{margin_type::isolated} : reader.word<margin_type>("V13", type);
    if (!value || !margin) return std::nullopt;
    return leverage{*margin, *value};
}

request_reading read_request(const field_tree& body, strictness who) {
    body_reader reader{who};
    const body_field root{&body, {}};
    trade_request request;
    const auto account = reader.whole("V5", root["account_id"], "the id of an account", INT64_MAX);
    request.account = account_id{account.value_or(0)};
    request.pair = read_pair(reader, root["pair"]).value_or(pair{});
    request.instant = reader.flag(root["instant"]);
    request.skip_enter_step = reader.flag(root["skip_enter_step"]);
    request.note = read_note(reader, root["note"]);
    request.leverage = read_leverage(reader, root["leverage"]);

    const auto entry = read_entry(reader, root, request.skip_enter_step);
    if (entry.order) request.position = *entry.order;
    if (request.instant) {
        refuse_exits_of_instant(reader, root);
    } else {
        for (auto& step : read_take_profit(reader, root, entry)) request.take_profit.push_back(std::move(step.order));
        request.stop_loss = read_stop_loss(reader, root, entry, count_steps(root));
    }
    check_kind(reader, root, request, are_exits_off(root));

    request_reading reading;
    if (!reader.has_errors()) reading.request = std::move(request);
    reading.violations = reader.take();
    return reading;
}

} // namespace smarttrade::trade
