#pragma once

#include <string>

#include "client/api_client.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::service {

/// One account of the configuration and the way to it.
struct account_port {
    trade::account_id id;
    std::string name;
    trade::account_mode mode{};
    client::api_client* api = nullptr;
    std::string key_mend = "put a good key in its place, then `smarttraded reload`"; ///< what helps when it is refused
};

} // namespace smarttrade::service
