// Every reader is fed with what a broken or hostile server could send. None may throw, hang or take a trade without its
// identity for one; what is accepted must be fit to be written and read again.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "json_difference.hpp"
#include "wire/account.hpp"
#include "wire/answers.hpp"
#include "wire/entity.hpp"
#include "wire/error_table.hpp"
#include "wire/json.hpp"
#include "wire/market_rates.hpp"
#include "wire/sub_trade.hpp"

using namespace smarttrade;

namespace {

void check_trade(const trade::smart_trade& read) {
    static const money::decimal limit = *money::decimal::parse("1000000000000000000");
    CHECK(read.id.value >= 1);
    CHECK(read.account.id.value >= 1);
    CHECK_FALSE(read.pair.base.empty());
    CHECK_FALSE(read.pair.quote.empty());
    CHECK_FALSE(read.status.text().empty());
    CHECK(read.position.units.value().abs() < limit);
    CHECK_NOTHROW(read.entered_amount - read.closed_amount);
    CHECK_NOTHROW(read.entered_total - read.closed_total);
    const auto again = wire::read_smart_trade(wire::write_smart_trade(read));
    REQUIRE(again.has_value());
    CHECK(*again == read);
}

/// Reads `bytes` as everything that the API can answer.
void read_as_everything(const std::string& bytes) {
    if (const auto read = wire::read_smart_trade(bytes)) check_trade(*read);
    if (const auto read = wire::read_smart_trades(bytes))
        for (const auto& one : *read) check_trade(one);
    if (const auto read = wire::read_sub_trades(bytes)) {
        CHECK(wire::read_sub_trades(wire::write_sub_trades(*read)).value() == *read);
        for (const auto& one : *read)
            CHECK((one.id.value >= 1 && !one.pair.base.empty() && !one.status.text().empty()));
    }
    if (const auto read = wire::read_account(bytes)) CHECK(read->id.value >= 1);
    if (const auto read = wire::read_accounts(bytes))
        CHECK(wire::read_accounts(wire::write_accounts(*read)).value() == *read);
    if (const auto read = wire::read_balances(bytes))
        CHECK(wire::read_balances(wire::write_balances(*read)).value() == *read);
    if (const auto read = wire::read_market_rates(bytes))
        CHECK(wire::read_market_rates(wire::write_market_rates(*read)).value() == *read);
    (void)wire::read_active_counts(bytes);
    (void)wire::read_leverage_options(bytes);
    (void)wire::read_market_list(bytes);
    (void)wire::read_market_pairs(bytes);
    (void)wire::read_reduce_funds_info(bytes);
    (void)wire::read_server_time(bytes);
    (void)wire::read_valid(bytes);
    (void)wire::read_pong(bytes);
    (void)wire::read_mode(bytes);
    (void)wire::read_permissions(bytes);
    if (const auto read = wire::parse_json(bytes)) CHECK(wire::parse_json(wire::write_json(*read)).has_value());
    CHECK(wire::classify(400, bytes, bytes, bytes).message.size() < 600);
}

const std::vector<std::string>& documents() {
    static const std::vector<std::string> all{
        tests::documented("e2"),
        tests::documented("e8b"),
        "[" + tests::documented("e5") + "]",
        tests::documented("sub_trades"),
        R"([{"id":1,"name":"x","usd_amount":"1.5","supported_market_types":["spot"],"is_locked":false}])",
        R"([{"currency_code":"USDT","position":100.25,"equity":1e-8}])",
        R"({"last":"1.0","minPrice":8.6e-07,"leverage_data":[{"code":"cross","valid":{"min":1,"max":"125.0"}}]})",
        R"({"error":"record_invalid","error_attributes":{"a":["is missing"],"b":"x"}})",
        R"({"max_reduce_funds_amount":"1.5","server_time":1,"valid":true,"pong":"x","mode":"real","permissions":[]})"};
    return all;
}

const std::string& any_document(base::prng& random) { return documents()[random.below(documents().size())]; }

boost::json::value odd_value(base::prng& random) {
    using boost::json::parse;
    static const std::vector<boost::json::value> odd{nullptr,
                                                     true,
                                                     false,
                                                     0,
                                                     -1,
                                                     1.5,
                                                     "",
                                                     "x",
                                                     "-",
                                                     "1e17",
                                                     "1e18",
                                                     "-1e400",
                                                     "NaN",
                                                     "123456789012345678.123456789012345678901234567",
                                                     "0.000000000000000000000000000000000001",
                                                     "99999999999999999999999999999999999999999",
                                                     parse("[]"),
                                                     parse("{}"),
                                                     parse("[[]]"),
                                                     parse(R"({"value":{}})"),
                                                     parse(R"({"value":"7","type":"x","enabled":"true","id":3})"),
                                                     parse("9223372036854775808"),
                                                     parse("1e300"),
                                                     "0000-01-01T00:00:00Z",
                                                     "9999-12-31T23:59:59.999Z",
                                                     "USDT_BTC",
                                                     "waiting_targets",
                                                     "\xc3\xa9\n\"\\"};
    return odd[random.below(odd.size())];
}

/// Puts an odd value in the place of some value of the tree.
void replace_one(boost::json::value& in, base::prng& random) {
    auto* at = &in;
    while (random.below(5) > 0) {
        if (auto* members = at->if_object(); members && !members->empty())
            at = &(members->begin() + static_cast<std::ptrdiff_t>(random.below(members->size())))->value();
        else if (auto* items = at->if_array(); items && !items->empty())
            at = &(*items)[random.below(items->size())];
        else
            break;
    }
    *at = odd_value(random);
}

void spoil_bytes(std::string& text, base::prng& random) {
    if (text.empty()) return;
    const auto at = random.below(text.size());
    const auto length = 1 + random.below(40);
    switch (random.below(5)) {
    case 0: text[at] = static_cast<char>(random.below(256)); break;
    case 1: text.erase(at, length); break;
    case 2: text.insert(at, text.substr(random.below(text.size()), length)); break;
    case 3: text.resize(at); break;
    default: text[at] = "{}[]\",:0-e.\\ \t"[random.below(15)]; break;
    }
}

} // namespace

