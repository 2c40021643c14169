#include "paper_server/key_ring.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace smarttrade::paper_server {

namespace {

wire::verifier judge_of(const options::api_key& key) {
    if (key.rsa_public_pem.empty()) return wire::verifier::with_hmac(key.secret);
    auto read = wire::verifier::with_rsa(key.rsa_public_pem);
    if (!read) throw std::runtime_error{fmt::format("key {}: {}", key.key, read.error().reason)};
    return *read;
}

} // namespace

key_ring::key_ring(const options& how)
    : takes_{how.strict_signatures ? wire::acceptance::strict : wire::acceptance::lenient} {
    for (const auto& key : how.keys) entries_.push_back({&key, judge_of(key)});
}

const key_ring::entry* key_ring::find(std::string_view key) const {
    const auto found = std::ranges::find_if(entries_, [key](const auto& each) { return each.key->key == key; });
    return key.empty() || found == entries_.end() ? nullptr : &*found;
}

bool key_ring::is_signed(const entry& by, const http::request& raw, const call& what) const {
    const auto path = std::string_view{raw.target}.substr(0, raw.target.find('?'));
    return by.judge.accepts(path, what.query, what.body, http::find_header(raw.headers, "Signature"), takes_);
}

} // namespace smarttrade::paper_server
