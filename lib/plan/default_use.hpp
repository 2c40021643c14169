#pragma once

#include <string>
#include <vector>

#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// Which values of a file's `defaults` came to anything: a default that every trade says otherwise is a slip, or dead.
class default_use {
public:
    explicit default_use(yaml::node defaults); ///< expanded
    void see(const yaml::node& trade);         ///< with the defaults merged in
    void tell(problems& told) const;           ///< a warning for each value, or whole group, that no trade has

private:
    void collect(const yaml::node& of);
    bool is_used(const yaml::node& of) const;
    void tell(const yaml::node& of, const std::string& path, problems& told) const;

    yaml::node defaults_;
    std::vector<yaml::place> unused_; ///< of values
    bool has_trades_ = false;
};

} // namespace smarttrade::plan
