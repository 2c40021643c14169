#include "base/secret.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <type_traits>
#include <utility>

using smarttrade::base::secret;

namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept comparable = requires(const T& a, const T& b) {
    a == b;
};

} // namespace

TEST_CASE("secret: cannot be printed, compared or turned into text by accident") {
    CHECK_FALSE(printable<secret>);
    CHECK_FALSE(comparable<secret>);
    CHECK_FALSE(std::is_convertible_v<secret, std::string_view>);
    CHECK_FALSE(std::is_convertible_v<std::string, secret>);
}

TEST_CASE("secret: a copy is one of its own, and a move leaves nothing behind") {
    secret first{"hunter2"};
    const secret copy = first;
    CHECK(copy.reveal().data() != first.reveal().data());
    const auto* block = first.reveal().data();
    const secret moved = std::move(first);
    CHECK(moved.reveal().data() == block); // the very block: no second one that could stay
    CHECK(first.empty());                  // NOLINT(bugprone-use-after-move): that it is empty is the claim
    CHECK(copy.reveal() == "hunter2");
}

TEST_CASE("secret: what is cut off is wiped at once") {
    auto read = secret::with_room(10);
    std::string_view{"hunter2\r\n\n"}.copy(read.writable(), 10);
    read.shorten(7);
    CHECK(read.reveal() == "hunter2");
    CHECK(std::string_view{read.writable() + 7, 3} == std::string_view{"\0\0\0", 3});
}
