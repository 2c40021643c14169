#include <chrono>

#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "yaml/parse.hpp"

using namespace smarttrade;

namespace {

std::string refusals(std::string_view text) {
    const auto document = yaml::parse(text, "a.yaml");
    CHECK((document.root.has_value() || !document.diagnostics.empty()));
    std::string all;
    for (const auto& d : document.diagnostics) {
        all += base::headline(d) + '\n';
        for (const auto& note : d.notes) all += base::headline(note) + '\n';
    }
    return all;
}

} // namespace

TEST_CASE("F29: what must not stand in a plan is refused at its place") {
    struct row {
        const char* name;
        std::string_view text;
        const char* told;
    };
    using namespace std::string_view_literals;
    for (const row& r : {
             row{"duplicate key", "a: 1\nb: 2\na: 3\n"sv,
                 "a.yaml:3:1: error: duplicate key 'a', expected it once\na.yaml:1:1: note: the first one is here\n"},
             row{"anchor", "a: &x 1\n"sv,
                 "a.yaml:1:4: error: an anchor (&), expected none: write the value where it is meant\n"},
             row{"alias to nowhere", "a: *x\n"sv,
                 "a.yaml:1:4: error: an alias (*), expected none: write the value where it is meant\n"},
             row{"tag", "a: !!int 1\n"sv,
                 "a.yaml:1:4: error: a tag (!), expected none: every value is read as its text\n"},
             row{"bare tag", "a: ! 1\n"sv,
                 "a.yaml:1:4: error: a tag (!), expected none: every value is read as its text\n"},
             row{"second document", "a: 1\n---\nb: 2\n"sv,
                 "a.yaml:2:1: error: a second document begins here, expected one in a file\n"},
             row{"list as key", "? [a]\n: 1\n"sv,
                 "a.yaml:1:3: error: a key that is a list or a group, expected a name\n"},
             row{"merge", "a: {<<: {b: 1}}\n"sv,
                 "a.yaml:1:5: error: a merge (<<), expected none: write the keys where they are meant\n"},
             row{"escape that is no UTF-8", "a: \"x\\Nb\"\n"sv,
                 "a.yaml:1:4: error: an escape (\\N or \\_) that is no character here, expected the character "
                 "itself\n"},
             row{"null as key", "~: 1\n"sv, "a.yaml:1:1: error: a key that is null, expected a name\n"},
             row{"NUL", "a: x\0y\n"sv, "a.yaml:1:5: error: control character 0x00, expected text\n"},
             row{"unknown escape", "a: \"b\\\u00e9\"\n"sv,
                 "a.yaml:1:8: error: a \\ in double quotes that begins no escape of YAML, expected single quotes\n"},
             row{"escape", "a: \x1b[31m\n"sv, "a.yaml:1:4: error: control character 0x1B, expected text\n"},
             row{"invalid UTF-8", "a: ä\xff\n"sv,
                 "a.yaml:1:5: error: byte 0xFF is no UTF-8, expected a text in UTF-8\n"},
             row{"surrogate", "a: \xed\xa0\x80\n"sv,
                 "a.yaml:1:4: error: byte 0xED is no UTF-8, expected a text in UTF-8\n"},
             row{"UTF-16",
                 "\xff\xfe"
                 "a\0:\0"sv,
                 "a.yaml:1:1: error: the text is UTF-16, expected UTF-8\n"},
             row{"lone carriage return", "a: 1\rb: 2\n"sv,
                 "a.yaml:1:5: error: a carriage return without a line feed, expected line feeds\n"},
         }) {
        CAPTURE(r.name);
        CHECK(refusals(r.text) == r.told);
    }
}

TEST_CASE("yaml: a syntax error has a place, a tab among the spaces too") {
    CHECK(refusals("a: [1, 2\nb: 3\n").starts_with("a.yaml:"));
    CHECK(refusals("a:\n\tb: 1\n") == "a.yaml:2:1: error: a tab before a key or entry, expected spaces\n");
    CHECK(refusals("a:\n  b: 1\n \tc: 1\n") == "a.yaml:3:2: error: a tab before a key or entry, expected spaces\n");
    CHECK(refusals("a: b: c\n").starts_with("a.yaml:1:5: error: "));
}

TEST_CASE("yaml: a quote that is not closed cannot swallow the rest of the file") {
    for (const auto* text : {"a: 'open\nb: 1\n", "a: \"open\nb: 1\n", "a: 'it''s\n", "a: \"x\\\"\n", "'a: 1\n"})
        CHECK(refusals(text).find("a quote that is not closed, expected its closing quote") != std::string::npos);
    CHECK(refusals("a: 'it''s'\nb: \"x\\\"y\"\n") == "");
}

TEST_CASE("yaml: several refusals come out at once") {
    CHECK(refusals("a: &x 1\na: *x\nb: !t 2\n")
          == "a.yaml:1:4: error: an anchor (&), expected none: write the value where it is meant\n"
             "a.yaml:2:1: error: duplicate key 'a', expected it once\n"
             "a.yaml:1:1: note: the first one is here\n"
             "a.yaml:2:4: error: an alias (*), expected none: write the value where it is meant\n"
             "a.yaml:3:4: error: a tag (!), expected none: every value is read as its text\n");
}

TEST_CASE("yaml: what is merely refused does not hide the rest of the tree") {
    const auto document = yaml::parse("a: &x 1\n? [b]\n: 2\nc: {a: 3, a: 4}\n", "a.yaml");
    REQUIRE(document.root);
    CHECK(document.diagnostics.size() == 3);
    REQUIRE(document.root->members.size() == 2);
    CHECK(document.root->members[0].value.text == "1");
    CHECK(document.root->find("c")->value.find("a")->value.text == "3");
}

TEST_CASE("yaml: a hostile text is refused soon") {
    const auto repeat = [](std::string_view what, std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i) text += what;
        return text;
    };
    for (const auto& text :
         {repeat("- ", 100'000), repeat("- !t ", 100'000), repeat("? ", 100'000), repeat("[", 100'000),
          repeat("{", 100'000), repeat("{a: ", 100'000), repeat("- ? ", 100'000),
          std::string(yaml::text_bytes_max + 1, 'x'), repeat("a: &x 1\n", 100'000)})
        CHECK(refusals(text) != "");
}

TEST_CASE("yaml: no bytes at all make the reading throw") {
    constexpr std::string_view alphabet = "ab:-?[]{},&*!|>'\"#% \n\t\r~0\xC3\xA4";
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        std::string text;
        for (auto n = random.below(40); n > 0; --n) text += alphabet[random.below(alphabet.size())];
        refusals(text);
    }
}
