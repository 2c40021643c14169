// api.md A.4 to A.7: what is signed, the documented vectors, and whose mode counts.
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include <doctest/doctest.h>

#include "base/secret.hpp"
#include "contract/desk.hpp"

using namespace smarttrade::contract;
namespace wire = smarttrade::wire;
namespace http = smarttrade::http;

namespace {

/// The documentation's own key.
const credential documented{"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
                            "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"};
const std::string mode_path = "/public/api/ver1/users/change_mode";
const std::string paper_json = R"({"mode": "paper"})";
const std::string vector_body = R"({"account_id":1,"pair":"USDT_BTC","instant":true,"position":{"type":"buy",)"
                                R"("units":{"value":"0.01"},"order_type":"market"}})";

http::request request(const std::string& method, const std::string& target, const std::string& body = {}) {
    http::request what;
    what.method = method;
    what.target = target;
    what.body = body;
    if (body.starts_with('{')) what.headers.emplace_back("Content-Type", "application/json");
    if (body.starts_with("mode=")) what.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return what;
}

answer send_as(venue& api, const std::string& key, const std::string& signature, http::request what) {
    what.headers.emplace_back("Apikey", key);
    what.headers.emplace_back("Signature", signature);
    return api.send(std::move(what));
}

std::unique_ptr<own_exchange> exchange_with(std::vector<std::string> more) {
    auto flags = common_flags();
    flags.insert(flags.end(), more.begin(), more.end());
    return std::make_unique<own_exchange>(flags);
}

venue& lenient() {
    static const auto made = exchange_with({"--key", documented.key + ':' + documented.secret});
    made->at().act_as(documented);
    return made->at();
}

/// Whether a request is let in when its signature is over `payload`.
bool lets_in(venue& api, const std::string& payload, const http::request& what) {
    return api.call_signed_over(payload, what).status != 401;
}

struct rsa_pair {
    std::string secret, open; ///< PEM
};

rsa_pair make_rsa() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_RSA_gen(2048), EVP_PKEY_free};
    const auto write = [&](auto print) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> into{BIO_new(BIO_s_mem()), BIO_free};
        print(into.get());
        char* bytes = nullptr;
        const auto size = BIO_ctrl(into.get(), BIO_CTRL_INFO, 0, &bytes);
        return std::string{bytes, static_cast<std::size_t>(size)};
    };
    return {write([&](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }),
            write([&](BIO* out) { PEM_write_bio_PUBKEY(out, key.get()); })};
}

} // namespace

TEST_SUITE_BEGIN("own exchange");

TEST_CASE("A.6: the documented HMAC vectors are let in, a body that is not signed is not") {
    auto& api = lenient();
    const auto as = [&](const std::string& signature, const http::request& what) {
        const auto told = send_as(api, documented.key, signature, what);
        return told.error() != "signature_invalid" && told.status != 401;
    };
    const auto query = request("POST", mode_path + "?mode=paper");
    const std::string h1 = "bca8d8c10acfbe8e76c5335d3efbe0a550487170a8bb7aaea0a13efabab55316";
    CHECK(as(h1, query));
    CHECK(as(h1, request("POST", mode_path, "mode=paper")));
    const auto json_body = request("POST", mode_path, paper_json);
    CHECK(as("0475b407ba6f2388d213134e478b330f74073388a232737837f79018694ae373", json_body));       // H2
    CHECK_FALSE(as("2bedfe2a6b037b92c45a224103f4016da5df07149f34fa04e80f8e919b9a2103", json_body)); // H3
    CHECK(as("a04435bdb0e7fc06450833a1e26d385c56ad3495c10cf3a36d432787591f5edb", json_body));       // H4
    CHECK(as("092f08fb91be788583aaa510621879dd5fcedb9bcdf2a0108b6f8754b08cfbee",                    // H7
             request("GET", "/public/api/v2/smart_trades?account_id=1&per_page=100&status=active")));
    CHECK(as("c8f9dae80c60a14f4f17f63e609a608f8cf501946532a1017cc9c5de06c29f08", // H8
             request("GET", "/public/api/v2/smart_trades/30404547")));
    const auto create = request("POST", "/public/api/v2/smart_trades", vector_body);
    CHECK(as("650b7c8e32fe3128f5b44e090f98c03eafc61adc1df7e0b8a2a9e966df6a739c", create)); // H9
    CHECK(as("7435b548c19a9c74dee376900f10d98a0c23803440f501482386dc088621321e", create)); // H10
    CHECK(as("1b51ef7b6bd6f6d771a38f1d261e474add1421bc4c988c1d057f28e577c7e15a",           // H11
             request("POST", "/public/api/v2/smart_trades/30404547/close_by_market")));
    CHECK(as("6b7be7537ea8a01b136b18360ec28dfb701d69c66fa04b2b87152c0b096ac38d", // H12
             request("GET", "/public/api/ver1/validate")));
    CHECK(as("fb8496c758b84ae004b788a62cdca16fef57c97dd3c1749d805156a2cab262f3", // H13
             request("POST", "/public/api/v2/smart_trades/30404547/set_note", R"({"note":"ST1"})")));
}

