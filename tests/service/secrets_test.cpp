#include <sys/stat.h>

#include <doctest/doctest.h>

#include "service/secrets.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;

namespace {

config::secret_source source(const std::string& path) {
    return {config::secret_source::kind::file, path, {"smarttraded.yaml", 4, 12}};
}

} // namespace

TEST_CASE("secrets: a secret is its file's text without the final line feed") {
    const test::temp_folder dir;
    const auto path = dir.write("key", "abc def\n");
    ::chmod(path.c_str(), 0600);
    CHECK(service::read_secret(source(path)) == "abc def");
}

TEST_CASE("F30: a secret that others may read is refused, and the message does not hold it") {
    const test::temp_folder dir;
    const auto path = dir.write("key", "canary-secret\n");
    for (const mode_t mode : {mode_t{0640}, mode_t{0604}}) {
        ::chmod(path.c_str(), mode);
        try {
            service::read_secret(source(path));
            FAIL("was accepted");
        } catch (const service::secret_unusable& refused) {
            const std::string said = refused.what();
            CHECK(said.find("smarttraded.yaml:4:12: error: secret ") == 0);
            CHECK(said.find("expected mode 0600") != std::string::npos);
            CHECK(said.find("canary-secret") == std::string::npos);
        }
    }
}

TEST_CASE("secrets: missing, empty and huge ones are told apart from usable ones") {
    const test::temp_folder dir;
    CHECK_THROWS_AS(service::read_secret(source(dir.file("none"))), service::secret_unusable);
    for (const auto& text : {std::string{}, std::string{"\n"}, std::string(20'000, 'x')}) {
        const auto path = dir.write("key", text);
        ::chmod(path.c_str(), 0600);
        CHECK_THROWS_AS(service::read_secret(source(path)), service::secret_unusable);
    }
}
