#include "service/admin.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include "http/endpoint.hpp"
#include "service/exposition.hpp"

namespace smarttrade::service {

namespace {

constexpr std::string_view plain_type = "text/plain; charset=utf-8";
constexpr std::string_view pages_there_are = "/metrics, /healthz, /readyz and /status";

http::response say(int status, std::string body, std::string_view type = plain_type) {
    http::response made;
    made.status = status;
    made.body = std::move(body);
    made.headers = {{"Content-Type", std::string{type}}, {"Cache-Control", "no-store"}};
    return made;
}

bool is_port(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `127.0.0.1:9464`, `localhost`, `[::1]:9464`: the host without port and brackets; empty: it is none.
std::string_view host_of(std::string_view authority) {
    const auto closing = authority.starts_with('[') ? authority.find(']') : 0;
    if (closing == std::string_view::npos) return {};
    const auto colon = authority.find(':', closing);
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return {};
    const auto host = authority.substr(0, colon);
    if (closing == 0) return host;
    return host.ends_with(']') ? host.substr(1, host.size() - 2) : std::string_view{};
}

bool is_served(std::string_view authority, const admin_pages& pages) {
    const auto host = host_of(authority);
    return host == "127.0.0.1" || host == "::1" || boost::iequals(host, "localhost")
           || (!host.empty() && boost::iequals(host, pages.host));
}

struct target {
    std::optional<std::string_view> authority; ///< of the absolute form, `http://127.0.0.1:9464/metrics`
    std::string_view path;
};

target read_target(std::string_view text) {
    target made;
    constexpr std::string_view scheme = "http://";
    if (boost::istarts_with(text, scheme)) {
        text.remove_prefix(scheme.size());
        const auto end = std::min(text.find_first_of("/?"), text.size());
        made.authority = text.substr(0, end);
        text.remove_prefix(end);
    }
    made.path = text.substr(0, text.find('?'));
    return made;
}

/// Nothing: whoever asks may be answered.
std::optional<http::response> refuse(const http::request& what, const target& asked, const admin_pages& pages) {
    const auto hosts =
        std::ranges::count_if(what.headers, [](const auto& header) { return boost::iequals(header.first, "Host"); });
    if (hosts != 1) return say(400, fmt::format("expected one Host header, the request has {}\n", hosts));
    const bool is_meant = is_served(http::find_header(what.headers, "Host"), pages)
                          && (!asked.authority || is_served(*asked.authority, pages));
    if (!is_meant) return say(403, "this is answered to requests for localhost, 127.0.0.1 or [::1] only\n");
    if (what.method == "GET") return std::nullopt;
    auto refused = say(405, "nothing can be changed here: expected GET or HEAD\n");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
}

http::response readiness(const std::vector<std::string>& reasons) {
    if (reasons.empty()) return say(200, "ready\n");
    std::string text;
    for (const auto& reason : reasons) text += reason + '\n';
    return say(503, std::move(text));
}

} // namespace

http::response admin_answer(const http::request& what, const admin_pages& pages) {
    const auto asked = read_target(what.target);
    if (auto refused = refuse(what, asked, pages)) return *refused;
    if (asked.path == "/metrics") return say(200, pages.metrics(), exposition_type);
    if (asked.path == "/healthz") return say(200, "ok\n");
    if (asked.path == "/readyz") return readiness(pages.unready());
    if (asked.path == "/status") return say(200, pages.status(), "application/json");
    return say(404, fmt::format("there is no such page here, only {}\n", pages_there_are));
}

} // namespace smarttrade::service