TEST_CASE("A.4: hex in any case, header names in any case, the key as it is") {
    auto& api = lenient();
    const std::string path = "/public/api/ver1/validate";
    auto upper = wire::sign_hmac(documented.secret, path);
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'f' ? char(c - 'a' + 'A') : c; });
    auto what = request("GET", path);
    what.headers = {{"APIKEY", documented.key}, {"signature", upper}};
    CHECK(api.send(what).status == 200);
    CHECK(api.send(what)["/valid"] == "true");
    auto lower_key = documented.key;
    lower_key[2] = 'p';
    CHECK(send_as(api, lower_key, upper, request("GET", path)).error() == "api_key_invalid_or_expired");
}

TEST_CASE("A.5: whatever clients in the field sign is let in") {
    auto& api = lenient();
    const std::string path = "/public/api/v2/smart_trades";
    const auto bare = request("GET", path);
    CHECK(lets_in(api, path, bare));
    CHECK(lets_in(api, path + '?', bare));
    CHECK(lets_in(api, path + "?page=1", request("GET", path + "?page=1")));
    const auto mixed = request("POST", mode_path + "?mode=paper", R"({"a":1})");
    CHECK(lets_in(api, mode_path + "?mode=paper" + R"({"a":1})", mixed));
    CHECK_FALSE(lets_in(api, mode_path + "?mode=paper", mixed));
    CHECK_FALSE(lets_in(api, path, request("GET", path + "?page=1")));
}

TEST_CASE("A.4: strictly only the documented forms") {
    const auto made = exchange_with({"--key", documented.key + ':' + documented.secret, "--strict-signatures"});
    auto& api = made->at();
    api.act_as(documented);
    const auto json_body = request("POST", mode_path, paper_json);
    CHECK(lets_in(api, mode_path + '?' + paper_json, json_body));
    CHECK_FALSE(lets_in(api, mode_path + paper_json, json_body));
    CHECK_FALSE(lets_in(api, mode_path, json_body));
    CHECK(lets_in(api, mode_path + "?mode=paper", request("POST", mode_path, "mode=paper")));
    const std::string path = "/public/api/v2/smart_trades";
    CHECK(lets_in(api, path, request("GET", path)));
    CHECK_FALSE(lets_in(api, path + '?', request("GET", path)));
}

TEST_CASE("A.4: RSA signs PATHBODY, in Base64 whose case counts") {
    const auto pair = make_rsa();
    const smarttrade::test::temp_folder dir;
    const auto made = exchange_with({"--rsa-key", "rsa:" + dir.write("public.pem", pair.open)});
    const auto signer = wire::signer::with_rsa(smarttrade::base::secret{pair.secret}).value();
    const std::string path = "/public/api/v2/smart_trades";
    CHECK(send_as(made->at(), "rsa", signer.sign(path, "", ""), request("GET", path)).status == 200);
    CHECK(send_as(made->at(), "rsa", signer.sign(path, "page=1", ""), request("GET", path + "?page=1")).status == 200);
    const auto create = request("POST", path, vector_body);
    auto signature = signer.sign(path, "", vector_body);
    CHECK(send_as(made->at(), "rsa", signature, create).status == 201);
    const auto letter = std::ranges::find_if(signature, [](char c) { return c >= 'a' && c <= 'z'; });
    *letter = char(*letter - 'a' + 'A');
    CHECK(send_as(made->at(), "rsa", signature, create).error() == "signature_invalid");
}

