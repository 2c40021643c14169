#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "service/secrets.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;

namespace {

config::secret_source source(const std::string& path) {
    return {config::secret_source::kind::file, path, {"smarttraded.yaml", 4, 12}};
}

base::secret key_in(const std::string& path) {
    return service::read_secret(source(path), service::secret_role::api_key);
}

} // namespace

TEST_CASE("secrets: a secret is its file's text without the final line feed") {
    const test::temp_folder dir;
    const auto path = dir.write("key", "abc-def\r\n");
    ::chmod(path.c_str(), 0600);
    CHECK(key_in(path).reveal() == "abc-def");
}

TEST_CASE("secrets: a key is one word, since it goes into a header; a PEM has lines") {
    const test::temp_folder dir;
    for (const char* text : {"two words\n", "two\nlines\n", "tab\there", "k\u00e9y"}) {
        const auto path = dir.write("key", std::string{text});
        ::chmod(path.c_str(), 0600);
        CHECK_THROWS_AS(key_in(path), service::secret_unusable);
        CHECK(service::read_secret(source(path), service::secret_role::rsa_private_key).size() > 0);
    }
}

TEST_CASE("secrets: a FIFO or a folder in the place of a secret is told at once") {
    const test::temp_folder dir;
    const auto pipe = dir.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_THROWS_AS(key_in(pipe), service::secret_unusable);
    CHECK_THROWS_AS(key_in(dir.file("")), service::secret_unusable);
}

TEST_CASE("F30: a secret that others may read is refused, and the message does not hold it") {
    const test::temp_folder dir;
    const auto path = dir.write("key", "canary-secret\n");
    for (const mode_t mode : {mode_t{0640}, mode_t{0604}}) {
        ::chmod(path.c_str(), mode);
        try {
            key_in(path);
            FAIL("was accepted");
        } catch (const service::secret_unusable& refused) {
            const std::string said = refused.what();
            CHECK(said.find("smarttraded.yaml:4:12: error: api_key ") == 0);
            CHECK(said.ends_with(": others may read it: chmod 600 " + path));
            CHECK(said.find("canary-secret") == std::string::npos);
        }
    }
}

TEST_CASE("secrets: missing, empty and huge ones are told apart from usable ones") {
    const test::temp_folder dir;
    CHECK_THROWS_AS(key_in(dir.file("none")), service::secret_unusable);
    for (const auto& text : {std::string{}, std::string{"\n"}, std::string(20'000, 'x')}) {
        const auto path = dir.write("key", text);
        ::chmod(path.c_str(), 0600);
        CHECK_THROWS_AS(key_in(path), service::secret_unusable);
    }
}

TEST_CASE("F30: a process that hides its memory dumps no core and is not dumpable") {
    const auto child = ::fork(); // of its own: it cannot be taken back
    if (child == 0) {
        service::hide_memory();
        rlimit now{1, 1};
        ::getrlimit(RLIMIT_CORE, &now);
        ::_exit(::prctl(PR_GET_DUMPABLE) == 0 && now.rlim_max == 0 ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}
