#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/prng.hpp"
#include "paper_server/exchange.hpp"
#include "paper_server/keeper.hpp"
#include "support/sim_clock.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::sim {

namespace asio = boost::asio;

/// The exchange and everybody who trades there beside us.
class venue {
public:
    venue(paper_server::options how, test::sim_clock& clock);

    /// `fault`: of the paper exchange (`empty_list`, `stale_list`, ..) for this request alone; empty: none.
    http::response answer(const http::request& what, const std::string& fault = {});
    asio::awaitable<void> run() { return exchange_.run(); } ///< the market moves
    asio::awaitable<void> stand_still();                    ///< prices stay, what is pending ends

    const paper_server::memory& truth() const { return exchange_.truth(); }

    // What others do. Trades are counted over those alive that carry our tag, oldest first.
    bool cancel_by_hand(int n); ///< false: there is none
    /// Kinds: 0 the stop tighter, 1 the stop looser, 2 a target further away, 3 the note is gone, 4 other words beside
    /// the tag, 5 a target nearer. False: there is none, or it has nothing of the kind.
    bool edit_by_hand(int n);
    static bool takes_tag(int n) { return n / 8 == 3; }
    void create_by_hand(std::string_view as = "hand");
    int by_hand(const wire::api_request& what, trade::account_mode in); ///< its status
    void post(const trade::pair& on, const money::price& to);           ///< bid, ask and last are this from now on
    /// The n-th live trade of ours; null: none lives.
    const paper::trade_record* ours(int n) const;
    /// Of the `n / 5`-th name. Kinds: 0 the tag of another daemon with the same plans, 1 no whole tag, 2 no tag, 3 a
    /// copy of one of ours, 4 our tag with a nonce of its own: a second daemon that takes itself for ours.
    void look_alike(int n);
    void share_key(int requests);
    /// For a moment the market goes where this entry fills.
    void touch_entry(const paper::trade_record& of);

    static constexpr std::string_view key = "key", secret = "secret", instance = "sim";

private:
    int send(std::string_view as, const wire::api_request& what, trade::account_mode in = trade::account_mode::paper);
    void tick(const trade::pair& on, const paper::quote& to);
    void create(std::string_view as, const std::string& note);

    paper_server::exchange exchange_;
    test::sim_clock& clock_;
};

/// A limit buy of 0.01 BTC, as whoever trades beside us asks for it.
trade::trade_request small_buy(trade::account_id account, const std::string& note, int price);

/// The smart trade's note says it is ours.
bool is_tagged_ours(const paper::trade_record& trade);

} // namespace smarttrade::sim
