#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/transport.hpp"
#include "paper_server/call.hpp"
#include "trade/field_tree.hpp"

namespace smarttrade::paper_server {

/// The parameters of a request as one tree (api.md A.1): of a GET those of the query, else of query and body, and what
/// both name counts as in the query. A body is JSON or a form, as its Content-Type says; without one that is known,
/// JSON if it begins with a brace. Or why they cannot be read, as the API says it.
std::variant<trade::field_tree, http::response> read_parameters(const call& what, std::string_view content_type);

/// The text of a parameter; nothing if it is absent, null or a group.
std::optional<std::string> text_of(const trade::field_tree& parameters, std::string_view name);

} // namespace smarttrade::paper_server
