#include "paper_server/form_fields.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "wire/json.hpp"

using namespace smarttrade;

namespace {

std::string read(std::string_view encoded) {
    const auto tree = paper_server::read_form(encoded);
    return tree ? wire::write_json(*tree) : "refused";
}

} // namespace

TEST_CASE("form: bracket names nest as they do for Rack") {
    struct row {
        const char* form;
        const char* means;
    };
    for (const row& r : {
             row{"", "{}"},
             row{"a=1&b=2&a=3", R"({"a":"3","b":"2"})"},
             row{"note=a+b%20c%26%C3%A4", R"({"note":"a b c&ä"})"},
             row{"note=", R"({"note":""})"},
             row{"note", R"({"note":null})"},
             row{"=1&&[]=2", "{}"},
             row{"position[units][value]=0.01&position%5Btype%5D=buy",
                 R"({"position":{"units":{"value":"0.01"},"type":"buy"}})"},
             row{"a[]=1&a[]=2", R"({"a":["1","2"]})"},
             row{"s[][t]=x&s[][v]=1&s[][t]=y&s[][v]=2", R"({"s":[{"t":"x","v":"1"},{"t":"y","v":"2"}]})"},
             row{"s[][p][t]=x&s[][p][v]=1&s[][p][t]=y", R"({"s":[{"p":{"t":"x","v":"1"}},{"p":{"t":"y"}}]})"},
             row{"s[][a]=1&s[][b]=2&s[][b]=3&s[][a]=4", R"({"s":[{"a":"1","b":"2"},{"b":"3","a":"4"}]})"},
             row{"s[0][t]=x&s[1][t]=y", R"({"s":{"0":{"t":"x"},"1":{"t":"y"}}})"},
             row{"s[][l][]=1&s[][l][]=2", R"({"s":[{"l":["1","2"]}]})"},
             row{"a=1&a[b]=2", "refused"},
             row{"a[b]=1&a[]=2", "refused"},
             row{"a[]=1&a[b]=2", "refused"},
             row{"a=%4", "refused"},
             row{"a=%zz", "refused"},
             row{"a=%ff", "refused"}, // no UTF-8
             row{"a[b=1", R"({"a":{"b":"1"}})"},
         }) {
        CAPTURE(r.form);
        CHECK(read(r.form) == r.means);
    }
}

TEST_CASE("form: names, nesting and size are bounded") {
    std::string names, deep = "a";
    for (int i = 0; i < 1001; ++i) names += fmt::format("a[]={}&", i);
    CHECK(read(names) == "refused");
    names.erase(names.rfind("a[]"));
    CHECK(read(names) != "refused");
    for (int i = 0; i < 100'000; ++i) deep += "[a]";
    CHECK(read(deep + "=1") == "refused");
    std::string lists = "a";
    for (int i = 0; i < 100'000; ++i) lists += "[][a]";
    CHECK(read(lists + "=1") == "refused");
}
