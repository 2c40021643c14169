#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "trade/field_tree.hpp"

namespace smarttrade::wire {

/// Why bytes from the other side could not be read; one line for a person.
struct unreadable {
    std::string reason;
};
template <class T> using reading = boost::system::result<T, unreadable>;
/// value() on a failed reading throws std::runtime_error with its reason (found by argument-dependent lookup).
[[noreturn]] void throw_exception_from_error(const unreadable& failure, const boost::source_location& where);

/// JSON as a tree of texts: a number keeps the text it came as and never becomes a double. Bounded in depth (32).
reading<trade::field_tree> parse_json(std::string_view text);
/// Every scalar as a JSON string: the API takes numbers and booleans so (api.md V1, V2).
std::string write_json(const trade::field_tree& tree);

} // namespace smarttrade::wire
