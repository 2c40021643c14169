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
