#include "wire/signature.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "wire/openssl.hpp"

using namespace smarttrade::wire;
using smarttrade::base::secret;

namespace {

const std::string path = "/public/api/v2/smart_trades";
const std::string mode_path = "/public/api/ver1/users/change_mode";
const std::string mode_body = R"({"mode": "paper"})";
const std::string create_body = R"({"account_id":1,"pair":"USDT_BTC","instant":true,"position":{"type":"buy",)"
                                R"("units":{"value":"0.01"},"order_type":"market"}})";

/// The public half of the key in the API's documentation (api.md A.6).
const std::string documented_key = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAspMfrKDl78gMWr4EO9Nr
9LoZirPvkN93oGDO1LPnvDIwkmTVQCXv9EAgzz4E36B9RuXIukMydrwCqtPOaweS
AFgj9MZ0PFwIWsHk4x7flUJU3YI3Ub2uc+jl2Mbtxfoei5cbY6iAwsp+HyeKrdon
VHtEd9mFutd468+vO7+rx/M80oncfduNVf/GRR2McTOO4Ptm4s68clY0dyXMRLid
QjydPPYNjuzs47DVxNK+tXGS7QSHLuC7VO/YBXWqZNzvii1KeCEIePJfz06ywZFT
dNxZt2USoudAgUMBvJg0cLKqQJFxp62Pez6aWC0lV9yDPHpUwp+RfrNiP213vKOb
nQIDAQAB
-----END PUBLIC KEY-----
)";

pkey_ptr new_rsa(unsigned int bits) { return pkey_ptr{EVP_RSA_gen(bits)}; }

std::string text_of(BIO* from) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(from, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string pkcs8(EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
    const bio_ptr out{BIO_new(BIO_s_mem())};
    const unsigned char passphrase[] = "1234";
    REQUIRE(PEM_write_bio_PrivateKey(out.get(), key, cipher, cipher ? passphrase : nullptr, cipher ? 4 : 0, nullptr,
                                     nullptr)
            == 1);
    return text_of(out.get());
}

std::string pkcs1(EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
    const bio_ptr out{BIO_new(BIO_s_mem())};
    const unsigned char passphrase[] = "1234";
    REQUIRE(PEM_write_bio_PrivateKey_traditional(out.get(), key, cipher, cipher ? passphrase : nullptr, cipher ? 4 : 0,
                                                 nullptr, nullptr)
            == 1);
    return text_of(out.get());
}

std::string public_pem(EVP_PKEY* key) {
    const bio_ptr out{BIO_new(BIO_s_mem())};
    REQUIRE(PEM_write_bio_PUBKEY(out.get(), key) == 1);
    return text_of(out.get());
}

/// The same length as a real reply of the signer, but of other bytes.
std::string spoiled(std::string signature) {
    signature[10] = signature[10] == 'A' ? 'B' : 'A';
    return signature;
}

} // namespace

