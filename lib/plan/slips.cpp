#include "plan/slips.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/expand_values.hpp"
#include "trade/number_spelling.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

using yaml::node;

namespace {

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `0,012` in braces: a fraction, not thousands.
bool is_fraction(const yaml::member& number, const yaml::member& rest) {
    return number.value.text == "0" && rest.value.is_null() && are_digits(rest.key);
}

/// `60,000` in braces.
bool joins(const yaml::member& number, const yaml::member& rest) {
    return number.value.is_scalar() && trade::is_plain_number(number.value.text.substr(0, number.value.text.find(' ')))
           && rest.value.is_null() && are_digits(rest.key.substr(0, 3)) && rest.key.size() >= 3
           && (rest.key.size() == 3 || rest.key[3] == ' ' || rest.key[3] == '.');
}

/// Joins a number with the groups behind it, if there are some, all at once: there may be very many.
void join_number(std::vector<yaml::member>& members, std::size_t place, problems& told) {
    auto& number = members[place];
    auto written = number.value.text;
    auto end = place + 1;
    if (end < members.size() && number.value.is_scalar() && is_fraction(number, members[end])) {
        told.error(number.value.at, fmt::format("{0} 0,{1} in braces is two values, expected 0.{1}",
                                                yaml::shown(number.key), yaml::shown(members[end].key)));
        number.value.text += '.' + members[end].key;
        members.erase(members.begin() + static_cast<std::ptrdiff_t>(end));
        return;
    }
    for (; end < members.size() && joins(number, members[end]); ++end) {
        written += ',' + members[end].key;
        number.value.text += members[end].key;
    }
    if (end == place + 1) return;
    told.error(number.value.at,
               fmt::format("{} {} in braces is {} values, expected {}", yaml::shown(number.key), yaml::shown(written),
                           end == place + 2 ? "two" : "several", yaml::shown(number.value.text)));
    const auto first = members.begin() + static_cast<std::ptrdiff_t>(place);
    members.erase(first + 1, first + static_cast<std::ptrdiff_t>(end - place));
}

/// `price:61000`.
void part_key(yaml::member& of, problems& told) {
    const auto colon = of.key.find(':');
    if (!of.value.is_null() || colon == std::string::npos || colon == 0 || colon + 1 == of.key.size()) return;
    const auto value = of.key.substr(colon + 1);
    const auto key = of.key.substr(0, colon);
    told.error(of.key_at, fmt::format("{} without a space behind the colon, expected {}: {}", yaml::shown(of.key),
                                      yaml::shown(key), yaml::shown(value)));
    of.value = scalar_node(value, of.key_at);
    of.key = key;
}

} // namespace

void mend_slips(node& value, problems& told) {
    for (auto& item : value.items) mend_slips(item, told);
    for (std::size_t i = 0; i < value.members.size(); ++i) {
        part_key(value.members[i], told);
        join_number(value.members, i, told);
        mend_slips(value.members[i].value, told);
    }
}

void mend_stop_price(node& trade, problems& told) {
    auto* stop_loss = member_of(trade, "stop_loss");
    const auto* price = stop_loss ? stop_loss->find("price") : nullptr;
    const auto* value = price ? price->value.find("value") : nullptr;
    const auto* order = stop_loss ? stop_loss->find("order_type") : nullptr;
    const bool is_limit = order && order->value.is_scalar() && order->value.text == "limit";
    if (!value || is_limit || stop_loss->find("conditional")) return;
    const auto at = price->key_at;
    const auto shown = yaml::shown(value->value.text);
    told.error(at,
               fmt::format("price {0} in stop_loss, expected {1}: price is that of a limit order", shown,
                           order ? "conditional: " + shown : fmt::format("`stop_loss: {}`", shown)),
               "V23");
    if (!order) set_member(*stop_loss, "order_type", at, scalar_node("market", at));
    auto trigger = map_node(at);
    set_member(trigger, "price", at, std::move(*member_of(*stop_loss, "price")));
    std::erase_if(stop_loss->members, [](const yaml::member& m) { return m.key == "price"; });
    set_member(*stop_loss, "conditional", at, std::move(trigger));
}

void warn_of_lost_text(const node& value, std::string_view key, std::string_view source, problems& told) {
    if (!value.is_cut || told.is_full()) return; // each looks for its line from the start
    std::size_t start = 0;
    for (int line = 1; line < value.at.line && start != std::string_view::npos; ++line)
        start = source.find('\n', start) + 1;
    const auto line = source.substr(start, source.find('\n', start) - start);
    const auto text = line.find(value.text);
    const auto hash = text == std::string_view::npos ? text : line.find(" #", text);
    auto after = hash == std::string_view::npos ? std::string_view{} : line.substr(hash + 1);
    if (after.ends_with('\r')) after.remove_suffix(1);
    told.add({yaml::position(value.at, told.file),
              base::severity::warning,
              {},
              fmt::format("{0} {1}, but {2} behind it is a comment and is lost, expected quotes: {0}: '{1} {2}'", key,
                          yaml::shown(value.text), yaml::shown(after)),
              {}});
}

} // namespace smarttrade::plan
