#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact, reconcile::fact_kind;
namespace asio = boost::asio;

namespace {

constexpr base::utc_time long_ago{std::chrono::milliseconds{1'772'442'000'000}};
constexpr auto today = long_ago + std::chrono::days{100};

fact at(base::utc_time when, fact what) {
    what.at = when;
    return what;
}

fact observed(const std::string& name, const std::string& status) {
    auto f = test::make_fact(fact_kind::observed, name, "");
    f.text = fmt::format(R"({{"id":1,"status":{{"type":"{}"}},"pad":"{}"}})", status, std::string(2000, 'x'));
    return f;
}

/// Created, seen twice, ended: what one trade leaves behind.
std::vector<fact> life(const std::string& name, const std::string& end, base::utc_time when) {
    const auto nonce = "n-" + name;
    std::vector<fact> all{test::intent(name, nonce),
                          test::make_fact(fact_kind::request, "", nonce),
                          test::make_fact(fact_kind::outcome, name, nonce),
                          test::make_fact(fact_kind::bound, name, nonce),
                          observed(name, "waiting_position"),
                          observed(name, "waiting_targets"),
                          observed(name, end)};
    for (auto& f : all) f.at = when;
    return all;
}

struct shop {
    void record(std::vector<fact> facts) { test::record_each(book, ctx, std::move(facts)); }
    /// All pieces; how many there were.
    int prune(base::utc_time now = today) {
        int pieces = 0;
        for (bool more = true; more; ++pieces) {
            std::optional<journal::prune_result> ended;
            const auto one = [&]() -> asio::awaitable<void> { ended = co_await book.prune(now); };
            asio::co_spawn(ctx, one(), [](std::exception_ptr e) { CHECK(!e); });
            ctx.restart();
            ctx.run();
            REQUIRE(ended.has_value());
            REQUIRE(ended->has_value());
            more = (*ended)->more;
            rows += (*ended)->rows;
        }
        return pieces;
    }
    std::string left_of(const std::string& name) {
        std::string kinds;
        for (const auto& f : journal::read_facts(dir.file("journal.db")))
            if (f.identity.name == name || f.nonce == "n-" + name) kinds += std::string{base::name_of(f.kind)} + ' ';
        return kinds;
    }

    test::temp_folder dir;
    asio::io_context ctx;
    journal::journal book{dir.file("journal.db"), ctx.get_executor(), "paper", long_ago};
    std::int64_t rows = 0;
};

} // namespace

TEST_CASE("retention: a trade that ended 90 days ago keeps its last sighting and all that decides, and no more") {
    shop here;
    for (const auto* end : {"finished", "cancelled", "stop_loss_finished", "panic_sold", "failed"})
        here.record(life(end, end, long_ago));
    here.record({at(today, test::intent("newest", "nnnnnnnn"))});
    here.prune();
    for (const auto* end : {"finished", "cancelled", "stop_loss_finished", "panic_sold", "failed"}) {
        CAPTURE(end);
        CHECK(here.left_of(end) == "intent outcome bound observed ");
    }
    CHECK(here.rows == 15);
    for (const auto& f : journal::read_facts(here.dir.file("journal.db")))
        if (f.kind == fact_kind::observed) CHECK(f.text.find(f.identity.name) != std::string::npos);
}

TEST_CASE("retention: live trades, the lately ended and those of a status nobody knows lose nothing") {
    shop here;
    here.record(life("live", "waiting_targets", long_ago));
    here.record(life("lately", "finished", today - std::chrono::days{89}));
    here.record(life("strange", "abducted", long_ago));
    here.record({at(today, test::intent("newest", "nnnnnnnn"))});
    here.prune();
    for (const auto* name : {"live", "lately", "strange"})
        CHECK(here.left_of(name) == "intent request outcome bound observed observed observed ");
    CHECK(here.rows == 0);
}

TEST_CASE("retention: the newest row of all stays, which tells how far the journal had got") {
    shop here;
    auto facts = life("a", "finished", long_ago);
    std::swap(facts[1], facts.back()); // its request comes last
    here.record(std::move(facts));
    here.prune();
    CHECK(here.left_of("a").ends_with("request "));
}

TEST_CASE("retention: it goes on in small pieces until all is done, and a second time finds nothing") {
    shop here;
    std::vector<fact> all;
    for (int trade = 0; trade < 100; ++trade)
        for (auto& f : life(fmt::format("t{:03}", trade), "finished", long_ago)) all.push_back(std::move(f));
    for (int i = 0; i < 250; ++i)
        all.push_back(at(long_ago, observed("long", i == 249 ? "finished" : "waiting_targets")));
    all.push_back(at(today, test::intent("newest", "nnnnnnnn")));
    here.record(std::move(all));
    CHECK(here.prune() >= 5);
    CHECK(here.rows == 100 * 3 + 249);
    CHECK(here.left_of("long") == "observed ");
    CHECK(here.prune() >= 2);
    CHECK(here.rows == 100 * 3 + 249);
}

TEST_CASE("retention: the files of the newest 50 plan sets are kept, and that there were others") {
    shop here;
    for (int i = 0; i < 60; ++i) {
        auto plans = test::make_fact(fact_kind::plans, "", "");
        plans.body = fmt::format("files {}", i);
        plans.text = "1 trade";
        here.record({plans});
    }
    here.prune();
    std::vector<std::string> bodies;
    for (const auto& f : test::all_facts(here.book))
        if (f.kind == fact_kind::plans) bodies.push_back(f.body);
    REQUIRE(bodies.size() == 60);
    CHECK(bodies[9].empty());
    CHECK(bodies[10] == "files 10");
    CHECK(bodies[59] == "files 59");
    here.prune();
    CHECK(here.rows == 10);
}
