#include "wire/signature.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "wire/openssl.hpp"

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

bool is_json(std::string_view body) {
    const auto start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (body[start] == '{' || body[start] == '[');
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

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
    constexpr std::size_t size_max = 4096; // far beyond the signature of any key
    if (text.empty() || text.size() % 4 != 0 || text.size() > size_max) return std::nullopt;
    const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
    const bool is_clean = std::ranges::all_of(text.substr(0, text.size() - padding), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    });
    if (!is_clean) return std::nullopt;
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const auto size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(bytes.size() - padding);
    return bytes;
}

bool verifies(EVP_PKEY* key, std::string_view payload, const std::vector<unsigned char>& signature) {
    const digest_ptr context{EVP_MD_CTX_new()};
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1
           && EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                               reinterpret_cast<const unsigned char*>(payload.data()), payload.size())
                  == 1;
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
    const auto given = lower_case(signature);
    if (takes == acceptance::strict) return same_bytes(sign_hmac(secret, hmac_payload(path, query, body)), given);
    bool valid = false;
    for (const auto& payload : accepted_payloads(path, query, body))
        valid = same_bytes(sign_hmac(secret, payload), given) || valid;
    return valid;
}

bool rsa_is_valid(std::string_view public_pem, std::string_view path, std::string_view query, std::string_view body,
                  std::string_view signature, acceptance takes) {
    const auto given = from_base64(signature);
    if (!given) return false;
    const bio_ptr text{BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size()))};
    const pkey_ptr key{text ? PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr) : nullptr};
    const bool is_usable = key && EVP_PKEY_is_a(key.get(), "RSA") == 1;
    bool valid = false;
    if (is_usable && takes == acceptance::strict) {
        valid = verifies(key.get(), rsa_payload(path, query, body), *given);
    } else if (is_usable) {
        for (const auto& payload : accepted_payloads(path, query, body))
            valid = verifies(key.get(), payload, *given) || valid;
    }
    ERR_clear_error(); // what does not verify leaves errors behind, which a TLS connection would take for its own
    return valid;
}

} // namespace smarttrade::wire