TEST_CASE("rsa: every documented signature verifies under the documented key (api.md A.6)") {
    struct row {
        const char* name;
        std::string path, query, body, signature;
    };
    const row rows[] = {
        {"R1", mode_path, "mode=paper", "",
         "W+a26NiV6KkWP5zWoaDU9nSHmfObAtbbaq+xPIKwiKIz81Mlgrek/Z51qsAWNXEMCpIGW40IYDo7BTq4FSvOVSxdfrFK3lRq"
         "BveoXW+/50QOd3p+fDe5Ku7Z0U6MvXSUeFOguMBxP7er1SLGOb5RLYI/2GPMI5txLAoSsTLjGkWOc7S3ZhUpxEfxSCp8wCFp"
         "6E99biIX2MhIT1/AAl290ID76Wr1dj9Y3QxIl6KtQlbpEqhvWBaadYaYyZR5YjHAn5NWAE2cvxLkH+SQE1khzAdB6T9ZJ9sg"
         "MtY1bOzTTV/Cj9W0SABCYr4In12+uFY0lB+ANvgi8hLr2NCl775Wdw=="},
        {"R2", mode_path, "", mode_body,
         "EEVNxc6DLLb6PVNzc3jeNkVXVIfgHJVrfLws4Hm7wynLTLlDe6QpwPmOeT/5lAZDsft+sIN0nwo4SBNKmkea6mtxkcVz/8Bu"
         "P3rhQVeGhRn3lAGy/nacsP35B50IMDx+ge1tnkjGGL4IbjtbfP5v+UVLMpJpWfVzQGlWpyLEL6PHAu7cuYs5Ug8lbfq4zgrp"
         "l1tSmemNVAedU4D4qYE/LaPB/z/urzoFYQZzobZbnXpLh4MRLaTjUgTNuiJawpk+j0K7Xk2AvHt+gY1TNOCmbRvjaP+ihgzZ"
         "A0m4h32s7EdGMznI55C4CVftKQRVIfyR6TIifoljCG5nNJNZtTj98Q=="},
        {"R3", path, "", create_body,
         "jXVdVkNRj5kQY7HXwFSv5fZiQomqVSb1v7NyFdrSO5C2uQOpA15k1/KGWUOm3Hh+st+ubmCYprLGRQfESnErYubUfrRTwqtd"
         "wnXYNaoM8KyBbEVXTx/kwBhzfd2+G8gRmU+eIQGXrDljcVffN6qB02QoAo6zOCx0MXNYGtzg9JqWCmkAy2U4iC4VrKAu4hPq"
         "L5rQ2NkahGtxos3MPJkDiZhywesY0nuJXh3VCsG27MQeQOG75s9WEw6OauFEGTIgo9iC+y3hdfOA3LbXL3Bt6gkzmdOrHhZH"
         "zgIm1UaxOtkTmErotbn7viWQXf2RcX3Ec2Ea/VCQpsm8n517Nr0wyA=="},
        {"R4", "/smart_trades", "", "",
         "ohF+5lbFdRy9S5CV3jgNPBT5TXzgb47CbT4BBt02GpoouoJgMP8CHeSHmmSjseo34MVZ1z4jXBpa2DjDnvwOTtpoB2r9dnvF"
         "bzNoMcFnfq9I8OqlkoMjzE995FpK+3FiHapgymZ5TiUrBwL+SOEH7MwJEYXQdD5kWE9FS1e4IHxJlXN2zkWt+BUuCKFI4LP+"
         "36LW5r0x5it1/qB3AX8VmycQn62ldTZ8DTLoCMIlWDu44RXgkV+Lr+hEmdmE2Lzp4j4HclWpPZy5r9JrJ5jQbxaEZkQmoed3"
         "4zgtDB4MEw9da6g6ncEAG15jjcLDZg6NbU8g/diU/XCnktFLelV1Ow=="},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        for (const auto takes : {acceptance::lenient, acceptance::strict}) {
            CHECK(rsa_is_valid(documented_key, r.path, r.query, r.body, r.signature, takes));
            CHECK_FALSE(rsa_is_valid(documented_key, r.path + "/1", r.query, r.body, r.signature, takes));
            CHECK_FALSE(rsa_is_valid(documented_key, r.path, r.query, r.body + " ", r.signature, takes));
            CHECK_FALSE(rsa_is_valid(documented_key, r.path, r.query, r.body, spoiled(r.signature), takes));
        }
    }
}

TEST_CASE("rsa: what is signed with a key of either size and either PEM form verifies under its public half") {
    for (const unsigned int bits : {2048U, 4096U}) {
        CAPTURE(bits);
        const auto key = new_rsa(bits);
        const auto check_with = public_pem(key.get());
        const auto stranger = public_pem(new_rsa(2048).get());
        for (const auto& pem : {pkcs8(key.get()), pkcs1(key.get())}) {
            CAPTURE(pem.substr(0, 30));
            const auto with = signer::with_rsa(secret{pem});
            REQUIRE(with.has_value());
            for (const auto& [query, body] : {std::pair{"", ""}, {"a=%3A", ""}, {"", "{\"a\":1}"}}) {
                const auto signature = with->sign(path, query, body);
                CHECK(signature.find('\n') == std::string::npos);
                CHECK(rsa_is_valid(check_with, path, query, body, signature));
                CHECK(rsa_is_valid(check_with, path, query, body, signature, acceptance::strict));
                CHECK_FALSE(rsa_is_valid(stranger, path, query, body, signature));
            }
        }
    }
}

TEST_CASE("rsa: a server that takes every form takes a question mark before JSON as well, a strict one does not") {
    const auto key = new_rsa(2048);
    const auto with = signer::with_rsa(secret{pkcs8(key.get())}).value();
    const auto check_with = public_pem(key.get());
    const auto questioned = with.sign(path + "?" + create_body, "", "");
    CHECK(rsa_is_valid(check_with, path, "", create_body, questioned));
    CHECK_FALSE(rsa_is_valid(check_with, path, "", create_body, questioned, acceptance::strict));
    const auto path_alone = with.sign(path, "", "");
    CHECK_FALSE(rsa_is_valid(check_with, path, "", create_body, path_alone));
}