TEST_CASE("A.6: the documented RSA vectors are let in under the documented public key") {
    const smarttrade::test::temp_folder dir;
    const auto pem = dir.write("public.pem", R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAspMfrKDl78gMWr4EO9Nr
9LoZirPvkN93oGDO1LPnvDIwkmTVQCXv9EAgzz4E36B9RuXIukMydrwCqtPOaweS
AFgj9MZ0PFwIWsHk4x7flUJU3YI3Ub2uc+jl2Mbtxfoei5cbY6iAwsp+HyeKrdon
VHtEd9mFutd468+vO7+rx/M80oncfduNVf/GRR2McTOO4Ptm4s68clY0dyXMRLid
QjydPPYNjuzs47DVxNK+tXGS7QSHLuC7VO/YBXWqZNzvii1KeCEIePJfz06ywZFT
dNxZt2USoudAgUMBvJg0cLKqQJFxp62Pez6aWC0lV9yDPHpUwp+RfrNiP213vKOb
nQIDAQAB
-----END PUBLIC KEY-----
)");
    const auto made = exchange_with({"--rsa-key", "rsa:" + pem});
    const std::string r1 =
        "W+a26NiV6KkWP5zWoaDU9nSHmfObAtbbaq+xPIKwiKIz81Mlgrek/Z51qsAWNXEMCpIGW40IYDo7BTq4FSvOVSxdfrFK3lRqBveoXW+/50QO"
        "d3p+fDe5Ku7Z0U6MvXSUeFOguMBxP7er1SLGOb5RLYI/2GPMI5txLAoSsTLjGkWOc7S3ZhUpxEfxSCp8wCFp6E99biIX2MhIT1/AAl290ID7"
        "6Wr1dj9Y3QxIl6KtQlbpEqhvWBaadYaYyZR5YjHAn5NWAE2cvxLkH+SQE1khzAdB6T9ZJ9sgMtY1bOzTTV/Cj9W0SABCYr4In12+uFY0lB+A"
        "Nvgi8hLr2NCl775Wdw==";
    const std::string r2 =
        "EEVNxc6DLLb6PVNzc3jeNkVXVIfgHJVrfLws4Hm7wynLTLlDe6QpwPmOeT/5lAZDsft+sIN0nwo4SBNKmkea6mtxkcVz/8BuP3rhQVeGhRn3"
        "lAGy/nacsP35B50IMDx+ge1tnkjGGL4IbjtbfP5v+UVLMpJpWfVzQGlWpyLEL6PHAu7cuYs5Ug8lbfq4zgrpl1tSmemNVAedU4D4qYE/LaPB"
        "/z/urzoFYQZzobZbnXpLh4MRLaTjUgTNuiJawpk+j0K7Xk2AvHt+gY1TNOCmbRvjaP+ihgzZA0m4h32s7EdGMznI55C4CVftKQRVIfyR6TIi"
        "foljCG5nNJNZtTj98Q==";
    CHECK(send_as(made->at(), "rsa", r1, request("POST", mode_path + "?mode=paper")).status != 401);
    CHECK(send_as(made->at(), "rsa", r2, request("POST", mode_path, paper_json)).status != 401);
    CHECK(send_as(made->at(), "rsa", r2, request("POST", mode_path + "?mode=paper")).status == 401);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("with ticks");

TEST_CASE("A.7: in the wrong mode a list is empty, with an account id it is not") {
    desk on;
    const auto trade = on.create();
    const std::string path = "/v2/smart_trades?pair=" + on.pair();
    CHECK(on.at().call("GET", path, "", "real").text == "[]");
    CHECK(on.at().call("GET", path, "", "paper")["/0/id"] == id_of(trade));
    const auto with_account = path + "&account_id=" + std::to_string(on.account());
    CHECK(on.at().call("GET", with_account, "", "real")["/0/id"] == id_of(trade));
}

TEST_CASE("A.7: a real account's id makes a real trade, whatever mode was asked for") {
    desk on{market::real};
    const auto told = on.at().call("POST", "/v2/smart_trades", text_of(on.body()), "paper");
    CHECK(told.status == 201);
    CHECK(told["/account/id"] == std::to_string(on.account()));
    CHECK(told["/account/type"] == "binance");
}

TEST_SUITE_END();
