#include "base/printable.hpp"

namespace smarttrade::base {

std::string printable(std::string_view text, char instead, std::string_view kept) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool is_pair = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        const bool is_control = is_pair || byte < 0x20 || byte == 0x7F;
        out += is_control && kept.find(text[i]) == std::string_view::npos ? instead : text[i];
        if (is_pair) ++i;
    }
    return out;
}

} // namespace smarttrade::base
