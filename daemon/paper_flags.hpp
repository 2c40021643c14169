#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "paper_server/exchange.hpp"

namespace smarttrade::daemon {

/// The flags of `smarttraded paper` (design.md 7), as they were typed.
struct paper_flags {
    std::string listen = "127.0.0.1:0";
    std::vector<std::string> keys, rsa_keys, accounts, balances, prices, limits;
    std::string commission = "0.001";
    std::uint64_t seed = 1;
    std::string clock = "real", time, rate_limits = "documented", state, walk, replay, speed = "1";
    std::int64_t ban_after = 10;
    bool strict_signatures = false;
    std::vector<std::string> faults;
};

void add_paper_flags(CLI::App& command, paper_flags& into);

/// What they mean. Throws CLI::ValidationError that names the flag.
paper_server::options read_paper_flags(const paper_flags& flags);

struct listen_address {
    std::string host;
    std::uint16_t port;
};
listen_address read_listen_address(const std::string& text);

} // namespace smarttrade::daemon
