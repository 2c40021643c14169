#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "paper_server/execution.hpp"
#include "trade/field_tree.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

/// A request that may be served: signed, permitted, its parameters read.
struct asked {
    trading_floor& floor;
    const options::api_key& who;
    const call& what;
    const trade::field_tree& parameters;
    trade::account_mode mode;
    const fault* by;                   ///< as in execute()
    std::array<std::int64_t, 2> ids{}; ///< of the path, in its order
};

/// One call of the API (api.md D): `{}` in its path stands for an id.
struct route {
    std::string_view method, path;
    std::string_view permission; ///< empty: any key
    executed (*serve)(const asked&);
    std::string_view or_permission = {}; ///< that does as well; empty: none
};

/// Which route a request takes. Without `found`: `allowed` are the methods that its path knows; none: no such path.
struct routed {
    const route* found = nullptr;
    std::array<std::int64_t, 2> ids{};
    std::vector<std::string_view> allowed;
};
routed find_route(std::string_view method, std::string_view path);

/// `invalid_request_method`, which names the methods that there are.
/// What a browser asks before it sends anything: 204 and which methods and headers it may use (api.md A.2).
http::response preflight(const std::vector<std::string_view>& allowed);
http::response wrong_method(const std::vector<std::string_view>& allowed);

} // namespace smarttrade::paper_server
