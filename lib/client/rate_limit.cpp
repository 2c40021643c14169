#include "client/rate_limit.hpp"

#include <algorithm>

namespace smarttrade::client {

namespace {

/// Takes the text up to the next `/` off the front.
std::string_view take_segment(std::string_view& text) {
    const auto end = std::min(text.find('/'), text.size());
    const auto segment = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return segment;
}

} // namespace

bool counts(std::string_view match, std::string_view request) {
    if (match.empty()) return true;
    if (std::ranges::count(match, '/') != std::ranges::count(request, '/')) return false;
    while (!match.empty() || !request.empty()) {
        const auto wanted = take_segment(match);
        const auto segment = take_segment(request);
        if (wanted != segment && (wanted != "*" || segment.empty())) return false;
    }
    return true;
}

} // namespace smarttrade::client
