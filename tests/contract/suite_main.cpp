// The API's contract as a program: against its own paper exchange, or against any other with --base.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "contract/case_names.hpp"
#include "contract/venue.hpp"

using namespace smarttrade::contract;

namespace {

void read_key(const std::string& text, credential& into) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw CLI::ValidationError{"--key", "expected KEY:SECRET"}; // shows no secret
    into = {text.substr(0, colon), text.substr(colon + 1)};
}

/// What cannot be judged there is left out, and said so.
void leave_out(doctest::Context& context, const char* suite, const char* why) {
    context.addFilter("test-suite-exclude", suite);
    fmt::print("skipped: the cases of suite '{}', which need {}\n", suite, why);
}

} // namespace

int main(int count, char** words) {
    CLI::App app{"judges an exchange by the rows of the API's contract; other flags are doctest's (--help of its own: "
                 "--dt-help)",
                 "api_suite"};
    app.allow_extras();
    auto& set = chosen();
    std::string key;
    app.add_option("--base", set.base, "URL of the exchange; default: a paper exchange of our own");
    app.add_option("--key", key, "KEY:SECRET for --base");
    app.add_option("--account", set.on.spot, "id of the spot paper account for --base")->capture_default_str();
    app.add_option("--contracts-account", set.on.contracts, "id of the account with leverage")->capture_default_str();
    app.add_option("--real-account", set.on.real, "id of a spot account of the real mode")->capture_default_str();
    try {
        app.parse(count, words);
        if (!key.empty()) read_key(key, set.who);
    } catch (const CLI::ParseError& e) {
        return app.exit(e);
    }
    read_case_names();
    auto rest = app.remaining();
    std::vector<const char*> left{words[0]};
    for (const auto& word : rest) left.push_back(word.c_str());
    doctest::Context context{static_cast<int>(left.size()), left.data()};
    if (set.base.empty()) return context.run();
    try {
        leave_out(context, "own exchange", "an exchange started with their own flags");
        if (!the_venue().has_pages())
            leave_out(context, "with ticks", "/paper/ticks, and GET /paper/balances has none");
    } catch (const std::exception& e) {
        fmt::print(stderr, "--base {}: {}\n", set.base, e.what());
        return 1;
    }
    return context.run();
}
