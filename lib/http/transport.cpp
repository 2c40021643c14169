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
    std::string trouble;
    try {
        response reply = co_await serve_(std::move(what));
        co_return reply;
    } catch (const std::exception& failed) { // whoever sends may be an operand of `||`, which swallows what is thrown
        trouble = failed.what();
    }
    co_return send_failure{false, "the exchange in this process failed: " + trouble};
}

} // namespace smarttrade::http
