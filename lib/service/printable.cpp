#include "service/printable.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace smarttrade::service {

std::string span_text(std::chrono::seconds span) {
    const auto s = span.count();
    if (s < 60) return fmt::format("{}s", s);
    if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
    return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : base::printable(text, ' ')) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string value_text(const std::string& value) {
    auto text = base::printable(value, ' '); // first: a control character becomes a blank
    return text.empty() || text.find_first_of(" \"=\\") != std::string::npos ? in_quotes(text) : text;
}

} // namespace smarttrade::service
