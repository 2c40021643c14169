#pragma once

#include <string>
#include <string_view>

#include "http/endpoint.hpp"
#include "http/transport.hpp"

namespace smarttrade::http {

/// What makes a request unfit to be written down, so that its bytes could be read as another one: a line break in a
/// header, a space in the target, a header that is the client's own. Names the header, never its value. Empty: nothing.
std::string fault_of(const request& what);

/// The bytes of a request without fault, as HTTP/1.1 to the server at `where`.
std::string request_text(const endpoint& where, const request& what);

/// `HOST:PORT`, with brackets around an IPv6 address; without the port if it is the usual one of the scheme.
std::string host_header(const endpoint& where);

} // namespace smarttrade::http
