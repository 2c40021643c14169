#include "wire/signature.hpp"

#include <fmt/format.h>

#include "wire/verifier.hpp"

namespace smarttrade::wire {

namespace {

bool is_json(std::string_view body) {
    const auto start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (body[start] == '{' || body[start] == '[');
}

} // namespace

std::string hmac_payload(std::string_view path, std::string_view query, std::string_view body) {
    if (query.empty() && body.empty()) return std::string{path};
    return fmt::format("{}?{}{}", path, query, body);
}

std::string rsa_payload(std::string_view path, std::string_view query, std::string_view body) {
    if (query.empty() && is_json(body)) return fmt::format("{}{}", path, body);
    return hmac_payload(path, query, body);
}

bool hmac_is_valid(std::string_view secret, std::string_view path, std::string_view query, std::string_view body,
                   std::string_view signature, acceptance takes) {
    return verifier::with_hmac(secret).accepts(path, query, body, signature, takes);
}

bool rsa_is_valid(std::string_view public_pem, std::string_view path, std::string_view query, std::string_view body,
                  std::string_view signature, acceptance takes) {
    const auto key = verifier::with_rsa(public_pem);
    return key && key->accepts(path, query, body, signature, takes);
}

} // namespace smarttrade::wire
