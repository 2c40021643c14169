#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trade/desired_trade.hpp"

namespace smarttrade::reconcile {

/// A map by identity that is visited in order and searched through an index: each wish is searched for in every round,
/// and a search in a map of thousands misses the cache at every level. A value like any map.
template <class Value> class identity_map {
public:
    using map = std::map<trade::trade_identity, Value>;

    identity_map() = default;
    identity_map(const identity_map& other) : all_{other.all_} { index_all(); }
    identity_map(identity_map&&) noexcept = default; // the entries stay where they are
    identity_map& operator=(identity_map other) noexcept {
        all_.swap(other.all_);
        index_.swap(other.index_);
        return *this;
    }
    ~identity_map() = default;

    const map& all() const { return all_; }
    map& all() { return all_; } ///< to change values, not to add or take away
    Value* find(const trade::trade_identity& identity) const {
        if (index_.empty()) return nullptr;
        const auto& found = index_[place_of(identity)];
        return found.of ? &found.of->second : nullptr;
    }
    Value& operator[](const trade::trade_identity& identity) {
        if (auto* known = find(identity)) return *known;
        auto& made = *all_.try_emplace(identity).first;
        if (2 * all_.size() > index_.size())
            index_all();
        else
            index_[place_of(identity)] = {hash_of(identity), &made};
        return made.second;
    }
    std::optional<Value> take(const trade::trade_identity& identity) {
        auto taken = all_.extract(identity);
        if (taken.empty()) return std::nullopt;
        index_all();
        return std::move(taken.mapped());
    }

private:
    struct slot {
        std::size_t hash = 0;
        typename map::value_type* of = nullptr;
    };
    static std::size_t hash_of(const trade::trade_identity& identity) {
        return std::hash<std::string>{}(identity.name);
    }
    /// Where it is, or the free place where it belongs. More than half are free, so there is one.
    std::size_t place_of(const trade::trade_identity& identity) const {
        const auto hash = hash_of(identity);
        auto at = hash % index_.size();
        while (index_[at].of && !(index_[at].hash == hash && index_[at].of->first == identity))
            at = (at + 1) % index_.size();
        return at;
    }
    void index_all() {
        index_.assign(4 * all_.size(), {});
        for (auto& each : all_) index_[place_of(each.first)] = {hash_of(each.first), &each};
    }

    map all_;
    std::vector<slot> index_;
};

} // namespace smarttrade::reconcile
