#include "journal/audit.hpp"

#include <fstream>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact, reconcile::fact_kind;
using test::intent, test::make_fact;
namespace asio = boost::asio;

namespace {

fact ended(fact_kind kind, const std::string& name, const std::string& nonce, trade::outcome how, std::int64_t id = 0) {
    auto f = make_fact(kind, name, nonce);
    f.ended = how;
    if (id != 0) f.trade_id = trade::smart_trade_id{id};
    return f;
}

fact bound(const std::string& name, std::int64_t id) {
    auto f = make_fact(fact_kind::bound, name, "");
    f.trade_id = trade::smart_trade_id{id};
    return f;
}

/// What is found in a journal of these facts behind its binding; each with its event's number.
std::string findings(std::vector<fact> facts) {
    facts.insert(facts.begin(), make_fact(fact_kind::binding, "", ""));
    journal::audit judge;
    std::int64_t seq = 0;
    for (auto& f : facts) judge.take({++seq, std::move(f)});
    std::string all;
    for (const auto& one : judge.end()) all += std::to_string(one.seq) + ": " + one.text + '\n';
    return all;
}

} // namespace

TEST_CASE("audit: a life with unknown outcomes, re-sends, writes, a rename and an adoption is free of contradictions") {
    auto renamed = make_fact(fact_kind::renamed, "new", "");
    renamed.text = "a";
    CHECK(
        findings({intent("a", "n1"), make_fact(fact_kind::request, "", "n1"),
                  ended(fact_kind::outcome, "a", "n1", trade::outcome::unknown),
                  make_fact(fact_kind::absent, "a", "n1"), intent("a", "n2"), make_fact(fact_kind::request, "a", "n2"),
                  ended(fact_kind::outcome, "a", "n2", trade::outcome::accepted, 1), bound("a", 1), bound("a", 1),
                  make_fact(fact_kind::write, "a", "w1"), make_fact(fact_kind::request, "a", "w1"),
                  ended(fact_kind::written, "a", "w1", trade::outcome::unknown),
                  ended(fact_kind::settled, "a", "w1", trade::outcome::accepted), renamed, bound("new", 1),
                  bound("adopted", 2), intent("killed-here", "n3")})
        == "");
}

TEST_CASE("audit: each contradiction is told once, at its event") {
    struct row {
        const char* name;
        std::vector<fact> facts;
        const char* told;
    };
    const row rows[] = {
        {"outcome without intent",
         {ended(fact_kind::outcome, "a", "n1", trade::outcome::refused)},
         "2: outcome of 'n1' without an intent\n"},
        {"request of nothing",
         {make_fact(fact_kind::request, "", "n1")},
         "2: request of 'n1', which no intent or write announced\n"},
        {"a write ended as a create",
         {make_fact(fact_kind::write, "a", "w1"), ended(fact_kind::outcome, "a", "w1", trade::outcome::refused)},
         "3: outcome of 'w1' without an intent\n"},
        {"settled without a write",
         {intent("a", "n1"), ended(fact_kind::settled, "a", "n1", trade::outcome::accepted)},
         "3: settled of 'n1' without a write\n"},
        {"two ends",
         {intent("a", "n1"), ended(fact_kind::outcome, "a", "n1", trade::outcome::unknown),
          ended(fact_kind::outcome, "a", "n1", trade::outcome::refused)},
         "4: a second end of 'n1'\n"},
        {"a nonce twice", {intent("a", "n1"), intent("b", "n1")}, "3: nonce 'n1' for a second time\n"},
        {"no nonce", {intent("a", "")}, "2: intent without a nonce\n"},
        {"accepted, but no trade",
         {intent("a", "n1"), ended(fact_kind::outcome, "a", "n1", trade::outcome::accepted)},
         "3: a create was accepted and made no trade\n"},
        {"absent after all",
         {intent("a", "n1"), ended(fact_kind::outcome, "a", "n1", trade::outcome::accepted, 1),
          make_fact(fact_kind::absent, "a", "n1")},
         "4: absent: 'n1', which was accepted\n"},
        {"two names for one trade",
         {bound("a", 1), bound("b", 1)},
         "3: trade 1 is bound to b revision 2, and was to a revision 2\n"},
        {"bound to nothing", {make_fact(fact_kind::bound, "a", "")}, "2: bound to no trade\n"},
        {"two bindings", {make_fact(fact_kind::binding, "", "")}, "2: a second binding\n"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        CHECK(findings(r.facts) == r.told);
    }
    journal::audit judge;
    judge.take({1, intent("a", "n1")});
    CHECK(judge.end().front().text == "the first event is not what the journal belongs to");
    CHECK(journal::audit{}.end().front().text == "there is no event, not even what the journal belongs to");
}

TEST_CASE("audit: a damaged file, one without its index and an event that nobody understands are findings") {
    const test::temp_folder dir;
    asio::io_context ctx;
    const auto make = [&](const std::string& name) {
        const auto file = dir.file(name);
        journal::journal book{file, ctx.get_executor(), "paper", {}};
        std::vector<fact> many;
        for (int i = 0; i < 500; ++i) many.push_back(intent("t", "nonce" + std::to_string(i)));
        test::record_each(book, ctx, std::move(many));
        return file;
    };
    const auto sound = make("sound.db");
    CHECK(journal::verify(sound).findings.empty());
    CHECK(journal::verify(sound).events == 501);

    const auto indexless = make("indexless.db");
    store::database{indexless, store::durability::full}.execute("DROP INDEX event_by_nonce");
    REQUIRE(journal::verify(indexless).findings.size() == 1);
    CHECK(journal::verify(indexless).findings[0].text == "tables, indexes or views are not those of schema 2");

    const auto strange = make("strange.db");
    store::database{strange, store::durability::full}.execute("UPDATE event SET kind = 'dream' WHERE seq = 17");
    REQUIRE(journal::verify(strange).findings.size() == 1);
    CHECK(journal::verify(strange).findings[0].seq == 17);
    CHECK(journal::verify(strange).findings[0].text.find("'dream'") != std::string::npos);

    const auto damaged = make("damaged.db");
    {
        std::fstream bytes{damaged, std::ios::in | std::ios::out | std::ios::binary};
        bytes.seekp(5 * 4096);
        bytes << std::string(4096, 'x');
    }
    CHECK_FALSE(journal::verify(damaged).findings.empty());
    CHECK_FALSE(journal::verify(dir.write("text", std::string(5000, 'x'))).findings.empty());
    CHECK_THROWS_AS(journal::verify(dir.file("nowhere")), store::store_error);
}
