#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <list>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "service/control_socket.hpp"
#include "service/state_dir.hpp"
#include "support/sim_clock.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

boost::asio::awaitable<std::string> echo(std::string line, service::peer) { co_return line; }

/// The other end, without waiting: what the kernel has taken so far, and what it has brought.
class caller {
public:
    explicit caller(const std::string& path) : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
        void* const address = &where;
        REQUIRE(::connect(fd_, static_cast<sockaddr*>(address), sizeof where) == 0);
    }
    caller(const caller&) = delete;
    caller& operator=(const caller&) = delete;
    ~caller() { ::close(fd_); }

    void say(std::string_view text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
    /// What has come and was not read yet.
    std::string heard() {
        std::string all;
        for (std::string part(65536, '\0');;) {
            const auto count = ::recv(fd_, part.data(), part.size(), 0);
            closed_ = closed_ || count == 0 || (count < 0 && errno == ECONNRESET); // that: with a line unread
            if (count <= 0) return all;
            all.append(part, 0, static_cast<std::size_t>(count));
        }
    }
    bool is_closed() {
        heard();
        return closed_;
    }

private:
    int fd_;
    bool closed_ = false;
};

/// A socket that listens, under virtual time. We are its user, and so may command but where a test says otherwise.
struct served {
    explicit served(service::control_handler answer, service::control_bounds bounds = {},
                    service::peer_judge judge = service::operator_rights{{}})
        : socket{ctx.get_executor(), path, std::move(judge), std::move(answer), clock, bounds},
          tasks{ctx.get_executor()} {
        socket.listen();
        tasks.spawn([this] { return socket.run(); });
        work();
    }
    ~served() {
        tasks.cancel();
        work();
    }
    void work() {
        ctx.restart();
        ctx.poll();
    }
    void pass(std::chrono::nanoseconds time) {
        auto wait = [this, time]() -> boost::asio::awaitable<void> { co_await clock.sleep_until(clock.now() + time); };
        boost::asio::co_spawn(ctx, wait, [](std::exception_ptr) {});
        test::run_simulated(ctx, clock, clock.now() + time);
    }

    const test::temp_folder dir;
    const std::string path = dir.file("control.sock");
    test::sim_clock clock;
    boost::asio::io_context ctx{1};
    service::control_socket socket;
    async::task_group tasks;
};

} // namespace

TEST_CASE("control_socket: a path too long for a socket fails the start and names the setting") {
    boost::asio::io_context ctx;
    test::sim_clock clock;
    const std::string path = "/tmp/" + std::string(120, 'x');
    service::control_socket socket{ctx.get_executor(), path, service::operator_rights{{}}, echo, clock};
    CHECK_THROWS_WITH_AS(socket.listen(), doctest::Contains("set admin.socket"), service::path_unusable);
    CHECK_THROWS_WITH_AS(socket.listen(), doctest::Contains(path.c_str()), service::path_unusable);
}

TEST_CASE("control_socket: asking where nobody can listen, listens or ever did is nobody there, at once") {
    test::sim_clock clock; // stands still: a wait would never end
    const test::temp_folder dir;
    dir.write("left.sock", "");
    for (const auto& path : {"/tmp/" + std::string(120, 'x'), dir.file("none.sock"), dir.file("left.sock")}) {
        CAPTURE(path);
        CHECK(service::ask_daemon(path, "{}", clock, 1s).is == service::daemon_reply::kind::nobody);
    }
}

TEST_CASE("control_socket: a folder that is not there is named") {
    const test::temp_folder dir;
    boost::asio::io_context ctx;
    test::sim_clock clock;
    service::control_socket socket{ctx.get_executor(), dir.file("nowhere/control.sock"), service::operator_rights{{}},
                                   echo, clock};
    const auto expected = "listen on " + dir.file("nowhere/control.sock") + ": No such file or directory";
    CHECK_THROWS_WITH_AS(socket.listen(), expected.c_str(), std::system_error);
}

