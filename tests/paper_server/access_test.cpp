#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "paper_server/client.hpp"
#include "wire/openssl.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("access: an unknown key and a wrong signature are refused in the API's words") {
    client api;
    const auto nobody = api.raw("GET", "/public/api/v2/smart_trades");
    CHECK(nobody.status == 401);
    CHECK(nobody.text("error") == "api_key_invalid_or_expired");
    const auto stranger = api.raw("GET", "/public/api/v2/smart_trades", "", {{"Apikey", "other"}});
    CHECK(stranger.status == 401);
    const auto forged = api.raw("GET", "/public/api/v2/smart_trades", "", {{"Apikey", "key"}, {"Signature", "00"}});
    CHECK(forged.status == 401);
    CHECK(forged.text("error") == "signature_invalid");
    CHECK(forged.text("error_description") == "Provided signature is invalid");
}

TEST_CASE("access: a signature is for one body, and a changed body is refused") {
    client api;
    const auto path = std::string{"/public/api/v2/smart_trades"};
    const auto signature = wire::sign_hmac("secret", path + '?' + limit_buy("9000"));
    const http::header_list headers{{"Apikey", "key"}, {"Signature", signature}};
    CHECK(api.raw("POST", path, limit_buy("9000"), headers).status == 201);
    CHECK(api.raw("POST", path, limit_buy("9001"), headers).status == 401);
}

TEST_CASE("access: a key does only what it is permitted") {
    auto how = manual_options();
    how.keys[0].permissions = {"SMART_TRADES_READ"};
    client api{how};
    CHECK(api.get("/v2/smart_trades").status == 200);
    CHECK(api.get("/ver1/validate").status == 200);
    const auto refused = api.post(limit_buy());
    CHECK(refused.status == 403);
    CHECK(refused.text("error_description") == "Api key not authorized for this action");
    CHECK(api.get("/ver1/accounts").status == 403);
}

TEST_CASE("access: the wrong mode answers an empty list, and an account id is answered in any mode") {
    client api;
    api.create(limit_buy());
    const http::header_list real{{"Forced-Mode", "real"}};
    const auto list = std::string{"/public/api/v2/smart_trades"};
    CHECK(api.send("GET", list, "", real).body.as_array().empty());
    CHECK(api.send("GET", list, "", {}).body.as_array().size() == 1);
    CHECK(api.send("GET", list + "?account_id=1", "", real).body.as_array().size() == 1);
    CHECK(api.send("GET", "/public/api/ver1/accounts", "", real).body.as_array().at(0).at("id") == 2);
    CHECK(api.get("/ver1/accounts").body.as_array().at(0).at("id") == 1);
}

TEST_CASE("access: every answer carries its id and the exchange's date; what is unknown is told so") {
    client api;
    const auto unknown = api.get("/ver1/bots");
    CHECK(unknown.status == 404);
    CHECK(unknown.text("error") == "not_found");
    CHECK(http::find_header(unknown.headers, "X-Request-Id").size() == 32);
    CHECK(http::find_header(unknown.headers, "Cache-Control") == "no-cache");
    CHECK(http::find_header(unknown.headers, "Date") == "Mon, 02 Mar 2026 09:00:00 GMT");
    CHECK(api.get("/v2/smart_trades/abc").status == 404);
    CHECK(api.raw("GET", "/").status == 404);
    CHECK(api.raw("GET", "").status == 404);
    CHECK(api.raw("GET", "/public/api/v2/smart_trades?a=%zz").status == 400);
}

TEST_CASE("access: ping, time and rates need no signature") {
    client api;
    CHECK(api.raw("GET", "/public/api/ver1/ping").text("pong") == "pong");
    CHECK(api.raw("GET", "/public/api/ver1/time").body.at("server_time") == 1'772'442'000);
    const auto rates = api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC");
    CHECK(rates.text("bid") == "10000.0");
    CHECK(rates.text("priceStep") == "0.01");
    CHECK(rates.text("minTotal") == "5.0");
    CHECK(api.raw("GET", "/public/api/ver1/accounts/currency_rates?pair=USDT_BTC").status == 400);
    CHECK(api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=x&pair=NOPE").status == 400);
}

namespace {

std::string pem_of(EVP_PKEY* key, bool secret_half) {
    const wire::bio_ptr out{BIO_new(BIO_s_mem())};
    REQUIRE((secret_half ? PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                         : PEM_write_bio_PUBKEY(out.get(), key))
            == 1);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

TEST_CASE("access: our own RSA signer is understood, and a request signed with another key is not") {
    const wire::pkey_ptr key{EVP_RSA_gen(2048)}, other{EVP_RSA_gen(2048)};
    for (const bool strict : {false, true}) {
        CAPTURE(strict);
        auto how = manual_options();
        how.keys.push_back({"rsa", "", {}, pem_of(key.get(), false)});
        how.strict_signatures = strict;
        client api{how};
        const auto ask = [&](EVP_PKEY* with, const std::string& method, const std::string& body) {
            const std::string path = "/public/api/v2/smart_trades";
            const auto signer = wire::signer::with_rsa(base::secret{pem_of(with, true)}).value();
            return api.raw(method, path, body, {{"Apikey", "rsa"}, {"Signature", signer.sign(path, "", body)}}).status;
        };
        CHECK(ask(key.get(), "POST", limit_buy()) == 201);
        CHECK(ask(key.get(), "GET", "") == 200);
        CHECK(ask(other.get(), "GET", "") == 401);
        CHECK(api.get("/v2/smart_trades").body.as_array().size() == 1); // the HMAC key beside it
    }
}

TEST_CASE("access: a key that is no RSA public key ends the start, and says which") {
    const wire::pkey_ptr key{EVP_RSA_gen(2048)}, weak{EVP_RSA_gen(1024)};
    struct row {
        std::string pem;
        const char* expected;
    };
    for (const row& r :
         {row{"hello", "key rsa: the RSA public key is not PEM: no -----BEGIN line"},
          row{pem_of(key.get(), true), "key rsa: the RSA public key is a private key, expected the public half"},
          row{pem_of(weak.get(), false), "key rsa: the RSA public key has 1024 bits, expected at least 2048"},
          row{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
              "key rsa: the RSA public key cannot be parsed, expected -----BEGIN PUBLIC KEY-----"}}) {
        auto how = manual_options();
        how.keys.push_back({"rsa", "", {}, r.pem});
        CHECK_THROWS_WITH_AS(client{how}, r.expected, std::runtime_error);
    }
}

TEST_CASE("access: strict signatures take the documented form and no other, without it the forms of the field too") {
    struct row {
        const char* signed_text;
        bool lenient, strict;
    };
    const std::string path = "/public/api/ver1/validate";
    for (const row& r : {row{"", true, true}, row{"?", true, false}, row{"{}", false, false}})
        for (const bool strict : {false, true}) {
            CAPTURE(std::string{r.signed_text});
            auto how = manual_options();
            how.strict_signatures = strict;
            client api{how};
            const auto told = api.raw(
                "GET", path, "", {{"Apikey", "key"}, {"Signature", wire::sign_hmac("secret", path + r.signed_text)}});
            CHECK((told.status == 200) == (strict ? r.strict : r.lenient));
        }
}
