#include <cstdlib>

#include <memory>

#include <doctest/doctest.h>

#include "service/state_dir.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;

TEST_CASE("state_dir: one writer at a time, and the next one once the first has gone") {
    const test::temp_folder dir;
    auto first = std::make_unique<service::state_dir>(dir.file("state"));
    CHECK_THROWS_AS(service::state_dir{dir.file("state")}, service::state_dir_busy);
    first.reset();
    CHECK_NOTHROW(service::state_dir{dir.file("state")});
}

TEST_CASE("state_dir: a shell finds the socket of the unit by the state directory, and of no other daemon") {
    ::unsetenv("RUNTIME_DIRECTORY");
    using paths = std::vector<std::string>;
    CHECK(service::sockets_of("", "/var/lib/smarttraded")
          == paths{"/run/smarttraded/control.sock", "/var/lib/smarttraded/control.sock"});
    CHECK(service::sockets_of("", "/home/me/state") == paths{"/home/me/state/control.sock"});
    CHECK(service::sockets_of("/srv/x.sock", "/var/lib/smarttraded") == paths{"/srv/x.sock"});
    ::setenv("RUNTIME_DIRECTORY", "/run/other", 1);
    CHECK(service::sockets_of("", "/var/lib/smarttraded") == paths{"/run/other/control.sock"});
    ::unsetenv("RUNTIME_DIRECTORY");
}