TEST_CASE("control_socket: its file is for owner and group, and goes with it") {
    std::string path;
    {
        served daemon{echo};
        path = daemon.path;
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0660);
        const auto group = service::find_group("smarttraded");
        CHECK(found.st_gid == (group == service::no_group ? ::getegid() : group));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("control_socket: lines of one peer are answered in their order, however they are cut") {
    served daemon{echo};
    caller peer{daemon.path};
    peer.say("one\ntwo\nthr");
    daemon.work();
    CHECK(peer.heard() == "one\ntwo\n");
    peer.say("ee\n");
    daemon.work();
    CHECK(peer.heard() == "three\n");
}

TEST_CASE("control_socket: the handler is told who asks: user, groups and rights") {
    service::peer seen;
    served daemon{[&](std::string line, service::peer who) -> boost::asio::awaitable<std::string> {
        seen = who;
        co_return line;
    }};
    caller peer{daemon.path};
    peer.say("x\n");
    daemon.work();
    CHECK(seen.uid == ::geteuid());
    CHECK(std::ranges::find(seen.groups, ::getegid()) != seen.groups.end());
    CHECK(seen.may_write);
    CHECK(seen.why_not.empty());
}

TEST_CASE("control_socket: of strangers only members of the operators' groups may command") {
    const service::operator_rights rights{{"daemon", "no-such-group-4711"}};
    CHECK(rights.unknown_groups() == std::vector<std::string>{"no-such-group-4711"});
    struct row {
        const char* name;
        service::peer who;
        bool may_write;
    };
    const auto own = ::geteuid();
    const auto operators = service::find_group("daemon");
    for (auto r : {row{"root", {0, {0}, false, {}}, true}, row{"ourselves", {own, {own}, false, {}}, true},
                   row{"an operator", {4711, {4711, operators}, false, {}}, true},
                   row{"a stranger", {4711, {4711}, false, {}}, false},
                   row{"whose group is unknown here", {4711, {service::no_group}, false, {}}, false}}) {
        CAPTURE(r.name);
        rights(r.who);
        CHECK(r.who.may_write == r.may_write);
        CHECK(r.who.why_not.empty() == r.may_write);
    }
    service::peer stranger{4711, {4711}, false, {}};
    rights(stranger);
    CHECK(stranger.why_not.find("user 4711 may only look; to command is for root") == 0);
    CHECK(stranger.why_not.find("members of group daemon") != std::string::npos);
}

TEST_CASE("control_socket: a line beyond the bound is refused with the bound, and the connection ends") {
    served daemon{echo, {.operator_line_max = 1000}};
    caller peer{daemon.path};
    peer.say(std::string(1001, 'x'));
    daemon.work();
    CHECK(peer.heard().find(R"("verdict":"refused","why":"a line of more than 1000 bytes")") != std::string::npos);
    CHECK(peer.is_closed());
}

TEST_CASE("control_socket: a plan set of 20 MiB passes in one line of an operator") {
    served daemon{[](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
        co_return std::to_string(line.size());
    }};
    caller peer{daemon.path};
    const std::string part(std::size_t{32} << 10U, 'x');
    for (int i = 0; i < 640; ++i) {
        peer.say(part);
        daemon.work();
    }
    peer.say("\n");
    daemon.work();
    CHECK(peer.heard() == std::to_string(std::size_t{20} << 20U) + '\n');
}

TEST_CASE("control_socket: a peer that is silent or trickles is closed in time, and holds up nobody") {
    served daemon{echo};
    caller silent{daemon.path}, trickling{daemon.path}, good{daemon.path};
    for (int i = 0; i < 29; ++i) {
        trickling.say("x");
        daemon.pass(1s);
    }
    good.say("hello\n");
    daemon.work();
    CHECK(good.heard() == "hello\n");
    CHECK_FALSE(silent.is_closed());
    daemon.pass(2s);
    CHECK(silent.is_closed());
    CHECK(trickling.is_closed());
    CHECK_FALSE(good.is_closed());
}

TEST_CASE("control_socket: a peer that does not take its answer is closed in time, and holds up nobody") {
    served daemon{[](std::string, service::peer) -> boost::asio::awaitable<std::string> {
        co_return std::string(std::size_t{8} << 20U, 'x');
    }};
    caller deaf{daemon.path}, good{daemon.path};
    deaf.say("status\n");
    daemon.work();
    good.say("status\n");
    std::size_t came = 0;
    for (int i = 0; i < 1000 && came <= std::size_t{8} << 20U; ++i) {
        daemon.work();
        came += good.heard().size();
    }
    CHECK(came == (std::size_t{8} << 20U) + 1);
    daemon.pass(11s);
    deaf.heard();
    CHECK(deaf.is_closed());
    CHECK_FALSE(good.is_closed());
}

TEST_CASE("control_socket: an answer that takes its time makes nobody else wait") {
    test::sim_clock* clock = nullptr;
    served daemon{[&](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
        if (line == "slow") co_await clock->sleep_until(clock->now() + 30s);
        co_return line;
    }};
    clock = &daemon.clock;
    caller slow{daemon.path}, quick{daemon.path};
    slow.say("slow\n");
    quick.say("quick\n");
    daemon.work();
    CHECK(quick.heard() == "quick\n");
    CHECK(slow.heard().empty());
    daemon.pass(30s);
    CHECK(slow.heard() == "slow\n");
}

TEST_CASE("control_socket: when all places are taken, who waits longest gives way; who is being answered stays") {
    bool let_go = false;
    test::sim_clock* clock = nullptr;
    served daemon{[&](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
                      while (!let_go) co_await clock->sleep_until(clock->now() + 1s);
                      co_return line;
                  },
                  {.peers_max = 3}};
    clock = &daemon.clock;
    caller working{daemon.path};
    working.say("work\n");
    daemon.work();
    caller old{daemon.path};
    daemon.work();
    caller young{daemon.path};
    daemon.work();
    caller newcomer{daemon.path};
    daemon.work();
    CHECK(old.is_closed());
    CHECK_FALSE(young.is_closed());
    CHECK_FALSE(newcomer.is_closed());
    let_go = true;
    daemon.pass(2s);
    CHECK(working.heard() == "work\n");
}

TEST_CASE("control_socket: however many look and wait for a slow answer, an operator is let in and answered") {
    bool may_write = false;
    test::sim_clock* clock = nullptr;
    served daemon{[&](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
                      if (line == "plan") co_await clock->sleep_until(clock->now() + 60s);
                      co_return line;
                  },
                  {},
                  [&](service::peer& who) { who.may_write = may_write; }};
    clock = &daemon.clock;
    std::list<caller> readers;
    for (std::size_t i = 0; i < service::control_bounds{}.peers_max; ++i) {
        readers.emplace_back(daemon.path).say("plan\n");
        daemon.work();
    }
    CHECK(std::ranges::count_if(readers, [](auto& each) { return each.is_closed(); }) == 8);
    may_write = true;
    std::list<caller> operators;
    for (int i = 0; i < 8; ++i) {
        operators.emplace_back(daemon.path).say("halt\n");
        daemon.work();
    }
    for (auto& each : operators) CHECK(each.heard() == "halt\n");
    daemon.pass(60s);
    CHECK(readers.front().heard() == "plan\n");
}

TEST_CASE("control_socket: of those that only look, who waits longest gives way to the next of them") {
    served daemon{echo, {.readers_max = 2}, [](service::peer& who) { who.may_write = false; }};
    caller oldest{daemon.path};
    daemon.work();
    caller young{daemon.path};
    daemon.work();
    caller newcomer{daemon.path};
    newcomer.say("status\n");
    daemon.work();
    CHECK(oldest.is_closed());
    CHECK_FALSE(young.is_closed());
    CHECK(newcomer.heard() == "status\n");
}

TEST_CASE("control_socket: a handler that throws is one refusal, not the end of the others") {
    served daemon{[](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
        if (line == "bad") throw std::runtime_error{"a bug"};
        co_return line;
    }};
    caller bad{daemon.path}, good{daemon.path};
    bad.say("bad\ngood\n");
    good.say("good\n");
    daemon.work();
    CHECK(bad.heard().find(R"("verdict":"refused")") != std::string::npos);
    CHECK(good.heard() == "good\n");
}

TEST_CASE("control_socket: a daemon that stops closes every connection, also one that waits for its answer") {
    test::sim_clock* clock = nullptr;
    served daemon{[&](std::string line, service::peer) -> boost::asio::awaitable<std::string> {
        co_await clock->sleep_until(clock->now() + 1h);
        co_return line;
    }};
    clock = &daemon.clock;
    caller waiting{daemon.path}, silent{daemon.path};
    waiting.say("x\n");
    daemon.work();
    daemon.tasks.cancel();
    daemon.work();
    CHECK(daemon.tasks.empty());
    CHECK(waiting.is_closed());
    CHECK(silent.is_closed());
}
