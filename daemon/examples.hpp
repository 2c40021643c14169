#pragma once

#include <CLI/CLI.hpp>

namespace smarttrade::daemon {

/// Gives the help of every command its exit codes and an example, which tests/schema/help_test.py types.
void add_examples(CLI::App& app);

} // namespace smarttrade::daemon
