#pragma once

#include <cstdint>
#include <optional>

#include "http/transport.hpp"
#include "paper_server/call.hpp"
#include "paper_server/faults.hpp"
#include "paper_server/trading_floor.hpp"

namespace smarttrade::paper_server {

/// What a request came to.
struct executed {
    http::response reply;
    std::optional<std::int64_t> trade; ///< the smart trade it is about, for the log
};

/// Carries out a request whose signature is right and that the limits let through: whether the key may, then the page
/// itself (api.md A.7, C.3, D). `by`: the fault that hit it, which may falsify a listing; null for none.
executed execute(trading_floor& floor, const options::api_key& who, const call& what, const http::request& raw,
                 const fault* by = nullptr);

} // namespace smarttrade::paper_server
