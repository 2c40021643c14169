#include <algorithm>
#include <stdexcept>

#include <boost/multiprecision/cpp_int.hpp>
#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "paper/watch_book.hpp"

using namespace smarttrade;
using paper::price_units;
using paper::trail_book;
using paper::turn;

namespace {

constexpr std::int64_t whole = 10'000'000'000; ///< 100 % in hundred-millionths of a percent

using trade_ids = std::vector<trade::smart_trade_id>;

/// What the book has to be equal to: every order follows real prices alone and is asked about each of them.
class naive_trails {
public:
    explicit naive_trails(turn way) : way_{way} {}
    struct order {
        trail_book::order wish;
        price_units extreme = 0;
    };

    void move_to(price_units now) {
        for (auto& each : orders)
            each.extreme = way_ == turn::down ? std::max(each.extreme, now) : std::min(each.extreme, now);
    }
    bool fires(const order& each, price_units now) const {
        if (!each.wish.is_armed) return false;
        const auto& [is_share, by] = each.wish.by;
        if (!is_share) return way_ == turn::down ? now <= each.extreme - by : now >= each.extreme + by;
        using boost::multiprecision::int128_t;
        const int128_t here = int128_t{now} * whole;
        return way_ == turn::down ? here <= int128_t{each.extreme} * (whole - by)
                                  : here >= int128_t{each.extreme} * (whole + by);
    }
    trade_ids woken(price_units now) const {
        trade_ids all;
        for (const auto& each : orders)
            if (fires(each, now)) all.push_back(each.wish.who);
        std::ranges::sort(all);
        return all;
    }

    std::vector<order> orders;

private:
    turn way_;
};

/// The book and its model, moved together.
class pair_of_books {
public:
    pair_of_books(turn way, std::uint64_t seed) : way_{way}, draw_{seed}, model_{way} {}

    void run(int rounds) {
        for (int i = 0; i < rounds; ++i) {
            for (auto begins = draw_.below(4); begins > 0; --begins) begin();
            if (draw_.below(3) == 0) leave(any());
            if (draw_.below(3) == 0) turn_arming(any());
            if (draw_.below(20) == 0) restart();
            move();
            compare(now_);
            compare(now_ + static_cast<price_units>(draw_.below(2000)) - 1000);
            if (draw_.below(2) == 0) take_fired();
        }
    }

private:
    std::size_t any() { return model_.orders.empty() ? 0 : draw_.below(model_.orders.size()); }

    void begin() {
        const bool is_share = draw_.below(2) == 0;
        const auto by = static_cast<std::int64_t>(is_share ? draw_.below(whole / 20) : draw_.below(5000));
        const trail_book::order made{
            {is_share, by}, book_.begin(paper::seen_from(way_, now_)), {++last_id_}, draw_.below(5) != 0};
        book_.join(made);
        model_.orders.push_back({made, now_});
    }
    void leave(std::size_t place) {
        if (place >= model_.orders.size()) return;
        book_.leave(model_.orders[place].wish);
        model_.orders.erase(model_.orders.begin() + static_cast<std::ptrdiff_t>(place));
    }
    /// As the desk does it: the order joins as it will be before it leaves as it was.
    void turn_arming(std::size_t place) {
        if (place >= model_.orders.size()) return;
        auto& wish = model_.orders[place].wish;
        const auto before = wish;
        wish.is_armed = !wish.is_armed;
        book_.join(wish);
        book_.leave(before);
    }
    void move() {
        const bool jumps = draw_.below(10) == 0;
        const std::uint64_t reach = jumps ? 40'000 : 200;
        now_ = std::max<price_units>(1, now_ + static_cast<price_units>(draw_.below(reach))
                                            - static_cast<price_units>(reach / 2));
        book_.move_to(paper::seen_from(way_, now_));
        model_.move_to(now_);
    }
    void take_fired() {
        for (std::size_t i = model_.orders.size(); i-- > 0;)
            if (model_.fires(model_.orders[i], now_)) leave(i);
    }
    /// Orders come back in any order.
    void restart() {
        trail_book next;
        next.restore(book_.remember());
        auto orders = model_.orders;
        for (std::size_t i = orders.size(); i > 1; --i) std::swap(orders[i - 1], orders[draw_.below(i)]);
        for (const auto& each : orders) next.join(each.wish);
        book_ = std::move(next);
    }
    void compare(price_units price) {
        trade_ids woken;
        book_.collect(paper::seen_from(way_, price), woken);
        std::ranges::sort(woken);
        const auto expected = model_.woken(price);
        CHECK(woken == expected);
        CHECK(book_.is_touched_by(paper::seen_from(way_, price)) == !expected.empty());
        const bool is_equal = std::ranges::all_of(model_.orders, [&](const naive_trails::order& each) {
            return book_.extreme_of(each.wish.since) == paper::seen_from(way_, each.extreme);
        });
        CHECK(is_equal);
    }

    turn way_;
    base::prng draw_;
    naive_trails model_;
    trail_book book_;
    price_units now_ = 100'000;
    std::int64_t last_id_ = 0;
};

} // namespace

TEST_CASE("trailing: each order fires at its own distance from its own best price, whoever trails beside it") {
    for (const auto way : {turn::down, turn::up})
        for (std::uint64_t seed = 1; seed <= 150; ++seed) {
            CAPTURE(static_cast<int>(way));
            CAPTURE(seed);
            pair_of_books{way, seed}.run(200);
        }
}

TEST_CASE(
    "trailing: an order that began before anything the book remembers is told, never given another's best price") {
    trail_book book;
    CHECK_THROWS_AS(book.join({{true, 1}, 1, {1}, true}), std::runtime_error);
    trail_book::memory kept;
    kept.peaks = {{5, 100}};
    book.restore(kept);
    CHECK_THROWS_AS(book.join({{true, 1}, 4, {1}, true}), std::runtime_error);
    CHECK_NOTHROW(book.join({{true, 1}, 9, {1}, true}));
    CHECK(book.extreme_of(9) == 100);
    CHECK(book.begin(100) > 9); // no serial is given twice
}

TEST_CASE("trailing: a memory whose best prices do not fall from one beginning to the next is told as damaged") {
    for (const auto& peaks : {std::vector<trail_book::memory::peak_mark>{{1, 100}, {2, 100}},
                              std::vector<trail_book::memory::peak_mark>{{1, 100}, {2, 101}},
                              std::vector<trail_book::memory::peak_mark>{{2, 100}, {1, 99}}}) {
        trail_book book;
        CHECK_THROWS_AS(book.restore({peaks, 3}), std::runtime_error);
    }
}
