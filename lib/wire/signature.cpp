#include "wire/signature.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace smarttrade::wire {

namespace {

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool same_bytes(const std::string& a, const std::string& b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// api.md A.5: what clients in the field sign and the live server evidently accepts. `path` alone is among them only
/// when nothing else was sent, else a body could be swapped under its signature.
std::vector<std::string> accepted_payloads(std::string_view path, std::string_view query, std::string_view body) {
    std::vector<std::string> accepted{fmt::format("{}?{}{}", path, query, body),
                                      fmt::format("{}{}{}", path, query, body)};
    if (!body.empty()) {
        accepted.push_back(fmt::format("{}{}", path, body));
        accepted.push_back(fmt::format("{}?{}", path, body));
    }
    return accepted;
}

} // namespace

std::string hmac_payload(std::string_view path, std::string_view query, std::string_view body) {
    if (query.empty() && body.empty()) return std::string{path};
    return fmt::format("{}?{}{}", path, query, body);
}

std::string sign_hmac(std::string_view secret, std::string_view payload) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), digest.data(), &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

bool hmac_is_valid(std::string_view secret, std::string_view path, std::string_view query, std::string_view body,
                   std::string_view signature) {
    const auto given = lower_case(signature);
    bool valid = false;
    for (const auto& payload : accepted_payloads(path, query, body))
        valid = same_bytes(sign_hmac(secret, payload), given) || valid;
    return valid;
}

} // namespace smarttrade::wire
