#include "service/printable.hpp"

#include <algorithm>

namespace smarttrade::service {

std::string printable(std::string_view text) {
    std::string out{text};
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return out;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : printable(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string value_text(const std::string& value) {
    return value.empty() || value.find_first_of(" \"=\\\n\t") != std::string::npos ? in_quotes(value)
                                                                                   : printable(value);
}

} // namespace smarttrade::service
