#include "yaml/parse.hpp"

#include <doctest/doctest.h>

using namespace smarttrade;

namespace {

yaml::node root_of(std::string_view text) {
    auto document = yaml::parse(text, "a.yaml");
    for (const auto& d : document.diagnostics) FAIL_CHECK(base::headline(d));
    return document.root.value_or(yaml::node{});
}

yaml::place at(const yaml::node& map, std::string_view key) { return map.find(key)->value.at; }

} // namespace

TEST_CASE("F29: scalars stay the text they were written as") {
    const auto root = root_of("a: 010\nb: yes\nc: 1.10\nd: '1'\ne: |\n  two\n  lines\n");
    CHECK(root.find("a")->value.text == "010");
    CHECK(root.find("b")->value.text == "yes");
    CHECK(root.find("c")->value.text == "1.10");
    CHECK_FALSE(root.find("c")->value.quoted);
    CHECK(root.find("d")->value.quoted);
    CHECK(root.find("e")->value.text == "two\nlines\n");
    CHECK(root.find("e")->value.quoted);
}

TEST_CASE("yaml: places are 1-based and count characters, not bytes") {
    const auto root = root_of("größe: {päir: x,   preis: 5}\nlist:\n  - a\n  - b\n");
    CHECK(root.members[0].key_at == yaml::place{1, 1});
    CHECK(at(root, "größe") == yaml::place{1, 8});
    const auto& inner = root.members[0].value;
    CHECK(inner.members[1].key_at == yaml::place{1, 20});
    CHECK(inner.members[1].value.at == yaml::place{1, 27});
    CHECK(at(root, "list") == yaml::place{3, 3});
    CHECK(root.find("list")->value.items[1].at == yaml::place{4, 5});
}

TEST_CASE("yaml: an empty value stands at its key, a written null at itself") {
    const auto root = root_of("a:\nb:\n  c:\nnull_word: null\nnote: x\nd: ~\ne:\nnull-or-not: x\n");
    CHECK(at(root, "a") == yaml::place{1, 1});
    CHECK(at(root.find("b")->value, "c") == yaml::place{3, 3});
    CHECK(at(root, "null_word") == yaml::place{4, 12});
    CHECK(at(root, "d") == yaml::place{6, 4});
    CHECK(at(root, "e") == yaml::place{7, 1});
    for (const auto* key : {"a", "null_word", "d", "e"}) CHECK(root.find(key)->value.is_null());
}

TEST_CASE("yaml: a byte order mark and CRLF change neither values nor places") {
    const auto root = root_of("\xEF\xBB\xBF"
                              "a: 1\r\nb: two\r\n");
    CHECK(root.find("a")->value.text == "1");
    CHECK(root.find("a")->value.at == yaml::place{1, 4});
    CHECK(root.find("b")->value.text == "two");
    CHECK(at(root, "b") == yaml::place{2, 4});
}

TEST_CASE("yaml: an empty text is a null") {
    CHECK(root_of("").is_null());
    CHECK(root_of("# only a comment\n").is_null());
    CHECK(root_of("---\n").is_null());
}
