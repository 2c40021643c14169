#include "contract/desk.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/json_tree.hpp"

namespace smarttrade::contract {

namespace {

std::string next_pair() {
    static int last = 0;
    return fmt::format("USDT_C{:03}", ++last);
}

void remove_at(json::value& root, const std::string& pointer) {
    const auto end = pointer.rfind('/');
    boost::system::error_code missing;
    auto* group = root.find_pointer(pointer.substr(0, end), missing);
    if (group && group->is_object()) group->as_object().erase(pointer.substr(end + 1));
}

json::value step(const char* order_type, const std::string& price, const std::string& volume) {
    return {{"order_type", order_type}, {"volume", volume}, {"price", {{"type", "bid"}, {"value", price}}}};
}

/// JSON with numbers as people write them: 0.01, where Boost.JSON prints 1E-2.
void append(std::string& out, const json::value& value) {
    const auto list = [&](const auto& members, const char* ends, const auto& each) {
        out += ends[0];
        for (const auto& member : members) {
            if (out.back() != ends[0]) out += ',';
            each(member);
        }
        out += ends[1];
    };
    if (value.is_object())
        list(value.as_object(), "{}", [&](const auto& member) {
            out += json::serialize(json::string{member.key()}) + ':';
            append(out, member.value());
        });
    else if (value.is_array())
        list(value.as_array(), "[]", [&](const auto& item) { append(out, item); });
    else if (value.is_double())
        out += fmt::format("{}", value.as_double());
    else
        out += json::serialize(value);
}

} // namespace

std::string text_of(const json::value& body) {
    std::string out;
    append(out, body);
    return out;
}

json::value changed(json::value body, const edits& by) {
    for (const auto& [pointer, to] : by) {
        if (to)
            test::set_at(body, pointer, *to);
        else
            remove_at(body, pointer);
    }
    return body;
}

desk::desk(market kind, venue& on) : desk{next_pair(), "61000", kind, on} {}

desk::desk(const std::string& pair, const std::string& start, market kind, venue& on)
    : pair_{pair}, account_{kind == market::spot        ? chosen().on.spot
                            : kind == market::contracts ? chosen().on.contracts
                                                        : chosen().on.real},
      mode_{kind == market::spot ? "paper" : "real"}, venue_{on} {
    price(start);
}

json::value desk::body(const edits& by) const {
    json::value plain{
        {"account_id", account_},
        {"pair", pair_},
        {"position",
         {{"type", "buy"}, {"order_type", "limit"}, {"units", {{"value", "0.01"}}}, {"price", {{"value", "60000"}}}}},
        {"take_profit", {{"enabled", false}}},
        {"stop_loss", {{"enabled", false}}}};
    return changed(std::move(plain), by);
}

answer desk::post(const edits& by) { return venue_.call("POST", "/v2/smart_trades", text_of(body(by)), mode_); }

json::value desk::create(const edits& by) {
    auto made = post(by);
    CAPTURE(made.brief());
    REQUIRE(made.status == 201);
    return made.body;
}

json::value desk::created_and_settled(const edits& by) {
    const auto made = create(by);
    settle();
    return see(made);
}

json::value desk::opened(const edits& by) {
    const edits entry{{"/position/order_type", "market"}, {"/position/price", std::nullopt}};
    auto made = created_and_settled(entry + by);
    REQUIRE(contract::at(made, "/status/type") == "waiting_targets");
    return made;
}

json::value desk::see(const json::value& trade) {
    auto seen = venue_.call("GET", "/v2/smart_trades/" + id_of(trade), {}, mode_);
    CAPTURE(seen.brief());
    REQUIRE(seen.status == 200);
    return seen.body;
}

json::value desk::sub_trades(const json::value& trade) {
    auto seen = venue_.call("GET", "/v2/smart_trades/" + id_of(trade) + "/trades", {}, mode_);
    CAPTURE(seen.brief());
    REQUIRE(seen.status == 200);
    return seen.body;
}

answer desk::act(const std::string& method, const json::value& trade, const std::string& below,
                 const std::string& request_body) {
    return venue_.call(method, "/v2/smart_trades/" + id_of(trade) + below, request_body, mode_);
}

void desk::quote(const std::string& bid, const std::string& ask, const std::string& last) {
    venue_.tick(
        fmt::format(R"({{"advance_ms":1000,"pair":"{}","bid":"{}","ask":"{}","last":"{}"}})", pair_, bid, ask, last));
}

void desk::wait(std::int64_t ms) { venue_.tick(fmt::format(R"({{"advance_ms":{}}})", ms)); }

void desk::settle() { venue_.tick("{},{},{}"); }

std::string id_of(const json::value& trade) { return at(trade, "/id"); }

json::value market_step(const std::string& price, const std::string& volume) { return step("market", price, volume); }
json::value limit_step(const std::string& price, const std::string& volume) { return step("limit", price, volume); }

json::value trailing_step(const std::string& price, const std::string& volume, const std::string& percent) {
    auto made = step("market", price, volume);
    made.as_object()["trailing"] = {{"enabled", true}, {"percent", percent}};
    return made;
}

json::value take_profit(std::initializer_list<json::value> steps) {
    json::object made;
    made["enabled"] = true;
    auto& list = made["steps"].emplace_array();
    for (const auto& each : steps) list.push_back(each);
    return made;
}

json::value stop_loss(const std::string& trigger) {
    return {{"enabled", true},
            {"order_type", "market"},
            {"conditional", {{"price", {{"type", "bid"}, {"value", trigger}}}}}};
}

edits trailing_entry(const std::string& trigger, const std::string& percent) {
    return {{"/position/order_type", "conditional"},          {"/position/price", std::nullopt},
            {"/position/conditional/price/value", trigger},   {"/position/conditional/order_type", "market"},
            {"/position/conditional/trailing/enabled", true}, {"/position/conditional/trailing/percent", percent}};
}

edits operator+(edits first, const edits& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

} // namespace smarttrade::contract
