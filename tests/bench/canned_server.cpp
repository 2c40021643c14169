// canned_server [PORT]: answers every request of the API at once with the same bytes, so that a driver measures the
// client and not an exchange. A list is 100 times the documented trade (tests/wire/entities/e2.json), everything else
// one.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "bench/serve.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;

namespace {

std::string documented_trade() {
    std::ifstream file{test::in_project("tests/wire/entities/e2.json")};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

int main(int argc, char** argv) {
    const auto one = documented_trade();
    std::string page = "[" + one;
    for (int i = 1; i < 100; ++i) page += "," + one;
    page += "]";
    return bench::serve(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0),
                        [&one, &page](const http::request& what) {
                            const bool is_list = what.target.find("per_page") != std::string::npos;
                            http::response reply;
                            reply.status = what.method == "POST" ? 201 : 200;
                            reply.body = is_list ? page : one;
                            reply.headers = {{"Content-Type", "application/json"}};
                            return reply;
                        });
}