TEST_CASE("hostile bytes: a documented answer cut anywhere is unreadable and nothing worse") {
    for (const auto& document : documents()) {
        const auto text = document.substr(0, document.find_last_not_of(" \n") + 1);
        for (std::size_t end = 0; end < text.size(); ++end) {
            const auto cut = text.substr(0, end);
            CHECK_FALSE(wire::read_smart_trade(cut).has_value());
            CHECK_FALSE(wire::json_document::parse(cut).has_value());
        }
    }
}

TEST_CASE("hostile bytes: no spoiled answer gets through without its identity, and none is a crash") {
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        auto text = any_document(random);
        for (auto n = 1 + random.below(4); n > 0; --n) spoil_bytes(text, random);
        read_as_everything(text);
    }
}

TEST_CASE("hostile bytes: whatever value stands in whatever place, a trade is read whole or not at all") {
    for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        auto tree = boost::json::parse(any_document(random));
        for (auto n = 1 + random.below(6); n > 0; --n) replace_one(tree, random);
        const auto text = boost::json::serialize(tree);
        read_as_everything(text);
        if (wire::read_smart_trade(text)) {
            CHECK_NOTHROW(tree.at("id"));
            CHECK(tree.at("account").at("id").is_primitive());
            CHECK(tree.at("pair").is_string());
            CHECK_FALSE(tree.at("status").at("type").is_null());
        }
    }
}

TEST_CASE("hostile bytes: random bytes and random brackets are refused") {
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const bool any_byte = random.below(2) == 0;
        std::string text;
        for (auto n = random.below(200); n > 0; --n)
            text += any_byte ? static_cast<char>(random.below(256)) : "{}[]\"\"::,,01e.-ntf \\u"[random.below(21)];
        read_as_everything(text);
    }
}

TEST_CASE("hostile bytes: great documents are bounded in depth, values and size before anything is made of them") {
    const auto repeated = [](const std::string& piece, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += piece;
        return text;
    };
    for (const auto& text :
         {repeated("[", 1'000'000), repeated("{\"a\":", 500'000), "[" + repeated("{},", 300'000) + "{}]",
          "[" + repeated("0,", 1'000'000) + "0]", "{\"id\":\"" + repeated("9", 5'000'000) + "\"}",
          "[\"" + repeated("\\u0041", 800'000) + "\"]"}) {
        CAPTURE(text.substr(0, 20));
        CHECK_FALSE(wire::read_smart_trades(text).has_value());
        CHECK_FALSE(wire::read_sub_trades(text).has_value());
        CHECK_FALSE(wire::parse_json(text).has_value());
    }
}