TEST_CASE("rsa: a signature that is no clean Base64, or a key that is none, is refused and not an error") {
    const auto key = new_rsa(2048);
    const auto signature = signer::with_rsa(secret{pkcs8(key.get())}).value().sign(path, "", "");
    const auto check_with = public_pem(key.get());
    REQUIRE(rsa_is_valid(check_with, path, "", "", signature));
    for (const auto& bad :
         {std::string{}, std::string{"===="}, signature.substr(1), signature.substr(4), " " + signature,
          signature + "\n", std::string{"not base64!!"}, std::string(100'000, 'A')}) {
        CAPTURE(bad);
        CHECK_FALSE(rsa_is_valid(check_with, path, "", "", bad));
    }
    for (const auto& no_key : {std::string{}, std::string{"x"}, check_with.substr(0, 200), pkcs8(key.get())})
        CHECK_FALSE(rsa_is_valid(no_key, path, "", "", signature));
}

TEST_CASE("rsa: an unusable private key is refused in words, and none of its bytes are told") {
    const auto good = new_rsa(2048);
    const pkey_ptr curve{EVP_EC_gen("P-256")};
    const auto whole = pkcs8(good.get());
    auto garbled = whole;
    for (std::size_t i = 400; i < 500; ++i) garbled[i] = 'A';
    struct row {
        const char* name;
        std::string pem;
        const char* says;
    };
    const row rows[] = {
        {"empty", "", "is not PEM"},
        {"a secret instead", "NhqPtmdSJYdKjVHjA7PZj4Mge3R5", "is not PEM"},
        {"encrypted PKCS#8", pkcs8(good.get(), EVP_aes_128_cbc()), "is encrypted"},
        {"encrypted PKCS#1", pkcs1(good.get(), EVP_aes_128_cbc()), "is encrypted"},
        {"public", public_pem(good.get()), "is a public key"},
        {"certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is a certificate"},
        {"parameters", "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n", "holds no private key"},
        {"elliptic curve", pkcs8(curve.get()), "another kind"},
        {"1024 bits", pkcs8(new_rsa(1024).get()), "has 1024 bits"},
        {"cut", whole.substr(0, whole.size() / 2), "cannot be parsed"},
        {"cut but closed", whole.substr(0, 600) + "\n-----END PRIVATE KEY-----\n", "cannot be parsed"},
        {"garbled", garbled, "cannot"},
        {"binary", std::string("-----BEGIN PRIVATE KEY-----\n\0\xff", 30), "cannot be parsed"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        const auto read = signer::with_rsa(secret{r.pem});
        REQUIRE_FALSE(read.has_value());
        const auto& reason = read.error().reason;
        CAPTURE(reason);
        CHECK(reason.find("the RSA private key ") == 0);
        CHECK(reason.find(r.says) != std::string::npos);
        CHECK(reason.size() < 100);
        for (std::size_t at = 0; at + 12 <= r.pem.size(); at += 4)
            CHECK(reason.find(r.pem.substr(at, 12)) == std::string::npos);
    }
}

TEST_CASE("signer: signs the exact strings of api.md A.4 under HMAC, and copies sign alike") {
    const std::string key = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
    auto first = std::make_unique<signer>(signer::with_hmac(secret{key}));
    const signer copy = *first;
    CHECK(first->sign(mode_path, "", "") == "2bedfe2a6b037b92c45a224103f4016da5df07149f34fa04e80f8e919b9a2103"); // H3
    first.reset();
    CHECK(copy.sign(mode_path, "mode=paper", "") == "bca8d8c10acfbe8e76c5335d3efbe0a550487170a8bb7aaea0a13efabab55316");
    CHECK(copy.sign(mode_path, "", mode_body) == "0475b407ba6f2388d213134e478b330f74073388a232737837f79018694ae373");
    CHECK(copy.sign(path, "", create_body) == "650b7c8e32fe3128f5b44e090f98c03eafc61adc1df7e0b8a2a9e966df6a739c");
    for (int i = 0; i < 3; ++i) // each request starts from the same keyed state
        CHECK(copy.sign(path + "/30404547/set_note", "", R"({"note":"ST1"})")
              == "fb8496c758b84ae004b788a62cdca16fef57c97dd3c1749d805156a2cab262f3");
    CHECK(signer::with_hmac(secret{}).sign("/p", "", "") == sign_hmac("", "/p"));
}
