#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>

namespace smarttrade::wire {

/// Owners of OpenSSL's objects.
template <auto Free> struct freed_by {
    template <class Object> void operator()(Object* object) const { Free(object); }
};
using pkey_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free>>;
using digest_ptr = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using mac_ptr = std::unique_ptr<EVP_MAC, freed_by<EVP_MAC_free>>;
using mac_context_ptr = std::unique_ptr<EVP_MAC_CTX, freed_by<EVP_MAC_CTX_free>>;

} // namespace smarttrade::wire
