#include "wire/verifier.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "wire/hmac.hpp"
#include "wire/openssl.hpp"

namespace smarttrade::wire {

using text_parts = std::initializer_list<std::string_view>;

class verifier::judge {
public:
    judge() = default;
    judge(const judge&) = delete;
    judge& operator=(const judge&) = delete;
    virtual ~judge() = default;
    virtual bool accepts(std::string_view path, std::string_view query, std::string_view body,
                         std::string_view signature, acceptance takes) const = 0;
};

namespace {

constexpr int rsa_bits_min = 2048;

bool is_json(std::string_view body) {
    const auto start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (body[start] == '{' || body[start] == '[');
}

/// Tries what the documentation has signed (api.md A.4) and then, when lenient, what clients in the field sign and the
/// live server evidently accepts (A.5). `path` alone is among them only when nothing else was sent, else a body could
/// be swapped under its signature. `signs(parts)` says whether the signature is over these.
template <class Signs>
bool any_form(std::string_view path, std::string_view query, std::string_view body, bool json_follows_path,
              acceptance takes, const Signs& signs) {
    const bool bare = query.empty() && body.empty();
    const bool joined = bare || (json_follows_path && query.empty() && is_json(body));
    if (joined ? signs({path, body}) : signs({path, "?", query, body})) return true;
    if (takes == acceptance::strict) return false;
    if (signs({path, "?", query, body}) || signs({path, query, body})) return true;
    return !body.empty() && (signs({path, body}) || signs({path, "?", body}));
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    return std::nullopt;
}

std::optional<hmac::digest> from_hex(std::string_view text) {
    hmac::digest made{};
    if (text.size() != 2 * made.size()) return std::nullopt;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        made[i] = static_cast<unsigned char>(*high << 4U | *low);
    }
    return made;
}

class hmac_judge final : public verifier::judge {
public:
    explicit hmac_judge(std::string_view secret) : keyed_{secret} {}

    bool accepts(std::string_view path, std::string_view query, std::string_view body, std::string_view signature,
                 acceptance takes) const override {
        const auto given = from_hex(signature);
        if (!given) return false;
        return any_form(path, query, body, false, takes, [&](text_parts parts) {
            return CRYPTO_memcmp(keyed_.of(parts).data(), given->data(), given->size()) == 0;
        });
    }

private:
    hmac keyed_;
};

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

class rsa_judge final : public verifier::judge {
public:
    explicit rsa_judge(pkey_ptr key) : key_{std::move(key)} {}

    bool accepts(std::string_view path, std::string_view query, std::string_view body, std::string_view signature,
                 acceptance takes) const override {
        const auto given = from_base64(signature);
        if (!given) return false;
        const bool valid =
            any_form(path, query, body, true, takes, [&](text_parts parts) { return verifies(parts, *given); });
        ERR_clear_error(); // what does not verify leaves errors behind, which a TLS connection would take for its own
        return valid;
    }

private:
    bool verifies(text_parts parts, const std::vector<unsigned char>& signature) const {
        const digest_ptr context{EVP_MD_CTX_new()};
        if (!context || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1)
            return false;
        for (const auto part : parts)
            if (EVP_DigestVerifyUpdate(context.get(), part.data(), part.size()) != 1) return false;
        return EVP_DigestVerifyFinal(context.get(), signature.data(), signature.size()) == 1;
    }

    pkey_ptr key_;
};

} // namespace

verifier verifier::with_hmac(std::string_view secret) { return verifier{std::make_shared<const hmac_judge>(secret)}; }

reading<verifier> verifier::with_rsa(std::string_view public_pem) {
    const auto refused = [](std::string why) {
        ERR_clear_error();
        return unreadable{"the RSA public key " + std::move(why)};
    };
    if (public_pem.find("-----BEGIN ") == std::string_view::npos) return refused("is not PEM: no -----BEGIN line");
    if (public_pem.find("PRIVATE KEY-----") != std::string_view::npos)
        return refused("is a private key, expected the public half");
    const bio_ptr text{BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size()))};
    pkey_ptr key{text ? PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr) : nullptr};
    if (!key) return refused("cannot be parsed, expected -----BEGIN PUBLIC KEY-----");
    if (EVP_PKEY_is_a(key.get(), "RSA") != 1) return refused("is of another kind, expected RSA");
    const auto bits = EVP_PKEY_get_bits(key.get());
    if (bits < rsa_bits_min)
        return refused("has " + std::to_string(bits) + " bits, expected at least " + std::to_string(rsa_bits_min));
    return verifier{std::make_shared<const rsa_judge>(std::move(key))};
}

bool verifier::accepts(std::string_view path, std::string_view query, std::string_view body, std::string_view signature,
                       acceptance takes) const {
    return judge_->accepts(path, query, body, signature, takes);
}

} // namespace smarttrade::wire
