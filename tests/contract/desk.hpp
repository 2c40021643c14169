#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/venue.hpp"

namespace smarttrade::contract {

/// One change of a request body: the JSON pointer and what is to stand there; nothing: the member goes.
struct edit {
    edit(std::string where, std::nullopt_t) : at{std::move(where)} {}
    template <class T> edit(std::string where, const T& what) : at{std::move(where)}, to{json::value(what)} {}

    std::string at;
    std::optional<json::value> to;
};
using edits = std::vector<edit>;
json::value changed(json::value body, const edits& by);

enum class market { spot, contracts, real };

/// A pair that no other case trades on, on one account, and what a trader does there. The pair begins at 61000.
class desk {
public:
    explicit desk(market kind = market::spot, venue& on = the_venue());
    desk(const std::string& pair, const std::string& price, market kind = market::spot, venue& on = the_venue());

    const std::string& pair() const { return pair_; }
    std::int64_t account() const { return account_; }
    venue& at() { return venue_; }

    /// A limit buy of 0.01 at 60000 without exits, then changed.
    json::value body(const edits& by = {}) const;
    answer post(const edits& by = {});
    /// As `post`; the case ends unless the answer is 201.
    json::value create(const edits& by = {});
    /// Created, and what followed from it is done.
    json::value created_and_settled(const edits& by = {});
    /// A market buy of 0.01, open; `by` changes its exits.
    json::value opened(const edits& by = {});

    json::value see(const json::value& trade);
    std::string status(const json::value& trade) { return contract::at(see(trade), "/status/type"); }
    json::value sub_trades(const json::value& trade);
    /// A method on a path below the trade: `act("POST", trade, "/close_by_market")`.
    answer act(const std::string& method, const json::value& trade, const std::string& below = {},
               const std::string& request_body = {});

    void quote(const std::string& bid, const std::string& ask, const std::string& last);
    void price(const std::string& each) { quote(each, each, each); }
    void wait(std::int64_t ms); ///< moves the clock, at the same prices
    void settle();              ///< finishes whatever commands have begun

private:
    std::string pair_;
    std::int64_t account_;
    std::string mode_;
    venue& venue_;
};

std::string text_of(const json::value& body); ///< as it is sent
std::string id_of(const json::value& trade);

json::value market_step(const std::string& price, const std::string& volume);
json::value limit_step(const std::string& price, const std::string& volume);
json::value trailing_step(const std::string& price, const std::string& volume, const std::string& percent);
json::value take_profit(std::initializer_list<json::value> steps);
json::value stop_loss(const std::string& trigger);
/// An entry that follows the price by `percent` once `trigger` is reached.
edits trailing_entry(const std::string& trigger, const std::string& percent);

edits operator+(edits first, const edits& then);

} // namespace smarttrade::contract
