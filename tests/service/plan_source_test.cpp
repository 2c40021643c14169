#include <array>
#include <filesystem>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "service/plan_reader.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;

TEST_CASE("plan_source: a folder's plan files are read in order, others are passed over") {
    const test::temp_folder dir;
    dir.write("b.yaml", "trades: {}");
    dir.write("a.yml", "trades: {}");
    dir.write("notes.txt", "not a plan");
    dir.write(".hidden.yaml", "not a plan");
    const auto read = service::read_sources({dir.path()});
    CHECK(read.errors.empty());
    REQUIRE(read.files.size() == 2);
    CHECK(read.files[0].name == dir.file("a.yml"));
    CHECK(read.files[1].name == dir.file("b.yaml"));
}

TEST_CASE("F26: a plan folder that is empty or gone is an error, never an empty plan set") {
    const test::temp_folder dir;
    const auto empty = service::read_sources({dir.path()});
    REQUIRE(empty.errors.size() == 1);
    CHECK(empty.errors[0].message
          == "holds no plan files (*.yaml, *.yml); to manage none, leave one that says: trades: {}");
    const auto gone = service::read_sources({dir.file("nowhere")});
    REQUIRE(gone.errors.size() == 1);
    CHECK(base::headline(gone.errors[0]) == dir.file("nowhere") + ": error: does not exist");
    CHECK(base::has_errors(service::plan_reader{}.judge(gone, {}).diagnostics));
}

TEST_CASE("plan_source: a dangling link and a folder in a file's place are told, not followed") {
    const test::temp_folder dir;
    dir.write("a.yaml", "trades: {}");
    std::filesystem::create_symlink(dir.file("nowhere"), dir.file("b.yaml"));
    std::filesystem::create_directory(dir.file("c.yaml"));
    const auto read = service::read_sources({dir.path()});
    REQUIRE(read.errors.size() == 2);
    CHECK(read.errors[0].message == "is a link to what does not exist");
    CHECK(read.errors[1].message == "is not a regular file");
}

TEST_CASE("F25: a file that cannot be reached is told in the system's own words") {
    const test::temp_folder dir;
    std::filesystem::create_symlink(dir.file("loop.yaml"), dir.file("loop.yaml"));
    const auto read = service::read_file(dir.file("loop.yaml"));
    CHECK(read.trouble == "Too many levels of symbolic links");
    CHECK_FALSE(read.is_missing);
    CHECK(service::read_file(dir.file("nowhere")).is_missing);
}

TEST_CASE("F29: a pipe among the plans is told and not waited for") {
    const test::temp_folder dir;
    REQUIRE(::mkfifo(dir.file("a.yaml").c_str(), 0600) == 0);
    const auto read = service::read_sources({dir.path()});
    REQUIRE(read.errors.size() == 1);
    CHECK(base::headline(read.errors[0]) == dir.file("a.yaml") + ": error: is not a regular file");
}

TEST_CASE("F29: a file over 16 MiB is told and not kept") {
    const test::temp_folder dir;
    dir.write("a.yaml", std::string((std::size_t{16} << 20U) + 1, '#'));
    const auto read = service::read_sources({dir.path()});
    CHECK(read.files.empty());
    REQUIRE(read.errors.size() == 1);
    CHECK(read.errors[0].message == "is larger than 16 MiB");
}

TEST_CASE("plan_source: a file whose name is not UTF-8 is refused by a name that can be shown, not accepted and lost") {
    const test::temp_folder dir;
    dir.write("a.yaml", "trades: {}");
    dir.write("caf\xE9\n.yaml", "trades: {}"); // Latin-1
    dir.write("caf\xC3\xA9.yaml", "trades: {}");
    const auto read = service::read_sources({dir.path()});
    REQUIRE(read.errors.size() == 1);
    CHECK(base::headline(read.errors[0])
          == dir.file("caf??.yaml") + ": error: its name is not UTF-8 text, expected one that is: rename it");
    REQUIRE(read.files.size() == 2);
    CHECK(service::decode_files(service::encode_files(read.files)) == read.files);
}

TEST_CASE("plan_source: a file named twice, or beside its folder, counts once") {
    const test::temp_folder dir;
    dir.write("a.yaml", "trades: {}");
    const auto read = service::read_sources({dir.file("a.yaml"), dir.path(), dir.path() + "/./a.yaml"});
    CHECK(read.errors.empty());
    CHECK(read.files.size() == 1);
}

TEST_CASE("plan_source: what the journal keeps of a plan set comes back word for word") {
    const std::vector<service::source_file> files{{"a.yaml", "trades:\n  x: \"quoted\"\n"}, {"b.yaml", ""}};
    const auto back = service::decode_files(service::encode_files(files));
    REQUIRE(back.size() == 2);
    CHECK(back[0].name == "a.yaml");
    CHECK(back[0].text == files[0].text);
    CHECK(service::decode_files("not json").empty());
    CHECK(service::decode_files(R"([{"name":1}])").empty());
    CHECK(service::short_hash("a") != service::short_hash("b"));
    CHECK(service::short_hash("a").size() == 6);
}

TEST_CASE("plan_source: relative plan paths count from the configuration's folder") {
    const auto paths = service::plan_paths({"plans", "/abs/x.yaml", "../other"}, "/etc/smarttraded/smarttraded.yaml");
    CHECK(paths == std::vector<std::string>{"/etc/smarttraded/plans", "/abs/x.yaml", "/etc/other"});
}

TEST_CASE("plan_source: a reading knows when the newest of its files was written") {
    const test::temp_folder dir;
    const auto set = [&dir](const char* name, std::time_t at) {
        const std::array<::timespec, 2> both{{{at, 0}, {at, 123'999'999}}};
        REQUIRE(::utimensat(AT_FDCWD, dir.write(name, "trades: {}").c_str(), both.data(), 0) == 0);
    };
    set("a.yaml", 2000);
    set("b.yaml", 1000);
    set("notes.txt", 3000);
    CHECK(service::read_sources({dir.path()}).edited_at == base::utc_time{std::chrono::milliseconds{2'000'123}});
    CHECK_FALSE(service::read_sources({dir.file("nowhere")}).edited_at);
}
