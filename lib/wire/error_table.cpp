#include "wire/error_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wire/json.hpp"

namespace smarttrade::wire {

using trade::field_tree;
using trade::outcome;

namespace {

constexpr std::size_t message_max = 500;                                 ///< bytes
constexpr std::chrono::seconds retry_after_max = std::chrono::hours{72}; ///< the longest ban there is (api.md B)

/// First row that fits wins: status 0 fits any, an empty text fits any body.
struct rule {
    int status_from, status_to;
    std::string_view body_holds;
    outcome kind;
};
constexpr std::array rules{
    rule{200, 299, "", outcome::accepted},
    rule{401, 401, "", outcome::credential},
    rule{403, 403, "Account not owned", outcome::refused},
    rule{403, 403, "", outcome::credential},
    rule{400, 400, "", outcome::refused},
    rule{404, 405, "", outcome::refused},
    rule{422, 422, "", outcome::refused},
    rule{429, 429, "subscription plan", outcome::credential}, // never clears by waiting
    rule{429, 429, "", outcome::throttled},
    rule{418, 418, "", outcome::throttled},
};

/// One line for a log: control characters become spaces; cut at a whole character.
std::string one_line(std::string text) {
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    if (text.size() <= message_max) return text;
    auto end = message_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "...";
}

std::string attributes_of(const field_tree& body) {
    std::vector<std::string> parts;
    const auto* fields = body.find("error_attributes");
    if (!fields) return {};
    for (const auto& [field, messages] : fields->members) {
        std::vector<std::string> texts;
        for (const auto& item : messages.items) texts.push_back(item.text);
        if (messages.is_scalar()) texts.push_back(messages.text);
        parts.push_back(fmt::format("{} {}", field, fmt::join(texts, ", ")));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

/// `error: description (attributes)`, as far as the body has them.
std::string message_of(int http_status, std::string_view body) {
    const auto read = parse_json(body);
    const auto* error = read ? read->find("error") : nullptr;
    if (!error || !error->is_scalar()) return fmt::format("HTTP {} without an error text that we read", http_status);
    std::string message = error->text;
    if (const auto* description = read->find("error_description"); description && description->is_scalar())
        message += ": " + description->text;
    if (const auto attributes = attributes_of(*read); !attributes.empty()) message += " (" + attributes + ")";
    return one_line(std::move(message));
}

std::optional<std::chrono::seconds> seconds_of(std::string_view retry_after) {
    int seconds = 0;
    const auto* const end = retry_after.data() + retry_after.size();
    const auto [stopped, error] = std::from_chars(retry_after.data(), end, seconds);
    if (error != std::errc{} || stopped != end || seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds{seconds}, retry_after_max);
}

} // namespace

trade::request_failure classify(int http_status, std::string_view body, std::string_view retry_after) {
    trade::request_failure failure;
    failure.http_status = http_status;
    const auto found = std::ranges::find_if(rules, [&](const rule& r) {
        return http_status >= r.status_from && http_status <= r.status_to
               && body.find(r.body_holds) != std::string_view::npos;
    });
    failure.kind = found == rules.end() ? outcome::unknown : found->kind;
    if (failure.kind != outcome::accepted) failure.message = message_of(http_status, body);
    failure.retry_after = seconds_of(retry_after);
    return failure;
}

std::string write_error(std::string_view error, std::string_view description) {
    boost::json::object body{{"error", error}};
    if (!description.empty()) body["error_description"] = description;
    return boost::json::serialize(body);
}

} // namespace smarttrade::wire
