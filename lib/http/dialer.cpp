#include "http/dialer.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "async/with_deadline.hpp"

namespace smarttrade::http {

namespace {

using asio::ip::tcp;
using async::error_code;

constexpr std::size_t addresses_max = 8; // tried for one connection

std::string text_of(const tcp::endpoint& address) {
    std::ostringstream out;
    out << address;
    return out.str();
}

std::string words_for(const error_code& failed, std::chrono::nanoseconds waited) {
    if (failed == asio::error::timed_out)
        return fmt::format("no answer within {} ms",
                           std::chrono::duration_cast<std::chrono::milliseconds>(waited).count());
    return failed == asio::error::operation_aborted ? "given up" : failed.message();
}

/// The families in turn, each in the order it had, so that many dead addresses of one do not hide the other (RFC 8305,
/// 4).
void interleave(addresses& all) {
    if (all.empty()) return;
    const bool first_is_v6 = all.front().address().is_v6();
    const auto second = std::stable_partition(
        all.begin(), all.end(), [&](const tcp::endpoint& one) { return one.address().is_v6() == first_is_v6; });
    const addresses one{all.begin(), second}, other{second, all.end()};
    all.clear();
    for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
        if (i < one.size()) all.push_back(one[i]);
        if (i < other.size()) all.push_back(other[i]);
    }
}

} // namespace

dialer::dialer(asio::any_io_executor ex, async::time_source& time, endpoint where, std::string ca_file,
               std::unique_ptr<resolver> names)
    : ex_{std::move(ex)}, time_{time}, where_{std::move(where)}, ca_file_{std::move(ca_file)}, names_{
                                                                                                   std::move(names)} {
    if (!where_.tls && !is_loopback(where_.host))
        throw std::runtime_error{
            fmt::format("http:// to {}, expected https:// (http:// is for loopback only)", where_.host)};
    if (where_.tls && !ca_file_.empty()) load_trust(); // a wrong file shall fail the start
}

void dialer::load_trust() { trust_ = std::make_shared<trust_store>(ca_file_); }

void dialer::reload_trust() {
    if (trust_) load_trust();
}

asio::awaitable<dialled> dialer::dial(async::mono_time deadline) {
    const auto begun = time_.now();
    auto found = co_await async::with_deadline(time_, deadline, names_->resolve(where_.host, where_.port));
    dialled none;
    if (!found) {
        none.why = fmt::format("resolve {}: {}", where_.host, words_for(found.error(), time_.now() - begun));
        co_return none;
    }
    none.why = drop_foreign(*found);
    if (none.why.empty()) none.why = need_trust();
    if (!none.why.empty()) co_return none;
    interleave(*found);
    const auto known = std::ranges::find_if(*found, [&](const auto& one) { return one == answered_last_; });
    if (known != found->end()) std::rotate(found->begin(), known, known + 1);
    for (auto left = std::min(found->size(), addresses_max); left > 0; --left) {
        const auto address = (*found)[std::min(found->size(), addresses_max) - left];
        const auto started = time_.now();
        const auto share = started + (deadline - started) / static_cast<int>(left);
        const char* doing = "connect to";
        auto opened = co_await async::with_deadline(time_, share, open(address, doing));
        if (opened && opened->on) {
            answered_last_ = address;
            co_return std::move(*opened);
        }
        if (!none.why.empty()) none.why += "; ";
        none.why += opened ? opened->why
                           : fmt::format("{} {}: {}", doing, text_of(address),
                                         words_for(opened.error(), time_.now() - started));
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) break;
    }
    co_return none;
}

/// `doing` says how far it came, also to who gave it up. Catches all, since it runs in a race, which would swallow an
/// exception and wait for the deadline.
asio::awaitable<boost::system::result<dialled>> dialer::open(tcp::endpoint to, const char*& doing) {
    dialled made;
    try {
        made.on = std::make_unique<connection>(ex_);
        made.why = co_await made.on->connect(to);
        if (made.why.empty() && where_.tls) {
            doing = "TLS handshake with";
            made.why = co_await made.on->secure(trust_, where_.host);
        }
    } catch (const boost::system::system_error& failed) {
        made.why = words_for(failed.code(), {});
    } catch (const std::exception& failed) {
        made.why = failed.what();
    }
    if (!made.why.empty()) {
        made.on.reset();
        made.why = fmt::format("{} {}: {}", doing, text_of(to), made.why);
    }
    co_return made;
}

/// Empty: there is a trust store if TLS needs one; else why not.
std::string dialer::need_trust() {
    try {
        if (where_.tls && !trust_) load_trust();
    } catch (const std::exception& failed) {
        return failed.what();
    }
    return {};
}

/// What remains is where `where_` may lead; if nothing does, why so.
std::string dialer::drop_foreign(addresses& found) const {
    if (where_.tls) return found.empty() ? fmt::format("resolve {}: no address", where_.host) : "";
    std::string first = found.empty() ? "no address" : text_of(found.front());
    std::erase_if(found, [](const tcp::endpoint& one) { return !one.address().is_loopback(); });
    if (!found.empty()) return {};
    return fmt::format("resolve {}: {}, expected this machine (http:// is for loopback only)", where_.host, first);
}

} // namespace smarttrade::http
