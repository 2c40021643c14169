#include "paper/codec.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <stdexcept>
#include <type_traits>

namespace smarttrade::paper {

namespace {

constexpr std::size_t counts_max = 1'000'000; ///< marks of a book, orders of a trade: far above what there ever is

/// Bumped when a field is added, moved or dropped. A reader knows only its own version.
constexpr std::string_view version = "paper2";

/// A market as it is kept; its limits are options, not state.
struct kept_market {
    quote now;
    std::array<trail_book::memory, 6> trails; ///< down and up of each source
};

/// Writes fields one after another as `LENGTH:TEXT`.
class writer {
public:
    static constexpr bool is_reading = false;
    void text(const std::string& value) { out_ += std::to_string(value.size()) + ':' + value; }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

class reader {
public:
    static constexpr bool is_reading = true;
    explicit reader(std::string_view from) : rest_{from} {}

    void text(std::string& value) {
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
        const auto digits = static_cast<std::size_t>(end - rest_.data());
        if (error != std::errc{} || digits >= rest_.size() || rest_[digits] != ':' || size > rest_.size() - digits - 1)
            throw std::runtime_error{"a kept record of the paper exchange is damaged"};
        value = rest_.substr(digits + 1, size);
        rest_.remove_prefix(digits + 1 + size);
    }
    void finish() const {
        if (!rest_.empty()) throw std::runtime_error{"a kept record of the paper exchange has extra text"};
    }

private:
    std::string_view rest_;
};

// One function per shape of field; each serves both directions.
template <class Archive, class T>
requires std::integral<T> || std::is_enum_v<T>
void field(Archive& archive, T& value) {
    std::string text;
    if constexpr (!Archive::is_reading) text = std::to_string(static_cast<std::int64_t>(value));
    archive.text(text);
    if constexpr (Archive::is_reading) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size())
            throw std::runtime_error{"a kept record of the paper exchange has a bad number"};
        value = static_cast<T>(number);
    }
}

template <class Archive> void field(Archive& archive, std::string& value) { archive.text(value); }

template <class Archive> void field(Archive& archive, money::decimal& value) {
    std::string text;
    if constexpr (!Archive::is_reading) text = value.to_short_string();
    archive.text(text);
    if constexpr (Archive::is_reading) {
        const auto read = money::decimal::parse(text);
        if (!read) throw std::runtime_error{"a kept record of the paper exchange has a bad amount"};
        value = *read;
    }
}

template <class Archive, class Unit> void field(Archive& archive, money::amount<Unit>& value) {
    auto number = value.value();
    field(archive, number);
    value = money::amount<Unit>{number};
}

template <class Archive> void field(Archive& archive, base::utc_time& value) {
    auto count = value.time_since_epoch().count();
    field(archive, count);
    value = base::utc_time{std::chrono::milliseconds{count}};
}

template <class Archive> void field(Archive& archive, std::chrono::seconds& value) {
    auto count = value.count();
    field(archive, count);
    value = std::chrono::seconds{count};
}

template <class Archive, class Tag> void field(Archive& archive, base::strong_id<Tag>& value) {
    field(archive, value.value);
}

template <class Archive, class T> void field(Archive& archive, std::optional<T>& value);
template <class Archive, class T> void field(Archive& archive, base::rare<T>& value);
template <class Archive, class T> void field(Archive& archive, std::vector<T>& value);

template <class Archive> void field(Archive& archive, trade::exit_level& value) {
    bool is_price = std::holds_alternative<money::price>(value);
    field(archive, is_price);
    if constexpr (Archive::is_reading) is_price ? value = money::price{} : value = money::percent{};
    std::visit([&](auto& level) { field(archive, level); }, value);
}

template <class Archive, class... Fields> void fields(Archive& archive, Fields&... each) {
    (field(archive, each), ...);
}

template <class Archive> void field(Archive& archive, trade::leverage& of) { fields(archive, of.type, of.value); }
template <class Archive> void field(Archive& archive, trade::conditional_entry& of) {
    fields(archive, of.trigger, of.follows, of.order, of.trailing);
}
template <class Archive> void field(Archive& archive, trade::take_profit_step& of) {
    fields(archive, of.order, of.follows, of.level, of.volume, of.trailing);
}
template <class Archive> void field(Archive& archive, trade::stop_trailing& of) { fields(archive, of.distance); }
template <class Archive> void field(Archive& archive, trade::stop_loss_order& of) {
    fields(archive, of.order, of.follows, of.trigger, of.limit_price, of.trailing, of.timeout, of.breakeven);
}
template <class Archive> void field(Archive& archive, trade::entry_order& of) {
    fields(archive, of.type, of.order, of.units, of.price, of.conditional);
}
template <class Archive> void field(Archive& archive, trade::trade_request& of) {
    fields(archive, of.account, of.pair.quote, of.pair.base, of.instant, of.skip_enter_step, of.leverage, of.position,
           of.take_profit, of.stop_loss, of.note);
}
template <class Archive> void field(Archive& archive, order_record& of) {
    fields(archive, of.id, of.status, of.held, of.fill, of.extreme, of.since, of.closed_at);
}
template <class Archive> void field(Archive& archive, step_record& of) {
    fields(archive, of.order, of.price, of.units);
}
template <class Archive> void field(Archive& archive, stop_record& of) {
    fields(archive, of.order, of.trigger, of.base, of.behind, of.units, of.fires_at);
}
template <class Archive> void field(Archive& archive, trade::funds_order& of) {
    fields(archive, of.order, of.units, of.price);
}
template <class Archive> void field(Archive& archive, funds_record& of) { fields(archive, of.wish, of.order); }
template <class Archive> void field(Archive& archive, trade_record& of) {
    fields(archive, of.id, of.request, of.status, of.error, of.is_edited, of.entry, of.entry_when, of.is_triggered,
           of.steps, of.stop, of.additions, of.reductions, of.market_close, of.entered_amount, of.closed_amount,
           of.entered_total, of.closed_total, of.entered_raw, of.closed_raw, of.open_raw, of.margin, of.created_at,
           of.updated_at, of.closed_at);
}
template <class Archive> void field(Archive& archive, balance& of) { fields(archive, of.total, of.reserved); }
template <class Archive> void field(Archive& archive, trail_book::memory::peak_mark& of) {
    fields(archive, of.first, of.extreme);
}
template <class Archive> void field(Archive& archive, trail_book::memory& of) { fields(archive, of.peaks, of.next); }
template <class Archive> void field(Archive& archive, kept_market& of) {
    fields(archive, of.now.bid, of.now.ask, of.now.last);
    for (auto& trails : of.trails) field(archive, trails);
}

template <class Archive, class Optional> void optional_field(Archive& archive, Optional& value) {
    bool is_there = value.has_value();
    field(archive, is_there);
    if constexpr (Archive::is_reading) {
        value.reset();
        if (is_there) value.emplace();
    }
    if (value) field(archive, *value);
}

template <class Archive, class T> void field(Archive& archive, std::optional<T>& value) {
    optional_field(archive, value);
}

template <class Archive, class T> void field(Archive& archive, base::rare<T>& value) { optional_field(archive, value); }

template <class Archive, class T> void field(Archive& archive, std::vector<T>& value) {
    std::size_t count = value.size();
    field(archive, count);
    if constexpr (Archive::is_reading) {
        if (count > counts_max) throw std::runtime_error{"a kept record of the paper exchange has a bad count"};
        value.resize(count);
    }
    for (auto& each : value) field(archive, each);
}

constexpr std::array<trade::price_type, 3> sources{trade::price_type::bid, trade::price_type::ask,
                                                   trade::price_type::last};

template <class T> std::string write(T value) { // a copy, because the fields serve both directions
    writer out;
    std::string first{version};
    out.text(first);
    field(out, value);
    return out.take();
}

template <class T> T read(std::string_view text) {
    reader in{text};
    std::string first;
    in.text(first);
    if (first != version) throw std::runtime_error{"a kept record of the paper exchange is of another version"};
    T value;
    field(in, value);
    in.finish();
    return value;
}

} // namespace

std::string encode(const trade_record& record) { return write(record); }
std::string encode(const balance& amount) { return write(amount); }
std::string encode(const market& of) {
    kept_market kept{of.now(), {}};
    auto trails = kept.trails.begin();
    for (const auto follows : sources)
        for (const auto way : {turn::down, turn::up}) *trails++ = of.book.trails(follows, way).remember();
    return write(std::move(kept));
}

trade_record decode_trade(std::string_view text) { return read<trade_record>(text); }
balance decode_balance(std::string_view text) { return read<balance>(text); }
void decode_market(std::string_view text, market& into) {
    const auto kept = read<kept_market>(text);
    into.move_to(kept.now.bid, kept.now.ask, kept.now.last);
    auto trails = kept.trails.begin();
    for (const auto follows : sources)
        for (const auto way : {turn::down, turn::up}) into.book.trails(follows, way).restore(*trails++);
}

} // namespace smarttrade::paper
