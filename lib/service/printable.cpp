#include "service/printable.hpp"

#include "base/printable.hpp"

namespace smarttrade::service {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : base::printable(text, ' ')) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string value_text(const std::string& value) {
    return value.empty() || value.find_first_of(" \"=\\\n\t") != std::string::npos ? in_quotes(value)
                                                                                   : base::printable(value, ' ');
}

} // namespace smarttrade::service
