#include <filesystem>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/doomed_disk.hpp"
#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "journal/seen_mark.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact_kind;
using test::intent;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// A state directory and the daemons that run on it, one after the other.
struct directory {
    std::optional<std::string> run(std::vector<reconcile::fact> facts) {
        journal::journal book{file, ctx.get_executor(), "paper", {}};
        for (const auto& ended : test::record_each(book, ctx, std::move(facts))) CHECK(ended.has_value());
        return book.was_restored();
    }
    void copy_to(const std::string& backup) const { store::database::for_reading(file).copy_to(backup); }
    void put_back(const std::string& backup) const {
        fs::copy_file(backup, file, fs::copy_options::overwrite_existing);
    }

    test::temp_folder dir;
    asio::io_context ctx;
    std::string file = dir.file("journal.db");
};

reconcile::fact confirmed(const std::string& hold) {
    reconcile::fact f;
    f.kind = fact_kind::confirmed;
    f.text = hold;
    return f;
}

} // namespace

TEST_CASE("restored: a journal that goes on from where it stopped is no restored one") {
    directory here;
    CHECK_FALSE(here.run({}));
    CHECK_FALSE(here.run({intent("a", "aaaaaaaa")}));
    CHECK_FALSE(here.run({}));
}

TEST_CASE("restored: a backup put back is known as such at each start until a person confirms just that") {
    directory here;
    here.run({intent("a", "aaaaaaaa")});
    here.copy_to(here.dir.file("backup"));
    CHECK_FALSE(here.run({intent("b", "bbbbbbbb")}));
    here.put_back(here.dir.file("backup"));
    CHECK(here.run({intent("c", "cccccccc"), intent("d", "dddddddd")}) == "journal-restored-1");
    CHECK(here.run({confirmed("another-hold")}) == "journal-restored-1"); // by now longer than the lost one was
    CHECK(here.run({confirmed("journal-restored-1")}) == "journal-restored-1");
    CHECK_FALSE(here.run({}));
    here.copy_to(here.dir.file("second"));
    here.run({intent("e", "eeeeeeee")});
    here.put_back(here.dir.file("second"));
    CHECK(here.run({}) == "journal-restored-2"); // the first word does not count for this one
}

TEST_CASE("restored: a journal that was removed, or one of another directory, is known as such") {
    directory here, other;
    here.run({intent("a", "aaaaaaaa")});
    fs::remove(here.file);
    CHECK(here.run({}) == "journal-restored-1");
    other.run({intent("x", "xxxxxxxx"), intent("y", "yyyyyyyy"), intent("z", "zzzzzzzz")});
    fs::copy_file(here.file, other.file, fs::copy_options::overwrite_existing);
    CHECK(other.run({}) == "journal-restored-2");
}

TEST_CASE("restored: a mark that is gone or not understood says nothing") {
    directory here;
    here.run({intent("a", "aaaaaaaa")});
    for (const std::string text : {"", "x", "0123456789abcdef 99999999999999999999\n"}) {
        here.dir.write("journal.seen", text);
        CHECK_FALSE(here.run({}));
    }
    fs::remove(here.dir.file("journal.seen"));
    CHECK_FALSE(here.run({}));
    const journal::seen_mark mark{"0123456789abcdef", 42};
    CHECK(journal::decode_mark(journal::encode_mark(mark)) == mark);
}

TEST_CASE("restored: neither kill -9 nor power loss at any moment makes a journal look like a restored one") {
    int deaths = 0;
    for (const auto how : {test::death::kill, test::death::power_loss})
        for (std::uint64_t seed = 1; seed <= 3; ++seed)
            for (int at = 1; at <= 60; ++at) {
                CAPTURE(seed);
                CAPTURE(at);
                test::doomed_disk world{how, at, seed};
                asio::io_context ctx;
                try {
                    journal::journal book{"journal.db", ctx.get_executor(), "paper", {}, 4096};
                    for (int i = 0; i < 8; ++i) test::record_one(book, ctx, intent("a", "n" + std::to_string(i)));
                } catch (const store::store_error& failed) {
                    CHECK(failed.code() == 10);
                }
                world.spare();
                const journal::journal next{"journal.db", ctx.get_executor(), "paper", {}, 4096};
                CHECK_FALSE(next.was_restored());
                deaths += world.died ? 1 : 0;
            }
    CHECK(deaths > 200);
}
