#pragma once

#include <string_view>
#include <vector>

#include "http/transport.hpp"
#include "paper_server/call.hpp"
#include "paper_server/exchange.hpp"
#include "wire/verifier.hpp"

namespace smarttrade::paper_server {

/// The API keys of the exchange, each with what judges its signatures. `how` must outlive it.
class key_ring {
public:
    /// Throws std::runtime_error that names the key whose RSA key is none.
    explicit key_ring(const options& how);

    struct entry {
        const options::api_key* key;
        wire::verifier judge;
    };
    const entry* find(std::string_view key) const; ///< null: unknown
    /// Whether the request is signed with that key, over the bytes that came.
    bool is_signed(const entry& by, const http::request& raw, const call& what) const;

private:
    std::vector<entry> entries_;
    wire::acceptance takes_;
};

} // namespace smarttrade::paper_server
