#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "money/amount.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// Reads the amounts of one entity so that any sum of two of them (of ten, even) fits a decimal and cannot throw later:
/// each is below 10^18 in size, and together they hold at most 37 digits, that is 27 decimals (the most that the API is
/// known to send in an entity) beside amounts below 10^10, fewer beside greater ones. Further decimals are cut towards
/// zero. What is no number is absent.
class entity_amounts {
public:
    static constexpr int whole_digits_max = 18;
    static constexpr int decimals_max = 27;
    static constexpr int digits_max = 37;

    template <class Amount> std::optional<Amount> read(json_value from) {
        const auto value = read_decimal(from);
        return value ? std::optional{Amount{*value}} : std::nullopt;
    }
    std::optional<money::decimal> read_decimal(json_value from);

    /// Why the entity `name` cannot be read, once an amount was too great to be carried.
    bool has_refused() const { return !too_great_.empty(); }
    std::optional<unreadable> refusal(std::string_view name) const;
    /// More digits than fit together were read: the entity is to be read again by the reader that next() makes.
    bool must_be_cut() const { return whole_digits_ + decimals_ > digits_max; }
    entity_amounts next() const { return entity_amounts{digits_max - whole_digits_}; }

    entity_amounts() = default;

private:
    explicit entity_amounts(int keep) : keep_{keep} {}
    std::optional<money::decimal> read_odd(json_value from); ///< long, with an exponent, or no number

    int keep_ = decimals_max;
    int whole_digits_ = 0; ///< the most so far
    int decimals_ = 0;     ///< the most so far
    std::string too_great_;
};

/// An entity of which each amount is read through the entity_amounts that `read` is given; called again if decimals
/// had to be cut.
template <class Read> auto read_bounded(std::string_view name, const Read& read) {
    entity_amounts amounts;
    auto made = read(amounts);
    if (amounts.must_be_cut()) {
        amounts = amounts.next();
        made = read(amounts);
    }
    reading<decltype(made)> result = std::move(made);
    if (auto refused = amounts.refusal(name)) result = *std::move(refused);
    return result;
}

} // namespace smarttrade::wire
