#include "http/endpoint.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace smarttrade::http {

namespace {

bool is_host_char(char c) {
    const bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_alnum || c == '.' || c == '-' || c == '_' || c == ':';
}

} // namespace

std::optional<endpoint> parse_base_url(std::string_view url) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return std::nullopt;
    const auto scheme = parsed->scheme_id();
    const bool tls = scheme == boost::urls::scheme::https;
    if (!tls && scheme != boost::urls::scheme::http) return std::nullopt;
    if (parsed->has_userinfo() || parsed->has_query() || parsed->has_fragment()) return std::nullopt;
    endpoint where;
    where.tls = tls;
    where.host = parsed->host_address();
    where.port = parsed->has_port() ? std::string{parsed->port()} : (tls ? "443" : "80");
    where.base_path = std::string{parsed->encoded_path()};
    // Boost.URL 1.81 reads 127.0.0.1.evil.com as the host 127.0.0.1 and a path.
    if (!where.base_path.empty() && !where.base_path.starts_with('/')) return std::nullopt;
    while (where.base_path.ends_with('/')) where.base_path.pop_back();
    if (!std::ranges::all_of(where.host, is_host_char)) return std::nullopt; // it decodes %0d, too
    // A number of its own: Boost.URL keeps the text, and reads one that is too large as 0.
    if (where.host.empty() || (parsed->has_port() && parsed->port_number() == 0)) return std::nullopt;
    return where;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost") return true;
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(host, ec);
    return !ec && address.is_loopback();
}

} // namespace smarttrade::http
