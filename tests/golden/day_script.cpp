#include "golden/day_script.hpp"

#include <array>

#include "golden/golden_file.hpp"

namespace smarttrade::golden {

namespace {

using namespace std::chrono_literals;
using way = flawed_way::state;
using reconcile::fact_kind;

const std::array script{
    scene{"07:00", "prices of the night",
          [](day& d) {
              d.price("USDT_BTC", "60400");
              d.price("USDT_ETH", "3000");
              d.price("USDT_SOL", "150");
          }},
    scene{"07:02", "Bitcoin comes down to the level", [](day& d) { d.price("USDT_BTC", "59990"); }},
    scene{"07:40", "an edit: a stop closer", [](day& d) { d.edit("btc.yaml", "58000", "58500"); }},
    scene{"08:10", "Ether breaks out", [](day& d) { d.price("USDT_ETH", "3151"); }},

    scene{"09:00", "3Commas does not answer", [](day& d) { d.way().become(way::silent); }},
    scene{"09:10", "an edit meanwhile", [](day& d) { d.edit("sol.yaml", "158", "156"); }},
    scene{"09:25", "then a proxy says that it is down", [](day& d) { d.way().become(way::bad_gateway); }},
    scene{"09:40", "3Commas is back", [](day& d) { d.way().become(way::open); }},

    scene{"10:05", "somebody cancels an entry in the app", [](day& d) { d.cancel_by_hand("btc-dip"); }},
    scene{"10:40", "the first target; the stop goes to breakeven", [](day& d) { d.price("USDT_BTC", "61010"); }},

    scene{"11:00", "the machine sleeps", [](day& d) { REQUIRE(d.machine().suspend(25min)); }},
    scene{"11:12", "and a stop is hit meanwhile", [](day& d) { d.price("USDT_ETH", "3045"); }},

    scene{"12:00", "the disk is full",
          [](day& d) { d.machine().disk_trouble(test::memory_disk::trouble::full, d.now() + 10min); }},
    scene{"12:03", "an edit meanwhile",
          [](day& d) { d.edit("sol.yaml", "units: 10, price: 140", "units: 12, price: 140"); }},

    scene{"13:00", "the key is revoked", [](day& d) { d.revoke_key(); }},
    scene{"13:15", "a new key", [](day& d) { d.new_key(); }},

    scene{"14:00", "the wrong branch is checked out", [](day& d) { d.check_out({"btc.yaml"}); }},
    scene{"14:06", "the right one again", [](day& d) { d.check_out_all(); }},
    scene{"14:30", "a slip in an edit", [](day& d) { d.edit("sol.yaml", "stop_loss: 141", "stop_los: 143"); }},
    scene{"14:33", "mended, and a target closer",
          [](day& d) { d.edit("sol.yaml", "price: 156}]\n    stop_los: 143", "price: 155.5}]\n    stop_loss: 143"); }},

    scene{"15:00", "a second machine has the same plans",
          [](day& d) { d.create_by_hand("#st:main:btc-dip.1:qzqzqzqz"); }},
    scene{"15:05", "a new trade",
          [](day& d) {
              d.edit("sol.yaml", "  sol-low:",
                     "  sol-deep:\n    pair: USDT_SOL\n    position: {type: buy, order_type: limit, units: 10, price: "
                     "130}\n    stop_loss: 122\n    on_remove: cancel\n  sol-low:");
          }},
    scene{"15:20", "the second machine is off; its trade is cancelled in the app",
          [](day& d) { d.cancel_by_hand("btc-dip"); }},
    scene{"15:25", "the operator has looked", [](day& d) { d.confirm_all(); }},

    scene{"16:00", "an upgrade", [](day& d) { d.restart("1.5.0"); }},
    scene{"16:40", "Solana comes down", [](day& d) { d.price("USDT_SOL", "147.9"); }},
    scene{"17:30", "and reaches its target", [](day& d) { d.price("USDT_SOL", "156.2"); }},
    scene{"18:00", "Ether falls below a stop", [](day& d) { d.price("USDT_ETH", "2895"); }},
    scene{"18:40", "Bitcoin reaches a trailing target", [](day& d) { d.price("USDT_BTC", "63100"); }},
    scene{"18:50", "follows it", [](day& d) { d.price("USDT_BTC", "63600"); }},
    scene{"18:55", "and turns", [](day& d) { d.price("USDT_BTC", "62600"); }},
    scene{"19:00", "the evening", [](day& d) { d.stop(); }},
};

config::settings settings_of_day() {
    auto read = config::read(text_of(path_of("day.yaml")), "smarttraded.yaml");
    REQUIRE(read.value);
    return *read.value;
}

} // namespace

const std::vector<told_line>& the_day() {
    static const auto told = [] {
        const auto settings = settings_of_day();
        std::map<std::string, std::string> plans;
        for (const auto* name : {"btc.yaml", "eth.yaml", "sol.yaml"})
            plans[name] = text_of(path_of(std::string{"day/"} + name));
        day one{settings, *base::parse_utc("2026-03-02T07:00:00.000Z"), std::move(plans)};
        return one.live(script);
    }();
    return told;
}

} // namespace smarttrade::golden
