#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace smarttrade::base {

/// A text that never changes and lies in memory once, however many hold it: a copy of it is a pointer.
class shared_text {
public:
    shared_text() = default;
    shared_text(std::string text) : held_{std::make_shared<const std::string>(std::move(text))} {}

    const std::string& string() const {
        static const std::string nothing;
        return held_ ? *held_ : nothing;
    }
    operator std::string_view() const { return string(); }
    bool empty() const { return !held_ || held_->empty(); }

    friend bool operator==(const shared_text& a, const shared_text& b) {
        return a.held_ == b.held_ || a.string() == b.string();
    }
    template <std::convertible_to<std::string_view> Text> friend bool operator==(const shared_text& a, const Text& b) {
        return a.string() == std::string_view{b};
    }

private:
    std::shared_ptr<const std::string> held_;
};

} // namespace smarttrade::base
