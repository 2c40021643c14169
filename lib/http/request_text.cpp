#include "http/request_text.hpp"

#include <algorithm>
#include <array>

#include <boost/beast/core/string.hpp>
#include <fmt/format.h>

namespace smarttrade::http {

namespace {

/// They say where the request goes and where it ends.
constexpr std::array<std::string_view, 6> own_headers{"Host",       "Content-Length", "Transfer-Encoding",
                                                      "Connection", "Expect",         "Upgrade"};
constexpr std::array<std::string_view, 3> methods_with_body{"POST", "PUT", "PATCH"};

bool is_token_char(char c) {
    const bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_alnum || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

// No early end, so that the compiler looks at many bytes at a time: every request passes here.
bool is_target(std::string_view text) {
    bool fits = text.starts_with('/');
    for (const char c : text) fits &= c > ' ' && c < '\x7f';
    return fits;
}

bool is_value(std::string_view text) {
    bool fits = true;
    for (const char c : text) fits &= (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') || c == '\t';
    return fits;
}

bool is_own(std::string_view name) {
    return std::ranges::any_of(own_headers, [&](auto own) { return boost::beast::iequals(own, name); });
}

} // namespace

std::string fault_of(const request& what) {
    if (!is_token(what.method)) return "the method is no word";
    if (!is_target(what.target)) return "the target is no path, or holds a space or a control character";
    for (const auto& [name, value] : what.headers) {
        if (!is_token(name)) return "the name of a header is no word";
        if (!is_value(value)) return fmt::format("header {} holds a control character", name);
        if (is_own(name)) return fmt::format("header {} is the client's own", name);
    }
    return {};
}

std::string host_header(const endpoint& where) {
    const bool is_v6 = where.host.find(':') != std::string::npos;
    auto host = is_v6 ? '[' + where.host + ']' : where.host;
    if (where.port != (where.tls ? "443" : "80")) host += ':' + where.port;
    return host;
}

std::string request_text(const endpoint& where, const request& what) {
    std::string text;
    constexpr std::size_t usual_header = 512;
    text.reserve(usual_header + what.target.size() + what.body.size());
    const auto line = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    text.append(what.method).append(" ").append(what.target).append(" HTTP/1.1\r\n");
    line("Host", host_header(where));
    line("User-Agent", "smarttraded");
    for (const auto& [name, value] : what.headers) line(name, value);
    if (!what.body.empty() || std::ranges::find(methods_with_body, what.method) != methods_with_body.end())
        line("Content-Length", std::to_string(what.body.size()));
    return text.append("\r\n").append(what.body);
}

} // namespace smarttrade::http
