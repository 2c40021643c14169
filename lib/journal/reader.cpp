#include "journal/reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "journal/schema.hpp"
#include "wire/json_writer.hpp"

namespace smarttrade::journal {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

/// Empty, so that the copy that goes into it is ours alone to read.
void make_private(const std::string& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) fail(file);
    ::close(made);
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

} // namespace

reader::reader(const std::string& path) : db_{open_for_reading(path)} { db_.execute("BEGIN"); }

void reader::for_each(const std::function<void(const entry&)>& visit) {
    auto rows = select_facts(db_, extent::whole);
    while (rows.step()) visit({sequence_of(rows), read_fact(rows)});
}

void reader::for_each_about(const std::string& name, const std::function<bool(entry)>& visit) {
    auto rows = select_facts_of(db_, name);
    for (bool wanted = true; wanted && rows.step();) wanted = visit({sequence_of(rows), read_fact(rows)});
}

std::vector<entry> reader::about(const std::string& name) {
    std::vector<entry> found;
    for_each_about(name, [&found](entry one) {
        found.push_back(std::move(one));
        return true;
    });
    return found;
}

std::vector<std::string> reader::names() {
    std::vector<std::string> found;
    auto rows = db_.prepare("SELECT DISTINCT name FROM event WHERE name IS NOT NULL ORDER BY name");
    while (rows.step()) found.push_back(rows.text(0));
    return found;
}

std::string reader::binding() {
    auto first = select_facts(db_, extent::for_fold);
    if (!first.step()) return {};
    const auto fact = read_fact(first);
    return fact.kind == reconcile::fact_kind::binding ? fact.text : std::string{};
}

void reader::back_up(const std::string& file) {
    const auto part = file + ".part";
    make_private(part);
    try {
        db_.copy_to(part);
        if (::link(part.c_str(), file.c_str()) != 0) fail(file); // unlike rename, it never replaces
    } catch (...) {
        ::unlink(part.c_str());
        throw;
    }
    ::unlink(part.c_str());
}

std::string export_line(const entry& one) {
    const auto& what = one.what;
    const bool named = !what.identity.name.empty();
    wire::json_writer line;
    line.object([&] {
        line.member("seq", one.seq);
        line.member("at", what.at);
        line.member("kind", what.kind);
        line.member("account", what.identity.account.value != 0 ? std::optional{what.identity.account} : std::nullopt);
        line.member("name", unless_empty(what.identity.name));
        line.member("revision", named ? std::optional{what.identity.revision} : std::nullopt);
        line.member("nonce", unless_empty(what.nonce));
        line.member("trade_id", what.trade_id);
        line.member("outcome", what.ended);
        line.member("http_status", what.http_status != 0 ? std::optional{what.http_status} : std::nullopt);
        line.member("body", unless_empty(what.body));
        line.member("text", unless_empty(what.text));
    });
    return line.take();
}

} // namespace smarttrade::journal
