#include "tidy/source_rules.hpp"

#include <doctest/doctest.h>

using namespace smarttrade::tidy;

namespace {

std::vector<breach> check_in(const std::string& room, std::string_view source) {
    const auto path = (room == "daemon" ? room : "lib/" + room) + "/source.cpp";
    return check({path, source});
}

/// The line of the only breach; 0: none, and 999: several.
std::size_t only_breach(const std::string& room, std::string_view source) {
    const auto found = check_in(room, source);
    return found.empty() ? 0 : found.size() > 1 ? 999 : found[0].line;
}

std::string in_function(const std::string& statement) {
    return "asio::awaitable<void> f() {\n    " + statement + "\n}\n";
}

} // namespace

TEST_CASE("source_rules: arrows point inward") {
    struct row {
        const char* room;
        const char* include;
        bool allowed;
    };
    for (const row& r : {row{"plan", "\"trade/pair.hpp\"", true},
                         row{"plan", "\"plan/plan.hpp\"", true},
                         row{"plan", "\"wire/json.hpp\"", false},
                         row{"trade", "\"plan/plan.hpp\"", false},
                         row{"wire", "\"async/time_source.hpp\"", false},
                         row{"client", "\"wire/json.hpp\"", true},
                         row{"client", "\"journal/journal.hpp\"", false},
                         row{"daemon", "\"service/loop.hpp\"", true},
                         row{"service", "\"daemon/command.hpp\"", false},
                         row{"yaml", "<yaml-cpp/parser.h>", true},
                         row{"plan", "<yaml-cpp/parser.h>", false},
                         row{"store", "<sqlite3.h>", true},
                         row{"journal", "<sqlite3.h>", false},
                         row{"client", "<boost/beast/http.hpp>", false},
                         row{"http", "<boost/beast/http.hpp>", true},
                         row{"wire", "<boost/json.hpp>", true},
                         row{"wire", "<boost/asio/awaitable.hpp>", false},
                         row{"plan", "<fstream>", false},
                         row{"paper", "<unordered_map>", false},
                         row{"service", "<fstream>", true}}) {
        CAPTURE(std::string{r.room});
        CAPTURE(std::string{r.include});
        const std::string source = "#pragma once\n#include " + std::string{r.include} + "\n";
        CHECK(only_breach(r.room, source) == (r.allowed ? 0 : 2));
    }
}

TEST_CASE("source_rules: a word counts in code alone, and not at its home") {
    CHECK(only_breach("async", "auto t = std::chrono::steady_clock::now();\n") == 0);
    CHECK(only_breach("service", "\nauto t = std::chrono::steady_clock::now();\n") == 2);
    CHECK(only_breach("service", "bool is_detached = false; // steady_clock::now\nauto s = \"sleep_for\";\n") == 0);
}

TEST_CASE("source_rules: each co_await form that GCC 12 miscompiles is found") {
    for (const std::string bad :
         {"if (co_await f()) co_return;", "if (!co_await f()) g();", "while (a && co_await f()) {\n g(); }",
          "for (auto x : co_await f()) g(x);", "co_await f({.a = 1});", "co_await f(agg{1, 2});",
          "reply r{co_await f(), 1};", "v.push_back({co_await f()});", "auto x = b ? co_await f() : 1;",
          "co_await g(b ? x : y);", "co_await asio::co_spawn(ex, [p] { return f(p); }, asio::use_awaitable);",
          "co_return reply{co_await f(), 1};", "g(agg{1}, co_await f());", "auto x = f(co_await g(), agg{});",
          "auto x = f(co_await g());", "x += co_await f();", "for (; a; b = co_await f()) g();",
          "if (auto x = g(); co_await f(x)) h();", "co_return (co_await f()).text;"}) {
        CAPTURE(bad);
        CHECK(only_breach("service", in_function(bad)) == 2);
    }
}

TEST_CASE("source_rules: sound co_await forms are left alone") {
    for (const std::string good :
         {"co_await f(a, b);",
          "auto x = co_await f();",
          "const auto [ec, n] = co_await f(x[1]);",
          "co_return co_await f(std::move(a));",
          "if (a) co_await f();",
          "while (!done) co_await f();",
          "if (auto x = co_await f(); x) g();",
          "for (const auto& x : all) co_await f(x);",
          "for (;;) {\n co_await f();\n }",
          "if (a) {\n co_await f();\n }\n co_await f();",
          "const agg a{1, 2};\n co_await f(a);",
          "tasks.spawn([this]() -> asio::awaitable<void> { co_await f(); });",
          "asio::steady_timer timer{co_await asio::this_coro::executor, at};",
          "auto first = co_await (f() || time.sleep_until(at));\n if (first.index() == 0) co_return reply{a, 1};",
          "co_await f(\"{\", '{', '?', R\"({?)\"); // co_await f({1})",
          "a = 1'000'000;\n co_await f();",
          "switch (a) {\n case b: co_await f();\n }",
          "if (a)\n g();\n else\n co_await f();",
          "static_cast<void>(co_await f());",
          "co_await sleep_until(mono_time{} + hours{1});",
          "const agg a{1, 2};\n g(a);\n static_cast<void>(co_await f());",
          "if (x) {\n a = {1};\n } else\n co_await f();"}) {
        CAPTURE(good);
        CHECK(check_in("service", in_function(good)).size() == 0);
    }
}

TEST_CASE("source_rules: a file has at most 400 lines") {
    CHECK(check_in("service", std::string(400, '\n')).empty());
    CHECK(check_in("service", std::string(401, '\n')).size() == 1);
}

TEST_CASE("source_rules: a function has at most 70 lines from its name to its closing brace") {
    const std::string body(68, '\n'), types = "namespace a {\nclass b : c<d> {\npublic:\n";
    for (const std::string head :
         {"void f() {", "b(int x) : c{x}, d_(x) {", "auto f() -> std::vector<int> {", "TEST_CASE(\"{;}\") {",
          "template <class T> requires sane<T> void f() const {", "const auto f = [&](int x) {",
          "#define E {\nvoid f() {", "friend bool operator<(b x) {"}) {
        CAPTURE(head);
        const auto line = head.starts_with('#') ? 5 : 4;
        CHECK(only_breach("service", types + head + body + "\n}\n};\n}\n") == 0);
        CHECK(only_breach("service", types + head + body + "\n\n}\n};\n}\n") == line);
    }
    for (const std::string none :
         {"namespace b {", "inline namespace b {", "template <class T> struct b<T> : c<T> {", "enum class b : int {",
          "extern \"C\" {", "constexpr std::array b{", "int b[] = {"}) {
        CAPTURE(none);
        CHECK(only_breach("service", none + body + "\n\n\n}\n") == 0);
    }
}
