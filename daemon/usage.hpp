#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace smarttrade::daemon {

/// The command as it was typed, to be given to a shell again.
std::string typed(int argc, char** argv);

/// Tells what is wrong with the command line, or shows the help that it asks for. Returns the exit code.
int complain_usage(const CLI::ParseError& wrong, const CLI::App& app, int argc, char** argv);

} // namespace smarttrade::daemon
