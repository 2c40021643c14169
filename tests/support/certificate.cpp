#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace smarttrade::test {

namespace {

template <auto Free> struct freed_by {
    template <class T> void operator()(T* gone) const { Free(gone); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;

std::string text_of(BIO* from) {
    char* data = nullptr;
    const auto size = BIO_ctrl(from, BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<std::size_t>(size)};
}

bio_ptr reading(const std::string& text) {
    return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> made{
        X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str())};
    X509_add_ext(certificate, made.get(), -1);
}

certificate_ptr unsigned_certificate(const certificate_text& text, EVP_PKEY* key) {
    certificate_ptr made{X509_new()};
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), text.from.count());
    X509_gmtime_adj(X509_getm_notAfter(made.get()), text.until.count());
    X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(text.subject.data()),
                               static_cast<int>(text.subject.size()), -1, 0);
    X509_set_pubkey(made.get(), key);
    return made;
}

} // namespace

identity make_identity(const certificate_text& text, const identity* issuer) {
    const key_ptr key{EVP_EC_gen("P-256")};
    const auto made = unsigned_certificate(text, key.get());
    certificate_ptr signer;
    key_ptr signer_key;
    if (issuer) {
        signer.reset(PEM_read_bio_X509(reading(issuer->certificate).get(), nullptr, nullptr, nullptr));
        signer_key.reset(PEM_read_bio_PrivateKey(reading(issuer->key).get(), nullptr, nullptr, nullptr));
    }
    auto* const by = signer ? signer.get() : made.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(by));
    if (text.is_authority) extend(made.get(), by, NID_basic_constraints, "critical,CA:TRUE");
    if (!text.names.empty()) extend(made.get(), by, NID_subject_alt_name, text.names);
    X509_sign(made.get(), signer_key ? signer_key.get() : key.get(), EVP_sha256());
    const bio_ptr key_text{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    const bio_ptr certificate_pem{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(certificate_pem.get(), made.get());
    return {text_of(key_text.get()), text_of(certificate_pem.get())};
}

} // namespace smarttrade::test
