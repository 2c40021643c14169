#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/enum_names.hpp"
#include "money/amount.hpp"
#include "yaml/node.hpp"
#include "yaml/problems.hpp"

namespace smarttrade::config {

using yaml::problems;

/// One group of keys. What cannot be read is told, and the default that stood there stays.
class section {
public:
    using milliseconds = std::chrono::milliseconds;

    /// `map` may be null for an absent group; `at` is then where a missing key is told.
    section(const yaml::node* map, std::string name, yaml::place at, problems& told,
            std::initializer_list<std::string_view> known);

    /// The group below `key`; an empty one if it is absent or no group.
    section group(std::string_view key, std::initializer_list<std::string_view> known) const;
    /// The members of the map below `key`; none if it is absent or no map.
    std::span<const yaml::member> entries(std::string_view key) const;

    bool is_present() const { return map_ != nullptr; }
    bool has(std::string_view key) const { return find(key) != nullptr; }
    void require(std::string_view key, std::string_view expected) const;
    yaml::place at() const { return at_; }
    yaml::place place_of(std::string_view key) const; ///< of the value, else of this group

    void read(std::string_view key, std::string& out) const;
    void read(std::string_view key, bool& out) const;
    void read(std::string_view key, milliseconds& out, milliseconds min) const;
    void read(std::string_view key, std::vector<std::string>& out) const; ///< a list of texts, or one text
    void read(std::string_view key, std::optional<money::percent>& out) const;
    void read(std::string_view key, money::decimal& out) const; ///< above zero
    template <class Integer>
    void read_count(std::string_view key, Integer& out, std::int64_t min, std::int64_t max) const {
        if (const auto value = whole(key, min, max)) out = static_cast<Integer>(*value);
    }
    template <class Enum> void read_word(std::string_view key, Enum& out) const {
        if (const auto place = word(key, base::names_of<Enum>())) out = static_cast<Enum>(*place);
    }

    void error(yaml::place at, std::string message) const { told_->error(at, std::move(message)); }
    problems& told() const { return *told_; }

private:
    const yaml::node* find(std::string_view key) const;
    const std::string* scalar(std::string_view key, std::string_view expected) const;
    std::optional<std::int64_t> whole(std::string_view key, std::int64_t min, std::int64_t max) const;
    std::optional<std::size_t> word(std::string_view key, std::span<const std::string_view> names) const;
    void wrong(std::string_view key, std::string_view expected) const;

    const yaml::node* map_;
    std::string name_;
    yaml::place at_;
    problems* told_;
};

/// A number above zero (or from zero on) in its plain spelling; else nothing, and told with the spelling wanted.
std::optional<money::decimal> read_amount(const yaml::member& member, problems& told, bool may_be_zero);

} // namespace smarttrade::config
