#include "base/diagnostic.hpp"

#include <doctest/doctest.h>

using namespace smarttrade::base;

TEST_CASE("diagnostic: the headline is FILE:LINE:COLUMN: severity: message [rule]") {
    CHECK(headline({{"a.yaml", 3, 7}, severity::error, "V12", "no good", {}}) == "a.yaml:3:7: error: no good [V12]");
    CHECK(headline({{"a.yaml", 3, 7}, severity::warning, {}, "odd", {}}) == "a.yaml:3:7: warning: odd");
    CHECK(headline({{"a.yaml", 0, 0}, severity::error, {}, "unreadable", {}}) == "a.yaml: error: unreadable");
}

TEST_CASE("diagnostic: the caret stands below the character, behind tabs and wide bytes too") {
    const diagnostic what{{"a.yaml", 2, 4}, severity::error, {}, "x", {}};
    CHECK(render(what, "first\n\tä: y\nlast\n") == "a.yaml:2:4: error: x\n    \tä: y\n    \t  ^\n");
    CHECK(render(what, "first\r\nab: y\r\n") == "a.yaml:2:4: error: x\n    ab: y\n       ^\n");
    CHECK(render(what, "only one line") == "a.yaml:2:4: error: x\n");
    CHECK(render(what, "") == "a.yaml:2:4: error: x\n");
}

TEST_CASE("diagnostic: notes follow with their own line, those of another file without one") {
    diagnostic what{{"a.yaml", 1, 1}, severity::error, {}, "x", {}};
    what.notes.push_back({{"a.yaml", 2, 1}, severity::note, {}, "here", {}});
    what.notes.push_back({{"b.yaml", 1, 1}, severity::note, {}, "there", {}});
    CHECK(render(what, "one\ntwo\n")
          == "a.yaml:1:1: error: x\n    one\n    ^\n"
             "a.yaml:2:1: note: here\n    two\n    ^\n"
             "b.yaml:1:1: note: there\n");
}

TEST_CASE("diagnostic: control characters of a hostile file do not reach the terminal") {
    const diagnostic what{{"a.yaml", 1, 1}, severity::error, {}, "x", {}};
    CHECK(render(what, "a\x1b[2Jb\n").find('\x1b') == std::string::npos);
    CHECK(render(what, "a\u009b2J\tb\u00e9\n") == "a.yaml:1:1: error: x\n    a?2J\tb\u00e9\n    ^\n");
}

TEST_CASE("diagnostic: sorting goes by file, line and column, errors first at one place") {
    std::vector<diagnostic> all{{{"b", 1, 1}, severity::error, {}, "4", {}},
                                {{"a", 10, 1}, severity::error, {}, "3", {}},
                                {{"a", 2, 1}, severity::warning, {}, "2", {}},
                                {{"a", 2, 1}, severity::error, {}, "1", {}}};
    sort_by_place(all);
    std::string order;
    for (const auto& d : all) order += d.message;
    CHECK(order == "1234");
    CHECK(has_errors(all));
    CHECK_FALSE(has_errors({all[1]}));
    CHECK_FALSE(has_errors({}));
}
