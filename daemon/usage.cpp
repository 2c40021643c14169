#include "usage.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "base/printable.hpp"
#include "command.hpp"

namespace smarttrade::daemon {

namespace {

std::string quoted(std::string word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    for (auto at = word.find('\''); at != std::string::npos; at = word.find('\'', at + 4)) word.replace(at, 1, "'\\''");
    return '\'' + word + '\'';
}

/// The first word that stands where a command should; CLI11 tells what it could not place in an order of its own.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
    const auto left = app.remaining();
    const auto end = argv + argc;
    const auto found = std::find_if(argv + 1, end, [&left](const char* word) {
        return *word != '-' && std::ranges::find(left, word) != left.end();
    });
    return found == end ? std::nullopt : std::optional<std::string>{*found};
}

/// `journal verfi`: of the commands below journal.
std::string no_command(const std::string& word, const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    const auto* above = chosen.empty() ? &app : chosen.front();
    std::vector<std::string> names;
    for (const auto* each : above->get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(each->get_name());
    const std::vector<std::string_view> known{names.begin(), names.end()};
    const auto near = base::nearest_word(word, known);
    return fmt::format("no command '{}{}'{}", above == &app ? "" : above->get_name() + ' ', base::printable(word, ' '),
                       near ? fmt::format(", did you mean '{}'?", *near) : std::string{});
}

} // namespace

std::string typed(int argc, char** argv) {
    std::string all = "smarttraded";
    for (int i = 1; i < argc; ++i) all += ' ' + quoted(argv[i]);
    return all;
}

int complain_usage(const CLI::ParseError& wrong, const CLI::App& app, int argc, char** argv) {
    // CLI11 asks for a subcommand before it tells of a word it does not know.
    const bool lacks_command = wrong.get_name() == "RequiredError" && !app.remaining().empty();
    const auto word = lacks_command ? unknown_command(app, argc, argv) : std::nullopt;
    int code = 0;
    if (word)
        code = app.exit(CLI::ParseError{no_command(*word, app), exit_usage});
    else
        code = lacks_command ? app.exit(CLI::ExtrasError{app.remaining()}) : app.exit(wrong);
    return code == 0 ? 0 : exit_usage;
}

} // namespace smarttrade::daemon
