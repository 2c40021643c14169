#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "http/transport.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::test {

/// `smarttraded paper` as a process of its own, with key `key`, secret `secret`, accounts 1 (spot) and 2 (contracts)
/// and its state in the folder: killed and started again, it goes on where it was, on the same port.
class exchange_process {
public:
    /// `flags`: more of them. Throws when it does not start.
    explicit exchange_process(const temp_folder& dir, std::vector<std::string> flags = {});

    const std::string& port() const { return port_; }
    void kill(); ///< kill -9
    void start();

    /// GET and POST of the exchange's own pages. Throws std::runtime_error unless the answer is 200.
    boost::json::value get(const std::string& path) const;
    void post(const std::string& path, const std::string& body) const;

    /// Every trade of account 1 there ever was, as a client reads them.
    std::vector<trade::smart_trade> all_trades() const;

private:
    http::response ask(http::request what) const;

    std::vector<std::string> command_;
    std::string port_ = "0";
    std::optional<process> process_;
};

/// What the exchange's own log says of the daemon's requests.
struct exchange_truth {
    std::set<std::int64_t> trades; ///< every one ever created
    int creates_seen = 0;          ///< POSTs that arrived, executed or not
    int refused = 0;               ///< 4xx, but for 429
    int throttled = 0;             ///< 429
    std::map<std::string, int> faults;
};
exchange_truth truth_of(const exchange_process& exchange);

/// smarttraded.yaml for that exchange, with the key's files beside it; plans are those of the folder `plans`. `more` is
/// the rest of the file.
std::string write_config(const temp_folder& dir, const exchange_process& exchange, const std::string& more);

} // namespace smarttrade::test
