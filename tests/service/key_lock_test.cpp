#include "service/key_lock.hpp"

#include <unistd.h>

#include <optional>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace smarttrade;
using service::key_lock;

TEST_CASE("key_lock: one process per API key and exchange, and the next one is told who has it") {
    const base::secret key{fmt::format("key of test {}", ::getpid())};
    const base::secret other{fmt::format("another key of test {}", ::getpid())};
    constexpr auto url = "https://api.example.com";
    std::optional<key_lock> first{std::in_place, url, key, "main"};
    const auto message =
        fmt::format("the API key of credentials 'copy' is used by another process on this host (pid {})", ::getpid());
    for (int i = 0; i < 3; ++i)
        CHECK_THROWS_WITH_AS((key_lock{"https://api.example.com/", key, "copy"}), doctest::Contains(message.c_str()),
                             service::key_busy);
    CHECK_NOTHROW((key_lock{url, other, "other"}));
    CHECK_NOTHROW((key_lock{"https://paper.example.com", key, "main"}));
    first.reset();
    CHECK_NOTHROW((key_lock{url, key, "copy"}));
}

TEST_CASE("key_lock: its name, which every user of the host can see, does not tell the key") {
    const auto name = key_lock::name_of("https://api.example.com", base::secret{"very-secret-key"});
    CHECK(name.find("secret") == std::string::npos);
    CHECK(name.size() == std::string{"smarttraded-"}.size() + 32);
    CHECK(name == key_lock::name_of("https://api.example.com/", base::secret{"very-secret-key"}));
    CHECK(name != key_lock::name_of("https://api.example.co", base::secret{"mvery-secret-key"}));
}
