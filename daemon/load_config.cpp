#include "load_config.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "service/plan_source.hpp"

namespace smarttrade::daemon {

config::settings load_config(const std::string& file) {
    auto read = service::read_file(file);
    if (!read.trouble.empty()) refuse_config(file, read.trouble);
    auto result = config::read(read.text, file);
    // Without its source lines: somebody may have written a secret where only its place belongs.
    const auto text = service::render_all(result.diagnostics, {});
    if (!result.value) throw config_invalid{text};
    std::fputs(text.c_str(), stderr);
    return std::move(*result.value);
}

void refuse_config(const std::string& file, const std::string& message) {
    throw config_invalid{fmt::format("{}: error: {}\n", file, message)};
}

} // namespace smarttrade::daemon
