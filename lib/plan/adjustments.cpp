#include "plan/adjustments.hpp"

#include <map>

#include <fmt/format.h>

#include "trade/digits.hpp"
#include "trade/rules_update.hpp"
#include "trade/tag.hpp"

namespace smarttrade::plan {

using trade::body_field;
using trade::body_reader;

namespace {

using trade::adjustment_kind;

/// The one order of an adjustment; absent: none or both, and reported.
body_field order_of(body_reader& reader, const body_field& item) {
    const auto add = item["add_funds"];
    const auto reduce = item["reduce_funds"];
    if (add && reduce)
        contradiction(reader, {}, reduce, "reduce_funds beside add_funds, expected one of them", add);
    else if (!add && !reduce)
        reader.report(
            base::severity::error, {}, item,
            fmt::format("{} without add_funds and reduce_funds, expected one of them", trade::dotted_path(item.path)));
    else
        return add ? add : reduce;
    return {};
}

/// V34: a trailing entry takes no funds before it is filled, which an adopted one may be.
void refuse_while_trailing(body_reader& reader, const body_field& trade, const body_field& add) {
    if (!is_trailing_entry(trade) || trade["adopt"]) return;
    contradiction(reader, "V34", add, "add_funds on a trailing entry, expected none: it takes funds once it is filled",
                  trade["position"]["conditional"]["trailing"]);
}

std::optional<trade::adjustment> read_adjustment(body_reader& reader, const body_field& trade, const body_field& item) {
    if (!item.node->is_map()) {
        reader.report(base::severity::error, {}, item,
                      fmt::format("adjustment {}, expected a group of keys", as_written(*item.node)));
        return std::nullopt;
    }
    trade::adjustment made;
    if (const auto id = item["id"])
        made.id = read_id(reader, id);
    else
        reader.missing({}, id, "a name for it, unique in the trade");
    const auto order = order_of(reader, item);
    if (!order || !reader.optional_group("V34", order)) return std::nullopt;
    made.kind = order.path == item["add_funds"].path ? adjustment_kind::add_funds : adjustment_kind::reduce_funds;
    if (made.kind == adjustment_kind::add_funds) refuse_while_trailing(reader, trade, order);
    auto reading = trade::read_funds_order(*order.node, trade::strictness::author, order.path);
    for (auto& violation : reading.violations) reader.pass_on(std::move(violation));
    if (!reading.order || made.id.empty()) return std::nullopt;
    made.order = *reading.order;
    return made;
}

/// What a trade holds while its adjustments are carried out in their order, as far as its plan says.
class holding {
public:
    explicit holding(const body_field& trade) {
        const auto units = trade["position"]["units"]["value"];
        if (!units || !units.node->is_scalar() || trade["adopt"]) return;
        held_ = money::quantity::parse(units.node->text);
        const bool is_told =
            held_ && (held_->sign() <= 0 || trade::has_too_many_digits(held_->value())); // as V2 and V3
        if (is_told) held_.reset();
    }

    void take(body_reader& reader, const trade::adjustment& what, const body_field& at) {
        if (!held_) return;
        const bool adds = what.kind == adjustment_kind::add_funds;
        if (!adds && what.order.units >= *held_) {
            reader.report(base::severity::warning, "V35", at["reduce_funds"]["units"]["value"],
                          fmt::format("units {}, expected less than {}: the trade holds no more",
                                      what.order.units.to_short_string(), held_->to_short_string()));
            held_.reset(); // the exchange refuses it, so what follows is not known
            return;
        }
        held_ = adds ? *held_ + what.order.units : *held_ - what.order.units;
    }

private:
    std::optional<money::quantity> held_; ///< absent: not known
};

/// `places`: where each id stands first.
void refuse_twin(body_reader& reader, const body_field& id, std::map<std::string_view, body_field>& places) {
    if (!id || !id.node->is_scalar()) return;
    const auto [first, is_new] = places.emplace(id.node->text, id);
    if (!is_new)
        contradiction(reader, {}, id, fmt::format("id {} stands twice, expected it once", as_written(*id.node)),
                      first->second);
}

} // namespace

std::string read_id(body_reader& reader, const body_field& at) {
    constexpr std::string_view expected = "at most 63 of a-z, 0-9 and -, without - at its ends";
    auto text = reader.text({}, at, expected).value_or("");
    if (!at.node->is_scalar() || trade::is_trade_name(text)) return text;
    reader.report(base::severity::error, {}, at, fmt::format("id {}, expected {}", as_written(*at.node), expected));
    return {};
}

std::string_view entry_type_of(const body_field& trade) {
    const auto type = trade["position"]["order_type"];
    return type && type.node->is_scalar() ? std::string_view{type.node->text} : std::string_view{};
}

bool is_true(const body_field& flag) { return flag && flag.node->text == "true"; }

bool is_trailing_entry(const body_field& trade) {
    return entry_type_of(trade) == "conditional" && is_true(trade["position"]["conditional"]["trailing"]["enabled"]);
}

void contradiction(body_reader& reader, std::string_view rule, const body_field& at, std::string message,
                   const body_field& other) {
    reader.report(base::severity::error, rule, at, std::move(message)).other = other.path;
}

std::vector<trade::adjustment> read_adjustments(body_reader& reader, const body_field& trade) {
    const auto list = trade["adjustments"];
    if (!list) return {};
    if (!list.node->is_list()) {
        reader.report(base::severity::error, {}, list,
                      fmt::format("adjustments {}, expected a list", as_written(*list.node)));
        return {};
    }
    if (is_true(trade["instant"]) && !list.node->items.empty())
        contradiction(reader, "V34", list,
                      "adjustments on an instant trade, expected none: a simple buy or sell takes no funds later",
                      trade["instant"]);
    std::vector<trade::adjustment> all;
    std::map<std::string_view, body_field> places;
    holding held{trade};
    for (std::size_t i = 0; i < list.node->items.size(); ++i) {
        if (auto made = read_adjustment(reader, trade, list[i])) {
            held.take(reader, *made, list[i]);
            all.push_back(std::move(*made));
        }
        refuse_twin(reader, list[i]["id"], places);
    }
    return all;
}

} // namespace smarttrade::plan
