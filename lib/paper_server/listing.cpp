#include "paper_server/listing.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <variant>

#include "paper/engine.hpp"
#include "wire/entity.hpp"

namespace smarttrade::paper_server {

namespace {

using trade::trade_status;

constexpr std::array<std::string_view, 6> orders{"created_at", "updated_at", "closed_at",
                                                 "status",     "profit",     "profit_percentage"};
constexpr std::array<std::string_view, 7> statuses{"all",       "active", "finished",           "successfully_finished",
                                                   "cancelled", "failed", "successfully_finish"};

struct listing {
    std::optional<trade::account_id> account;
    std::optional<std::string> pair, base, quote;
    std::optional<trade::trade_type> type;
    std::string status = "all";
    std::string order_by = "status";
    bool descending = true;
    std::optional<base::utc_time> from, to;
    std::int64_t page = 1, per_page = 10;
};

std::string lower_case(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// ISO 8601; without a zone it is UTC, without a time midnight (I).
std::optional<base::utc_time> parse_time(const std::string& text) {
    for (const char* rest : {"", "Z", "T00:00:00Z"})
        if (const auto value = base::parse_utc(text + rest)) return value;
    return std::nullopt;
}

class parameters {
public:
    explicit parameters(const call& what) : what_{what} {}

    std::optional<std::int64_t> whole(const char* name, std::int64_t low, std::int64_t high) {
        const auto text = what_.parameter(name);
        if (!text) return std::nullopt;
        const auto value = parse_whole(*text);
        if (!value || *value < low || *value > high) wrong(name);
        return value;
    }
    std::optional<std::string> word(const char* name, std::span<const std::string_view> known) {
        const auto text = what_.parameter(name);
        if (text && std::ranges::find(known, *text) == known.end()) wrong(name);
        return text;
    }
    std::optional<base::utc_time> time(const char* name) {
        const auto text = what_.parameter(name);
        if (!text) return std::nullopt;
        if (parse_whole(*text)) is_epoch = true;
        const auto value = parse_time(*text);
        if (!value) wrong(name);
        return value;
    }
    void wrong(const char* name) { errors.emplace_back(name, "does not have a valid value"); }

    attribute_list errors;
    bool is_epoch = false; ///< a time was given as a number

private:
    const call& what_;
};

/// Or what is wrong with them.
std::variant<listing, http::response> read_listing(const call& what) {
    constexpr auto largest = std::int64_t{1} << 53;
    parameters given{what};
    listing made;
    if (const auto id = given.whole("account_id", 0, largest)) made.account = trade::account_id{*id};
    made.pair = what.parameter("pair");
    made.base = what.parameter("base");
    made.quote = what.parameter("quote");
    if (const auto type = given.word("type", base::names_of<trade::trade_type>()))
        made.type = base::parse_name<trade::trade_type>(*type);
    made.status = given.word("status", statuses).value_or(made.status);
    made.order_by = given.word("order_by", orders).value_or(made.order_by);
    // The documentation writes ASC and DESC, clients asc and desc.
    const auto direction = lower_case(what.parameter("order_direction").value_or("desc"));
    if (direction != "asc" && direction != "desc") given.wrong("order_direction");
    made.descending = direction != "asc";
    made.from = given.time("from");
    made.to = given.time("to");
    made.page = given.whole("page", 1, 1'000'000'000).value_or(made.page);
    made.per_page = given.whole("per_page", 1, 100).value_or(made.per_page);
    // The API hands such a time to its database, which refuses it; seen on a sibling of this list (api.md C.3, D.1).
    if (given.is_epoch)
        return error_reply(500, "unknown_error", "Unknown error occurred#ActiveRecord::StatementInvalid");
    if (!given.errors.empty()) return invalid_reply(400, given.errors);
    return made;
}

/// api.md D.1: "finished" is every end by a fill, "successfully_finished" the one where the targets were reached.
bool has_status(trade_status of, std::string_view wanted) {
    if (wanted == "active") return !trade::is_final(of);
    if (wanted == "finished")
        return of == trade_status::finished || of == trade_status::stop_loss_finished || of == trade_status::panic_sold;
    if (wanted == "cancelled") return of == trade_status::cancelled;
    if (wanted == "failed") return of == trade_status::failed;
    return wanted == "all" || of == trade_status::finished;
}

bool matches(const listing& wanted, const paper::trade_record& of) {
    const auto& request = of.request;
    return (!wanted.account || *wanted.account == request.account)
           && (!wanted.pair || *wanted.pair == request.pair.text())
           && (!wanted.base || *wanted.base == request.pair.base)
           && (!wanted.quote || *wanted.quote == request.pair.quote) && (!wanted.type || *wanted.type == request.type())
           && (!wanted.from || *wanted.from <= of.created_at) && (!wanted.to || *wanted.to >= of.created_at)
           && has_status(of.status, wanted.status);
}

/// What a row is sorted by; the id breaks ties, in the same direction.
struct sort_key {
    std::string_view word;
    base::utc_time time{};
    std::optional<money::decimal> number; ///< only where it is the order: decimals are slow to compare
    trade::smart_trade_id id;
    friend auto operator<=>(const sort_key&, const sort_key&) = default;
};

sort_key key_of(const paper::state& in, const paper::trade_record& of, std::string_view order_by) {
    sort_key key;
    key.id = of.id;
    if (order_by == "status") key.word = base::name_of(of.status);
    if (order_by == "created_at") key.time = of.created_at;
    if (order_by == "updated_at") key.time = of.updated_at;
    if (order_by == "closed_at") key.time = of.closed_at.value_or(base::utc_time{});
    if (!order_by.starts_with("profit")) return key;
    const auto profit = paper::view(in, of.id).profit;
    key.number = money::decimal{};
    if (order_by == "profit" && profit.volume) key.number = profit.volume->value();
    if (order_by == "profit_percentage" && profit.percent) key.number = profit.percent->value();
    return key;
}

} // namespace

bool is_of_mode(const paper::account& account, trade::account_mode mode) {
    return (account.type == "paper_trading") == (mode == trade::account_mode::paper);
}

http::response list_page(const paper::state& in, const call& what, trade::account_mode mode, std::size_t missed) {
    const auto read = read_listing(what);
    if (const auto* wrong = std::get_if<http::response>(&read)) return *wrong;
    const auto& wanted = std::get<listing>(read);

    std::vector<sort_key> rows;
    for (const auto& [id, live] : in.trades) {
        if (!wanted.account && !is_of_mode(in.accounts.at(live.record.request.account), mode)) continue;
        if (matches(wanted, live.record)) rows.push_back(key_of(in, live.record, wanted.order_by));
    }
    const auto first = static_cast<std::size_t>((wanted.page - 1) * wanted.per_page) + (wanted.page > 1 ? missed : 0);
    const auto from = std::min(first, rows.size());
    const auto to = std::min(first + static_cast<std::size_t>(wanted.per_page), rows.size());
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(to); // nobody sees the rows behind it
    if (wanted.descending)
        std::ranges::partial_sort(rows, end, std::ranges::greater{});
    else
        std::ranges::partial_sort(rows, end);

    std::vector<trade::smart_trade> page;
    page.reserve(to - from);
    for (auto i = from; i < to; ++i) page.push_back(paper::view(in, rows[i].id));
    return json_reply(200, wire::write_smart_trades(page));
}

} // namespace smarttrade::paper_server
