#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "async/system_time.hpp"
#include "http/client.hpp"
#include "system/exchange_process.hpp"
#include "wire/signature.hpp"

namespace smarttrade::contract {

namespace json = boost::json;

struct credential {
    std::string key, secret;
};

/// The place of a JSON pointer as text: a string itself, numbers in plain notation, `null`, `absent`.
std::string at(const json::value& in, std::string_view pointer);

/// What the exchange said. `body` is null if it is no JSON.
struct answer {
    int status = 0;
    std::string text;
    json::value body;
    http::header_list headers;

    std::string operator[](std::string_view pointer) const { return at(body, pointer); }
    std::string brief() const { return text.substr(0, 300); } ///< for a failed check
    std::string error() const { return at(body, "/error"); }
    std::string description() const { return at(body, "/error_description"); }
    /// The messages of one field, joined by `; `; `absent` without the field.
    std::string blames(std::string_view field) const;
    bool blames_any(std::string_view part) const; ///< whether some field's name holds it
};

/// An exchange that is spoken to over HTTP, one request after the other. Its paths begin after `/public/api`.
class venue {
public:
    /// `base_url` as in smarttraded.yaml; without a path, `/public/api` is added. Throws std::runtime_error for no URL.
    venue(const std::string& base_url, credential who);

    /// Signed as the API asks for, with Forced-Mode.
    answer call(const std::string& method, const std::string& target, const std::string& body = {},
                const std::string& mode = "paper", http::header_list more = {});
    answer get(const std::string& target) { return call("GET", target); }
    answer post(const std::string& target, const std::string& body = {}) { return call("POST", target, body); }

    /// `signature` of `payload`, which need not be what belongs to the request.
    answer call_signed_over(const std::string& payload, http::request what);
    answer unsigned_call(const std::string& method, const std::string& target, const std::string& body = {});
    /// As it is: the target begins at the root.
    answer send(http::request what);

    std::string path_of(const std::string& target) const { return prefix_ + target; }
    const credential& who() const { return who_; }
    void act_as(credential other) { who_ = std::move(other); }

    /// `{"ticks":[...]}` of the given ticks, each JSON; an empty tick finishes what is pending.
    void tick(const std::string& ticks = "{}");
    bool is_gone() const { return gone_; } ///< a request found nobody who answers
    bool has_pages();                      ///< /paper/...: prices can be set, time can be moved

private:
    credential who_;
    std::string prefix_;
    bool gone_ = false;
    boost::asio::io_context ctx_{1};
    async::system_time time_;
    std::unique_ptr<http::client> client_;
};

/// The accounts that cases trade on.
struct accounts {
    std::int64_t spot = 1;      ///< paper_trading, paper mode
    std::int64_t contracts = 2; ///< binance_futures, real mode
    std::int64_t real = 3;      ///< binance, real mode
};

/// From the command line; empty `base`: the suite starts its own exchange.
struct settings {
    std::string base;
    credential who{"key", "secret"};
    accounts on;
};
settings& chosen();

/// The exchange under test: `chosen().base`, or one of our own, started at the first call, and another if it died: the
/// cases after the one that killed it are judged too.
venue& the_venue();

/// One more exchange for the cases that need other flags than the one under test has.
class own_exchange {
public:
    explicit own_exchange(const std::vector<std::string>& flags = {});
    venue& at() { return *venue_; }
    const test::temp_folder& folder() const { return dir_; }

private:
    test::temp_folder dir_;
    test::exchange_process process_;
    std::unique_ptr<venue> venue_;
};

/// What every exchange of ours starts with: a manual clock, no limits, the keys and the accounts that the cases know.
std::vector<std::string> common_flags();

} // namespace smarttrade::contract
