// When an edit of the plan files is seen, and when it is read.
#include "service/plan_watch.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using time_point = service::settling::mono_time;

/// Plan files that are replaced as an editor does it, or a checkout.
struct watched {
    watched() {
        fs::create_directory(dir.file("plans.d"));
        dir.write("plans.d/a.yaml", "trades: {}\n");
    }
    std::vector<std::string> paths() const { return {dir.file("plans.d")}; }
    std::string look() const { return service::look_of_files(paths()); }

    test::temp_folder dir;
};

} // namespace

TEST_CASE("watch: an edit is read once, when the files were quiet for as long as is asked") {
    service::settling files{1s, "old"};
    time_point now{10s};
    CHECK_FALSE(files.look("old", now));
    CHECK_FALSE(files.due().has_value());
    CHECK_FALSE(files.look("half", now));
    now += 900ms;
    CHECK_FALSE(files.look("new", now)); // not quiet yet: it counts from here
    CHECK(files.due() == now + 1s);
    now += 1s - 1ns;
    CHECK_FALSE(files.look("new", now));
    now += 1ns;
    CHECK(files.look("new", now));
    CHECK_FALSE(files.look("new", now + 1h));
    CHECK_FALSE(files.due().has_value());
}

TEST_CASE("watch: what is back as it was, or was read for another reason, is not read again") {
    service::settling files{1s, "old"};
    const time_point now{10s};
    CHECK_FALSE(files.look("new", now));
    CHECK_FALSE(files.look("old", now + 500ms)); // git stash
    CHECK_FALSE(files.look("old", now + 1h));
    CHECK_FALSE(files.look("new", now + 2h));
    files.is_read("new"); // SIGHUP
    CHECK_FALSE(files.look("new", now + 3h));
}

TEST_CASE("watch: every way to change a plan changes the look of the files, and nothing else does") {
    struct row {
        const char* name;
        std::function<void(const test::temp_folder&)> change;
        bool is_seen;
    };
    const std::vector<row> rows{
        {"written in place", [](const auto& d) { d.write("plans.d/a.yaml", "trades: {} #\n"); }, true},
        {"written beside and renamed",
         [](const auto& d) {
             d.write("plans.d/.a.yaml.swp", "trades: {}\n");
             fs::rename(d.file("plans.d/.a.yaml.swp"), d.file("plans.d/a.yaml"));
         },
         true},
        {"another file", [](const auto& d) { d.write("plans.d/b.yml", "trades: {}\n"); }, true},
        {"taken away", [](const auto& d) { fs::remove(d.file("plans.d/a.yaml")); }, true},
        {"the folder is gone", [](const auto& d) { fs::remove_all(d.file("plans.d")); }, true},
        {"an editor's own file", [](const auto& d) { d.write("plans.d/.a.yaml.swp", "x"); }, false},
        {"no plan", [](const auto& d) { d.write("plans.d/README", "x"); }, false},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.name});
        const watched files;
        const auto before = files.look();
        CHECK(files.look() == before);
        each.change(files.dir);
        CHECK((files.look() != before) == each.is_seen);
    }
}

TEST_CASE("watch: a link that is turned to another folder changes the look of the files") {
    const test::temp_folder dir;
    for (const auto* release : {"one", "two"}) {
        fs::create_directory(dir.file(release));
        dir.write(std::string{release} + "/a.yaml", "trades: {}\n");
    }
    fs::create_directory_symlink("one", dir.file("current"));
    const std::vector<std::string> paths{dir.file("current")};
    const auto before = service::look_of_files(paths);
    fs::create_directory_symlink("two", dir.file("next"));
    fs::rename(dir.file("next"), dir.file("current"));
    CHECK(service::look_of_files(paths) != before);
}
