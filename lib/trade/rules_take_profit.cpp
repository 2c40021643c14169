#include <algorithm>

#include <fmt/format.h>

#include "trade/percent_exits.hpp"
#include "trade/rule_groups.hpp"

namespace smarttrade::trade {

namespace {

constexpr std::size_t steps_max = 8;

std::optional<money::percent> read_step_trailing(body_reader& reader, const body_field& step,
                                                 std::optional<order_type> order, bool is_last) {
    const auto trailing = step["trailing"];
    if (!reader.optional_group("V19", trailing) || !reader.is_on("V19", trailing)) return std::nullopt;
    const auto percent = reader.percent("V19", trailing["percent"], 100, money::decimal{1, 2});
    if (order == order_type::limit)
        reader.report(base::severity::error, "V19", trailing,
                      "trailing on a limit step, expected order_type market beside it");
    if (!is_last && !reader.for_adopter())
        reader.report(base::severity::error, "V20", trailing,
                      "trailing on a step before the last, expected it on the last step only");
    return percent;
}

std::optional<take_profit_step> read_step(body_reader& reader, const body_field& step, const entry_reading& entry,
                                          bool is_last) {
    if (!step.node->is_map()) {
        reader.report(
            base::severity::error, "V15", step,
            fmt::format("step {}, expected a group like {{order_type: limit, price: 61000}}", as_written(*step.node)));
        return std::nullopt;
    }
    const auto order = reader.word<order_type>("V15", step["order_type"]);
    const auto volume = reader.percent("V15", step["volume"], 100);
    const auto price = step["price"];
    std::optional<price_type> follows;
    std::optional<exit_level> level;
    if (reader.required_group("V17", price, "a price or a percent")) {
        follows = reader.word<price_type>("V11", price["type"]);
        level = read_exit_level(reader, "V17", price, entry);
        if (level) refuse_percent_to_zero(reader, "V22", price, *level, entry.is_short());
    }
    const auto trailing = read_step_trailing(reader, step, order, is_last);
    if (!order || !volume || !follows || !level) return std::nullopt;
    return take_profit_step{*order, *follows, *level, *volume, trailing};
}

/// The volumes sum to exactly 100 (V16).
void check_volumes(body_reader& reader, const body_field& steps, const std::vector<trade_update::step_change>& all) {
    money::percent sum;
    for (const auto& step : all) sum = sum + step.order.volume;
    const money::percent whole{money::decimal{100}};
    if (sum == whole) return;
    if (reader.for_adopter() && sum < whole) { // a cancelled step takes its share along (api.md H.21)
        reader.report(
            base::severity::warning, "V16", steps,
            fmt::format("volumes of the steps sum to {}, expected 100: the rest has no target", sum.to_short_string()));
        return;
    }
    reader.report(base::severity::error, "V16", steps,
                  fmt::format("volumes of the steps sum to {}, expected 100", sum.to_short_string()));
}

/// Which step of the trade an item means; null: a new one, or none that exists, which is told. An id counts once.
const standing_step* find_named(body_reader& reader, const body_field& step, const std::vector<standing_step>& before,
                                const std::vector<trade_update::step_change>& read) {
    const auto id = step["id"];
    if (!id) return nullptr;
    const auto value = reader.whole("V33", id, "the id of a step of this trade", INT64_MAX);
    if (!value) return nullptr;
    const auto found = std::ranges::find(before, sub_trade_id{*value}, &standing_step::id);
    const bool is_taken =
        std::ranges::any_of(read, [&](const auto& each) { return each.id && each.id->value == *value; });
    if (found != before.end() && !is_taken) return &*found;
    reader.report(base::severity::error, "V33", id,
                  fmt::format("id {}, expected {}", as_written(*id.node),
                              is_taken ? "each step once" : "the id of a step of this trade"),
                  "does not have a valid value");
    return nullptr;
}

/// A step that ended stays as it is, whatever the body says of it. Nothing: wrong and told.
std::optional<trade_update::step_change> read_change(body_reader& reader, const body_field& step,
                                                     const entry_reading& entry, bool is_last,
                                                     const std::vector<standing_step>* before,
                                                     const std::vector<trade_update::step_change>& read) {
    const auto* named = before ? find_named(reader, step, *before, read) : nullptr;
    if (named && named->has_ended) return trade_update::step_change{named->id, named->order};
    const auto order = read_step(reader, step, entry, is_last);
    if (!order) return std::nullopt;
    return trade_update::step_change{named ? std::optional{named->id} : std::nullopt, *order};
}

/// Steps that ended are part of the position, also if nobody names them (V16).
std::vector<trade_update::step_change> unnamed_ended(const std::vector<standing_step>& before,
                                                     const std::vector<trade_update::step_change>& read) {
    std::vector<trade_update::step_change> unnamed;
    for (const auto& each : before)
        if (each.has_ended
            && std::ranges::find(read, std::optional{each.id}, &trade_update::step_change::id) == read.end())
            unnamed.push_back({each.id, each.order});
    return unnamed;
}

/// Does one target lie farther from the entry than the one before it? Nothing: one is a percent of an entry that is
/// not known.
std::optional<bool> is_farther(const exit_level& target, const exit_level& before, const entry_reading& entry) {
    const auto* percent = std::get_if<money::percent>(&target);
    const auto* percent_before = std::get_if<money::percent>(&before);
    if (percent && percent_before) return *percent > *percent_before;
    const auto price = price_of(target, exit_kind::take_profit, entry.order->type, entry.reference());
    const auto price_before = price_of(before, exit_kind::take_profit, entry.order->type, entry.reference());
    if (!price || !price_before) return std::nullopt;
    return entry.is_long() ? *price > *price_before : *price < *price_before;
}

std::string shown(const exit_level& level) {
    const auto* percent = std::get_if<money::percent>(&level);
    return percent ? percent->to_short_string() + '%' : std::get<money::price>(level).to_short_string();
}

/// Above the entry for a long, below it for a short (V22). A percent always is.
bool is_on_wrong_side(body_reader& reader, const body_field& at, const exit_level& level, const entry_reading& entry) {
    const auto* price = std::get_if<money::price>(&level);
    const auto reference = entry.reference();
    const bool is_long = entry.is_long();
    if (!price || !reference || (is_long ? *price > *reference : *price < *reference)) return false;
    auto& told = reader.report(
        base::severity::error, "V22", at,
        fmt::format("take_profit {} is {} entry {} of a {} trade, expected {}", as_written(*at.node),
                    *price == *reference ? "at"
                    : is_long            ? "below"
                                         : "above",
                    reference->to_short_string(), is_long ? "long" : "short", is_long ? "above" : "below"));
    told.other = field_path{"position", "price", "value"};
    return true;
}

/// On the good side of the entry, each farther from it than the one before (V22). The API does not enforce it, and the
/// targets of a trade that stands may have come about in any order.
void check_order_of_levels(body_reader& reader, const body_field& steps,
                           const std::vector<trade_update::step_change>& read, const entry_reading& entry) {
    if (!reader.for_author() || reader.for_adopter() || !entry.order) return;
    for (std::size_t i = 0; i < read.size(); ++i) {
        const auto& level = read[i].order.level;
        const bool is_percent = std::holds_alternative<money::percent>(level);
        const auto at = steps[i]["price"][is_percent ? "percent" : "value"];
        if (is_on_wrong_side(reader, at, level, entry) || i == 0) continue;
        const auto& before = read[i - 1].order.level;
        if (is_farther(level, before, entry).value_or(true)) continue;
        const bool are_percents = is_percent && std::holds_alternative<money::percent>(before);
        const bool rises = are_percents || entry.is_long();
        reader.report(base::severity::warning, "V22", at,
                      fmt::format("take_profit {} is not {} {} of the step before it, expected {} {} for a {} trade",
                                  shown(level), rises ? "above" : "below", shown(before), rises ? "rising" : "falling",
                                  are_percents ? "percents" : "prices", entry.is_long() ? "long" : "short"));
    }
}

} // namespace

std::optional<exit_level> read_exit_level(body_reader& reader, std::string_view pair_rule, const body_field& price,
                                          const entry_reading& entry) {
    const auto value = price["value"];
    const auto percent = price["percent"];
    if (bool{value} == bool{percent}) {
        auto& told =
            value ? reader.report(base::severity::error, pair_rule, value,
                                  "price has both value and percent, expected one of them", "are mutually exclusive")
                  : reader.report(base::severity::error, pair_rule, value,
                                  "price has neither value nor percent, expected one of them",
                                  "are missing, exactly one parameter must be provided");
        told.other = percent.path;
        return std::nullopt;
    }
    if (value) {
        const auto level = reader.price("V2", value, "the price of the exit");
        const bool must_trail = reader.for_author() && !reader.for_adopter(); // an adopted entry may be filled
        if (level && must_trail && entry.order && entry.order->is_trailing())
            reader.report(base::severity::error, "V18", value,
                          fmt::format("price {}, expected a percent: a trailing entry has no price yet",
                                      as_written(*value.node)));
        return level ? std::optional<exit_level>{*level} : std::nullopt;
    }
    constexpr std::int64_t percent_max = 1'000'000;
    const auto level = reader.percent("V2", percent, percent_max);
    // An author's percent of any other entry is made a price before it is sent (with_prices).
    if (level && !reader.for_author() && entry.order && !entry.order->is_trailing())
        reader.report(base::severity::error, "V18", percent,
                      fmt::format("price {}, expected a price like 61000: percents need a trailing entry",
                                  as_written(*percent.node)));
    return level ? std::optional<exit_level>{*level} : std::nullopt;
}

void refuse_percent_to_zero(body_reader& reader, std::string_view rule, const body_field& price,
                            const exit_level& level, bool is_below_entry) {
    const auto* percent = std::get_if<money::percent>(&level);
    if (!percent || !is_below_entry || *percent < money::percent{money::decimal{100}}) return;
    reader.report(
        base::severity::error, rule, price["percent"],
        fmt::format("price {}, expected less than 100 percent below the entry", as_written(*price["percent"].node)),
        "does not have a valid value");
}

std::vector<trade_update::step_change> read_take_profit(body_reader& reader, const body_field& body,
                                                        const entry_reading& entry,
                                                        const std::vector<standing_step>* before) {
    const auto group = body["take_profit"];
    if (!reader.required_group("V6", group, "its steps, or enabled: false") || !reader.is_on("V6", group)) return {};
    const auto steps = group["steps"];
    if (!steps) {
        reader.missing("V14", steps, "1 to 8 steps");
        return {};
    }
    const auto count = steps.node->items.size();
    if (!steps.node->is_list() || count == 0 || (count > steps_max && !reader.for_adopter())) {
        const auto shown = steps.node->is_list() ? fmt::format("has {} entries", count) : as_written(*steps.node);
        reader.report(base::severity::error, "V14", steps, fmt::format("steps {}, expected a list of 1 to 8", shown),
                      steps.node->is_list() && count == 0 ? "is empty" : "is invalid");
        return {};
    }
    std::vector<trade_update::step_change> read;
    for (std::size_t i = 0; i < count; ++i)
        if (auto step = read_change(reader, steps[i], entry, i + 1 == count, before, read)) read.push_back(*step);
    if (read.size() < count) return {};
    auto all = before ? unnamed_ended(*before, read) : std::vector<trade_update::step_change>{};
    all.insert(all.end(), read.begin(), read.end());
    check_volumes(reader, steps, all);
    check_order_of_levels(reader, steps, read, entry);
    return all;
}

} // namespace smarttrade::trade
