#include "wire/signature.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smarttrade::wire;

namespace {

const std::string secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"; // published by the docs
const std::string create_body = R"({"account_id":1,"pair":"USDT_BTC","instant":true,"position":{"type":"buy",)"
                                R"("units":{"value":"0.01"},"order_type":"market"}})";
const std::string prefix = "/public/api/v2/smart_trades";
const std::string mode_path = "/public/api/ver1/users/change_mode";
const std::string mode_body = R"({"mode": "paper"})";

} // namespace

TEST_CASE("signature: every test vector of the API's documentation is reproduced (api.md A.6)") {
    struct row {
        const char* name;
        std::string signed_text;
        const char* signature;
        std::string key = secret;
    };
    const row rows[] = {
        {"H1", mode_path + "?mode=paper", "bca8d8c10acfbe8e76c5335d3efbe0a550487170a8bb7aaea0a13efabab55316"},
        {"H2", mode_path + "?" + mode_body, "0475b407ba6f2388d213134e478b330f74073388a232737837f79018694ae373"},
        {"H3", mode_path, "2bedfe2a6b037b92c45a224103f4016da5df07149f34fa04e80f8e919b9a2103"},
        {"H4", mode_path + mode_body, "a04435bdb0e7fc06450833a1e26d385c56ad3495c10cf3a36d432787591f5edb"},
        {"H5", "/smart_trades", "8b30fb42a82e4dcfb4d0273d2910c7ae0add2b32938b19c27c44e306c56c20bc"},
        {"H6", "/deals", "92cbefb3a2f2a8e94479470c7b5eb7cce43037947461c665e9b7f8b05a81a936"},
        {"H7", prefix + "?account_id=1&per_page=100&status=active",
         "092f08fb91be788583aaa510621879dd5fcedb9bcdf2a0108b6f8754b08cfbee"},
        {"H8", prefix + "/30404547", "c8f9dae80c60a14f4f17f63e609a608f8cf501946532a1017cc9c5de06c29f08"},
        {"H9", prefix + "?" + create_body, "650b7c8e32fe3128f5b44e090f98c03eafc61adc1df7e0b8a2a9e966df6a739c"},
        {"H10", prefix + create_body, "7435b548c19a9c74dee376900f10d98a0c23803440f501482386dc088621321e"},
        {"H11", prefix + "/30404547/close_by_market",
         "1b51ef7b6bd6f6d771a38f1d261e474add1421bc4c988c1d057f28e577c7e15a"},
        {"H12", "/public/api/ver1/validate", "6b7be7537ea8a01b136b18360ec28dfb701d69c66fa04b2b87152c0b096ac38d"},
        {"H13", prefix + R"(/30404547/set_note?{"note":"ST1"})",
         "fb8496c758b84ae004b788a62cdca16fef57c97dd3c1749d805156a2cab262f3"},
        {"H14", "/public/api/ver1/bots", "505719450087661e95840d47b8bb2374ad2bb25abdcf0d99d7d410ab9b2f1d3a",
         "abcd1234"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        CHECK(sign_hmac(r.key, r.signed_text) == r.signature);
    }
}

TEST_CASE("signature: what is signed is the path, then `?`, then the very query and body that are sent") {
    CHECK(hmac_payload("/p", "", "") == "/p");
    CHECK(hmac_payload("/p", "a=%3A", "") == "/p?a=%3A");
    CHECK(hmac_payload("/p", "", "{}") == "/p?{}");
    CHECK(rsa_payload("/p", "", "") == "/p");
    CHECK(rsa_payload("/p", "a=%3A", "") == "/p?a=%3A");
    CHECK(rsa_payload("/p", "", "{}") == "/p{}"); // no `?` before JSON under RSA (api.md A.4)
    CHECK(rsa_payload("/p", "", "a=b") == "/p?a=b");
}

TEST_CASE("signature: a server takes every form that clients in the field send (api.md A.5)") {
    struct row {
        const char* name;
        std::string query, body, signed_text;
        bool taken;
    };
    const row rows[] = {
        {"documented, with a body", "", mode_body, mode_path + "?" + mode_body, true},
        {"py3cw, no question mark", "", mode_body, mode_path + mode_body, true},
        {"the path alone while a body came", "", mode_body, mode_path, false},
        {"another body than was signed", "", R"({"mode": "real"})", mode_path + "?" + mode_body, false},
        {"documented, with a query", "mode=paper", "", mode_path + "?mode=paper", true},
        {"the path alone while a query came", "mode=paper", "", mode_path, false},
        {"another query than was signed", "mode=real", "", mode_path + "?mode=paper", false},
        {"documented, nothing but a path", "", "", mode_path, true},
        {"a bare question mark", "", "", mode_path + "?", true},
        {"a bare question mark while a body came", "", mode_body, mode_path + "?", false},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        CHECK(hmac_is_valid(secret, mode_path, r.query, r.body, sign_hmac(secret, r.signed_text)) == r.taken);
    }
}

TEST_CASE("signature: a strict server takes the documented form and no other (api.md A.4)") {
    struct row {
        std::string query, body, signed_text;
        bool taken;
    };
    const row rows[] = {
        {"", "", mode_path, true},
        {"", "", mode_path + "?", false},
        {"mode=paper", "", mode_path + "?mode=paper", true},
        {"mode=paper", "", mode_path + "mode=paper", false},
        {"", mode_body, mode_path + "?" + mode_body, true},
        {"", mode_body, mode_path + mode_body, false},
        {"", mode_body, mode_path, false},
    };
    for (const auto& r : rows) {
        CAPTURE(r.signed_text);
        CHECK(hmac_is_valid(secret, mode_path, r.query, r.body, sign_hmac(secret, r.signed_text), acceptance::strict)
              == r.taken);
    }
}

TEST_CASE("signature: hex counts in any case, anything else is refused") {
    auto signature = sign_hmac(secret, mode_path);
    for (auto& c : signature) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CHECK(hmac_is_valid(secret, mode_path, "", "", signature));
    CHECK_FALSE(hmac_is_valid(secret, mode_path, "", "", ""));
    CHECK_FALSE(hmac_is_valid(secret, mode_path, "", "", signature.substr(1)));
    CHECK_FALSE(hmac_is_valid("other", mode_path, "", "", signature));
}
