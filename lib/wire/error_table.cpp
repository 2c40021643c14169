#include "wire/error_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wire/http_date.hpp"
#include "wire/json_document.hpp"
#include "wire/json_writer.hpp"

namespace smarttrade::wire {

using trade::outcome;

namespace {

constexpr std::size_t message_max = 500;                                 ///< bytes
constexpr std::chrono::seconds retry_after_max = std::chrono::hours{72}; ///< the longest ban there is (api.md B)

/// First row that fits wins; an empty text fits any body. What fits none is unknown: redirects, 408, 451, 5xx and all
/// that is not documented.
struct rule {
    int status_from, status_to;
    std::string_view body_holds;
    outcome kind;
};
constexpr std::array rules{
    rule{200, 299, "", outcome::accepted},
    rule{401, 401, "", outcome::credential}, // also an address that is not on the key's list
    rule{403, 403, "Account not owned", outcome::refused},
    rule{403, 403, "", outcome::credential},
    rule{400, 400, "", outcome::refused},
    rule{404, 405, "", outcome::refused},
    rule{422, 422, "", outcome::refused},
    rule{429, 429, "not available with your current subscription plan", outcome::credential}, // never clears by waiting
    rule{429, 429, "", outcome::throttled},
    rule{418, 418, "", outcome::throttled},
    rule{408, 408, "", outcome::unknown},
    rule{400, 499, "invalid_request_method", outcome::refused}, // its status is not recorded (api.md C.2)
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

std::string attributes_of(json_value body) {
    std::vector<std::string> parts;
    for (const auto field : body["error_attributes"]) {
        std::vector<std::string_view> texts;
        for (const auto item : field) texts.push_back(item.text());
        if (field.is_scalar()) texts.push_back(field.text());
        parts.push_back(fmt::format("{} {}", field.key(), fmt::join(texts, ", ")));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::string without_text(int http_status) {
    if (http_status >= 300 && http_status <= 399)
        return fmt::format("HTTP {}, a redirect, which is never followed", http_status);
    return fmt::format("HTTP {} without a reason", http_status);
}

/// `error: description (attributes)`, as far as the body has them.
std::string message_of(int http_status, std::string_view body) {
    const auto document = json_document::parse(body);
    const auto root = document ? document->root() : json_value{};
    const auto error = root["error"];
    if (error.text().empty()) return without_text(http_status);
    std::string message{error.text()};
    if (const auto description = root["error_description"]; description.is_scalar())
        message += ": " + std::string{description.text()};
    if (const auto attributes = attributes_of(root); !attributes.empty()) message += " (" + attributes + ")";
    return one_line(std::move(message));
}

std::optional<std::chrono::seconds> wait_of(std::string_view retry_after, std::string_view date) {
    if (const auto until = parse_http_date(retry_after)) {
        const auto now = parse_http_date(date);
        if (!now) return std::nullopt;
        return std::clamp(std::chrono::ceil<std::chrono::seconds>(*until - *now), std::chrono::seconds{0},
                          retry_after_max);
    }
    int seconds = 0;
    const auto* const end = retry_after.data() + retry_after.size();
    const auto [stopped, error] = std::from_chars(retry_after.data(), end, seconds);
    if (stopped != end || retry_after.starts_with('-')) return std::nullopt;
    if (error == std::errc::result_out_of_range) return retry_after_max;
    if (error != std::errc{}) return std::nullopt;
    return std::min(std::chrono::seconds{seconds}, retry_after_max);
}

} // namespace

trade::request_failure classify(int http_status, std::string_view body, std::string_view retry_after,
                                std::string_view date) {
    trade::request_failure failure;
    failure.http_status = http_status;
    const auto found = std::ranges::find_if(rules, [&](const rule& r) {
        return http_status >= r.status_from && http_status <= r.status_to
               && body.find(r.body_holds) != std::string_view::npos;
    });
    failure.kind = found == rules.end() ? outcome::unknown : found->kind;
    if (failure.kind != outcome::accepted) failure.message = message_of(http_status, body);
    failure.retry_after = wait_of(retry_after, date);
    return failure;
}

std::string write_error(std::string_view error, std::string_view description) {
    json_writer to;
    to.object([&] {
        to.member("error", error);
        if (!description.empty()) to.member("error_description", description);
    });
    return to.take();
}

} // namespace smarttrade::wire
