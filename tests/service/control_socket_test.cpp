#include <filesystem>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "service/control_socket.hpp"
#include "service/state_dir.hpp"
#include "support/sim_clock.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;

namespace {

std::string echo(std::string_view line) { return std::string{line}; }

} // namespace

TEST_CASE("control_socket: a path too long for a socket fails the start and names the setting") {
    boost::asio::io_context ctx;
    test::sim_clock clock;
    const std::string path = "/tmp/" + std::string(120, 'x');
    service::control_socket socket{ctx.get_executor(), path, echo, clock};
    CHECK_THROWS_WITH_AS(socket.listen(), doctest::Contains("set admin.socket"), service::path_unusable);
    CHECK_THROWS_WITH_AS(socket.listen(), doctest::Contains(path.c_str()), service::path_unusable);
}

TEST_CASE("control_socket: asking at a path too long for a socket is nobody there, at once") {
    test::sim_clock clock; // stands still: a wait would never end
    CHECK_FALSE(service::ask_daemon("/tmp/" + std::string(120, 'x'), "{}", clock));
}

TEST_CASE("control_socket: a folder that is not there is named") {
    const test::temp_folder dir;
    boost::asio::io_context ctx;
    test::sim_clock clock;
    service::control_socket socket{ctx.get_executor(), dir.file("nowhere/control.sock"), echo, clock};
    const auto expected = "listen on " + dir.file("nowhere/control.sock") + ": No such file or directory";
    CHECK_THROWS_WITH_AS(socket.listen(), expected.c_str(), std::system_error);
}
