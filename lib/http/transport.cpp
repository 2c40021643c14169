#include "http/transport.hpp"

#include <stdexcept>

#include <boost/beast/core/string.hpp>
#include <boost/throw_exception.hpp>

namespace smarttrade::http {

std::string_view find_header(const header_list& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (boost::beast::iequals(key, name)) return value;
    return {};
}

void throw_exception_from_error(const send_failure& failure, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error{failure.reason}, where);
}

asio::awaitable<send_result> in_process::send(request what, async::mono_time) {
    response reply = co_await serve_(std::move(what));
    co_return reply;
}

} // namespace smarttrade::http
