#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"
#include "support/memory_disk.hpp"

using namespace smarttrade;
using journal::urgency;
using reconcile::fact_kind;
using test::intent;
namespace asio = boost::asio;

namespace {

constexpr auto path = "journal.db";
constexpr auto ballast = "journal.ballast";

/// A daemon's journal on a disk that has just become full.
struct full_world {
    full_world() { fill(); }

    /// Until not even a small fact goes in any more.
    void fill() {
        disk.set_capacity(disk.bytes() + 200'000);
        for (const bool is_large : {true, false}) {
            auto ended = journal::write_result{};
            for (int i = 0; ended && i < 1000; ++i) {
                auto filler = intent("filler", "n" + std::to_string(next++));
                ended = test::record_one(*book, ctx, is_large ? large(filler) : filler);
            }
            REQUIRE(ended.has_error());
            CHECK(ended.error().code == 13);
        }
    }

    static reconcile::fact large(reconcile::fact what) {
        what.body = std::string(3000, 'x');
        return what;
    }

    journal::write_result try_intent() {
        return test::record_one(*book, ctx, intent("new", "n" + std::to_string(next++)));
    }
    journal::write_result try_vital(fact_kind kind) {
        return test::record_one(*book, ctx, test::make_fact(kind, "vital", "v" + std::to_string(next++)),
                                urgency::vital);
    }
    template <class T> T wait_for(asio::awaitable<T> what) {
        std::optional<T> ended;
        auto waiting = [&]() -> asio::awaitable<void> {
            auto got = co_await std::move(what);
            ended.emplace(std::move(got));
        };
        asio::co_spawn(ctx, waiting, [](std::exception_ptr e) { CHECK(!e); });
        ctx.restart();
        ctx.run();
        return std::move(*ended);
    }
    void start_again() {
        book.reset();
        book.emplace(path, ctx.get_executor(), "paper", base::utc_time{});
    }

    test::memory_disk disk{1};
    asio::io_context ctx;
    int next = 0;
    std::optional<journal::journal> book{std::in_place, path, ctx.get_executor(), "paper", base::utc_time{}};
};

std::size_t count(journal::journal& in, const std::string& name) {
    std::size_t found = 0;
    for (const auto& f : test::all_facts(in)) found += f.identity.name == name ? 1 : 0;
    return found;
}

} // namespace

TEST_CASE("F23: on a full disk no new intent is durable, but what has happened and the operator's way out still are") {
    full_world world;
    CHECK_FALSE(world.book->writable());
    CHECK(world.disk.exists(ballast)); // ordinary facts do not touch it
    for (const auto kind : {fact_kind::outcome, fact_kind::bound, fact_kind::ordered, fact_kind::write,
                            fact_kind::request, fact_kind::written, fact_kind::halted}) {
        CHECK(world.try_vital(kind).has_value());
        CHECK_FALSE(world.try_intent().has_value());
    }
    CHECK_FALSE(world.disk.exists(ballast));
    CHECK(count(*world.book, "vital") == 7);
    CHECK(count(*world.book, "new") == 0);
}

TEST_CASE("F23: ordinary facts never eat the room that the ballast freed: hundreds of vital ones fit behind them") {
    full_world world;
    int kept = 0;
    for (int i = 0; i < 300; ++i) {
        CHECK_FALSE(world.try_intent().has_value());
        kept += world.try_vital(fact_kind::outcome) ? 1 : 0;
    }
    CHECK(kept == 300);
    CHECK(count(*world.book, "vital") == 300);
}

TEST_CASE("F23: facts of both kinds in one transaction: the vital ones are kept, the others told no") {
    full_world world;
    std::optional<journal::write_result> ordinary, vital;
    const auto record = [&](reconcile::fact what, urgency how, auto& ended) -> asio::awaitable<void> {
        std::vector<reconcile::fact> one;
        one.push_back(std::move(what));
        ended = co_await world.book->record(std::move(one), how);
    };
    const auto no_failure = [](std::exception_ptr e) { CHECK(!e); };
    asio::co_spawn(world.ctx, record(full_world::large(intent("new", "a")), urgency::ordinary, ordinary), no_failure);
    asio::co_spawn(world.ctx, record(test::make_fact(fact_kind::halted, "vital", ""), urgency::vital, vital),
                   no_failure);
    world.ctx.restart();
    world.ctx.run();
    REQUIRE(ordinary);
    REQUIRE(vital);
    CHECK(ordinary->has_error());
    CHECK(vital->has_value());
    CHECK(count(*world.book, "vital") == 1);
    CHECK(count(*world.book, "new") == 0);
}

TEST_CASE("F23: once there is room, the ballast is made again and trading goes on") {
    full_world world;
    REQUIRE(world.try_vital(fact_kind::outcome).has_value());
    REQUIRE_FALSE(world.disk.exists(ballast));
    world.disk.set_capacity(world.disk.bytes() + 100'000'000);
    CHECK(world.try_intent().has_value());
    CHECK(world.book->writable());
    CHECK(world.disk.exists(ballast));
    CHECK(count(*world.book, "new") == 1);
}

TEST_CASE("F23: neither a vital fact that the ballast saved nor a prune without work says that there is room") {
    full_world world;
    CHECK(world.try_vital(fact_kind::outcome).has_value());
    CHECK_FALSE(world.book->writable());
    const auto idle = world.wait_for(world.book->prune(base::utc_time{}));
    CHECK(idle.has_error()); // the ballast cannot be taken back
    CHECK_FALSE(world.book->writable());
    world.disk.set_capacity(world.disk.bytes() + 100'000'000);
    const auto after = world.wait_for(world.book->prune(base::utc_time{}));
    REQUIRE(after.has_value());
    CHECK(after->rows == 0);
    CHECK_FALSE(world.book->writable()); // it has not written yet
}

TEST_CASE("F23: a probe tells when there is room again, and by a page it has written") {
    for (const bool gave_ballast : {false, true}) {
        CAPTURE(gave_ballast);
        full_world world;
        if (gave_ballast) REQUIRE(world.try_vital(fact_kind::outcome).has_value());
        CHECK(world.wait_for(world.book->probe()).has_error());
        CHECK_FALSE(world.book->writable());
        CHECK(world.disk.exists(ballast) == !gave_ballast);
        world.disk.set_capacity(world.disk.bytes() + 100'000'000);
        int pages = 0;
        world.disk.before = [&](test::memory_disk::operation what, const std::string& file) {
            pages += what == test::memory_disk::operation::write && file.ends_with("journal.db-wal") ? 1 : 0;
        };
        CHECK(world.wait_for(world.book->probe()).has_value());
        world.disk.before = {};
        CHECK(pages > 0);
        CHECK(world.book->writable());
        CHECK(world.disk.exists(ballast));
        CHECK_FALSE(world.disk.exists("journal.spare"));
        world.disk.set_trouble(test::memory_disk::trouble::io_error);
        CHECK(world.wait_for(world.book->probe()).has_error());
        CHECK_FALSE(world.book->writable());
        world.disk.set_trouble(test::memory_disk::trouble::none);
        CHECK(world.try_intent().has_value());
    }
}

TEST_CASE("F23: a daemon that starts on a full disk reads what there is and sends nothing new") {
    full_world world;
    REQUIRE(world.try_vital(fact_kind::outcome).has_value());
    world.disk.set_capacity(world.disk.bytes());
    world.start_again();
    CHECK(count(*world.book, "vital") == 1);
    CHECK_FALSE(world.try_intent().has_value());
    world.disk.set_capacity(world.disk.bytes() + 100'000'000);
    CHECK(world.try_intent().has_value());
}

TEST_CASE("F23: after an I/O error nothing of the transaction is there, and the next one that works is durable") {
    for (int failing = 1; failing <= 8; ++failing) {
        CAPTURE(failing);
        test::memory_disk disk{static_cast<std::uint64_t>(failing)};
        base::prng draw{static_cast<std::uint64_t>(failing)};
        asio::io_context ctx;
        {
            journal::journal book{path, ctx.get_executor(), "paper", {}};
            REQUIRE(test::record_one(book, ctx, intent("before", "b")).has_value());
            int operations = 0;
            disk.before = [&](test::memory_disk::operation, const std::string&) {
                const bool fails = ++operations >= failing;
                disk.set_trouble(fails ? test::memory_disk::trouble::io_error : test::memory_disk::trouble::none);
            };
            const auto half = test::record_one(book, ctx, intent("half", "h"));
            CHECK(book.writable() == half.has_value());
            const auto vital = test::record_one(book, ctx, intent("half", "i"), urgency::vital);
            disk.before = {};
            disk.set_trouble(test::memory_disk::trouble::none);
            CHECK(count(book, "half") == (half ? 1U : 0U) + (vital ? 1U : 0U));
            CHECK(test::record_one(book, ctx, intent("after", "a")).has_value());
            CHECK(book.writable());
            disk.lose_power(draw);
        }
        journal::journal next{path, ctx.get_executor(), "paper", {}};
        CHECK(count(next, "before") == 1);
        CHECK(count(next, "after") == 1);
    }
}
