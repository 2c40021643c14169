#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace smarttrade::base {

/// An optional for what most of its holders lack: absent it takes one word, whatever its size; present it lies
/// elsewhere and is copied with its holder. A value like any optional.
template <class T> class rare {
public:
    rare() = default;
    rare(std::nullopt_t) {}
    rare(T value) : held_{std::make_unique<T>(std::move(value))} {}
    rare(std::optional<T> from) : held_{from ? std::make_unique<T>(std::move(*from)) : nullptr} {}
    rare(const rare& other) : held_{other ? std::make_unique<T>(*other) : nullptr} {}
    rare(rare&&) noexcept = default;
    rare& operator=(rare other) noexcept {
        held_.swap(other.held_);
        return *this;
    }
    ~rare() = default;

    T& emplace() { return *(held_ = std::make_unique<T>()); }
    void reset() { held_.reset(); }

    bool has_value() const { return held_ != nullptr; }
    explicit operator bool() const { return has_value(); }
    T& operator*() { return *held_; }
    const T& operator*() const { return *held_; }
    T* operator->() { return held_.get(); }
    const T* operator->() const { return held_.get(); }

    friend bool operator==(const rare& a, const rare& b) { return a && b ? *a == *b : a.has_value() == b.has_value(); }

private:
    std::unique_ptr<T> held_;
};

} // namespace smarttrade::base
