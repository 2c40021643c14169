#pragma once

#include <map>
#include <string>

#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

/// The mode each key works in without Forced-Mode: what change_mode last said, and paper before that (api.md A.7). Of
/// the real API it is the mode of the user; here each key has a user of its own.
class key_modes {
public:
    trade::account_mode of(const std::string& key) const {
        const auto found = changed_.find(key);
        return found == changed_.end() ? trade::account_mode::paper : found->second;
    }
    void set(const std::string& key, trade::account_mode to) { changed_[key] = to; }

    const std::map<std::string, trade::account_mode>& changed() const { return changed_; }

private:
    std::map<std::string, trade::account_mode> changed_;
};

} // namespace smarttrade::paper_server
