#include <optional>
#include <span>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/assert.hpp"
#include "wire/hmac.hpp"
#include "wire/openssl.hpp"
#include "wire/signature.hpp"

namespace smarttrade::wire {

namespace {

constexpr int rsa_bits_min = 2048;

std::string in_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xFU];
    }
    return hex;
}

std::string in_base64(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock ends it with a null
    const auto size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

} // namespace

class signer::signing_key {
public:
    signing_key() = default;
    signing_key(const signing_key&) = delete;
    signing_key& operator=(const signing_key&) = delete;
    virtual ~signing_key() = default;
    virtual std::string sign(std::string_view path, std::string_view query, std::string_view body) const = 0;
};

namespace {

class hmac_key final : public signer::signing_key {
public:
    explicit hmac_key(std::string_view secret) : keyed_{secret} {}

    std::string sign(std::string_view path, std::string_view query, std::string_view body) const override {
        const bool bare = query.empty() && body.empty();
        return in_hex(bare ? keyed_.of({path}) : keyed_.of({path, "?", query, body}));
    }

private:
    hmac keyed_;
};

std::optional<std::vector<unsigned char>> rsa_signature(EVP_PKEY* with, std::string_view payload) {
    const digest_ptr context{EVP_MD_CTX_new()};
    std::vector<unsigned char> signature(static_cast<std::size_t>(EVP_PKEY_get_size(with)));
    auto size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, with) != 1
        || EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(payload), payload.size()) != 1)
        return std::nullopt;
    signature.resize(size);
    return signature;
}

class rsa_key final : public signer::signing_key {
public:
    explicit rsa_key(pkey_ptr key) : key_{std::move(key)} {}

    std::string sign(std::string_view path, std::string_view query, std::string_view body) const override {
        const auto signature = rsa_signature(key_.get(), rsa_payload(path, query, body));
        SMARTTRADE_ASSERT(signature); // tried once when it was read
        return in_base64(*signature);
    }

private:
    pkey_ptr key_;
};

/// Without it OpenSSL would ask the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

/// A reason that the wording of the PEM tells, before it is parsed.
const char* wrong_kind_of_pem(std::string_view pem) {
    const auto holds = [&](std::string_view words) { return pem.find(words) != std::string_view::npos; };
    if (!holds("-----BEGIN ")) return "is not PEM: no -----BEGIN line";
    if (holds("ENCRYPTED")) return "is encrypted, expected a private key without a passphrase";
    if (holds("PUBLIC KEY-----")) return "is a public key, expected a private one";
    if (holds("CERTIFICATE-----")) return "is a certificate, expected a private key";
    if (!holds("PRIVATE KEY-----")) return "holds no private key";
    return nullptr;
}

/// A key whose numbers do not belong together signs what nobody can verify.
bool can_sign(EVP_PKEY* key) {
    constexpr std::string_view sample = "sample";
    const auto signature = rsa_signature(key, sample);
    const digest_ptr context{EVP_MD_CTX_new()};
    return signature && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1
           && EVP_DigestVerify(context.get(), signature->data(), signature->size(), bytes_of(sample), sample.size())
                  == 1;
}

} // namespace

signer signer::with_hmac(const base::secret& secret) {
    return signer{std::make_shared<const hmac_key>(secret.reveal())};
}

reading<signer> signer::with_rsa(const base::secret& pem) {
    const auto refused = [](std::string why) {
        ERR_clear_error();
        return unreadable{"the RSA private key " + std::move(why)};
    };
    if (const char* wrong = wrong_kind_of_pem(pem.reveal())) return refused(wrong);
    const bio_ptr text{BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size()))};
    pkey_ptr key{text ? PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr) : nullptr};
    if (!key) return refused("cannot be parsed: its PEM is damaged or cut");
    if (EVP_PKEY_is_a(key.get(), "RSA") != 1) return refused("is of another kind, expected RSA");
    const auto bits = EVP_PKEY_get_bits(key.get());
    if (bits < rsa_bits_min)
        return refused("has " + std::to_string(bits) + " bits, expected at least " + std::to_string(rsa_bits_min));
    if (!can_sign(key.get())) return refused("cannot sign: its numbers do not belong together");
    ERR_clear_error();
    return signer{std::make_shared<const rsa_key>(std::move(key))};
}

std::string signer::sign(std::string_view path, std::string_view query, std::string_view body) const {
    return key_->sign(path, query, body);
}

std::string sign_hmac(std::string_view secret, std::string_view payload) { return in_hex(hmac{secret}.of({payload})); }

} // namespace smarttrade::wire
