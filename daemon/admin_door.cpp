#include "admin_door.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace smarttrade::daemon {

namespace {

using namespace std::chrono_literals;

constexpr http::server_bounds bounds{.connections_max = 16,
                                     .header_max = std::size_t{8} << 10U,
                                     .fields_max = 50,
                                     .body_max = std::size_t{4} << 10U, // and none is read
                                     .idle_max = 120s, // longer than scrapes are apart, so that one connection does
                                     .arrival_max = 5s,
                                     .answer_max = 10s};

std::string host_of(const std::string& listen) {
    const auto host = listen.substr(0, listen.rfind(':'));
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

std::string advice(const std::system_error& trouble, const std::string& port) {
    if (trouble.code() == std::errc::address_in_use)
        return fmt::format("; another program listens there: give admin.listen another port, or find it with: "
                           "ss -ltnp 'sport = :{}'",
                           port);
    if (trouble.code() == std::errc::permission_denied)
        return "; ports below 1024 are for root: give admin.listen a higher one";
    return "; give admin.listen an address of this machine, like 127.0.0.1:9464";
}

} // namespace

admin_door::admin_door(asio::any_io_executor ex, async::time_source& time, const std::string& listen,
                       service::admin_pages pages)
    : pages_{std::move(pages)}, server_{std::move(ex), time,
                                        [this](http::request what) -> asio::awaitable<http::response> {
                                            co_return service::admin_answer(what, pages_);
                                        },
                                        bounds} {
    pages_.host = host_of(listen);
    const auto port = listen.substr(listen.rfind(':') + 1);
    try {
        const auto bound = server_.listen(pages_.host == "localhost" ? "127.0.0.1" : pages_.host,
                                          static_cast<std::uint16_t>(std::stoi(port)));
        address_ = fmt::format("{}:{}", listen.substr(0, listen.rfind(':')), bound);
    } catch (const std::system_error& trouble) {
        throw std::runtime_error{
            fmt::format("admin.listen {}: {}{}", listen, trouble.code().message(), advice(trouble, port))};
    }
}

} // namespace smarttrade::daemon
