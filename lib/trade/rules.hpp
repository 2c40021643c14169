#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.hpp"
#include "trade/field_tree.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// A name of the API or of the plan language: a literal of the code, which a path need not copy. It must not be made of
/// a string, which may be gone before it.
class field_name : public std::string_view {
public:
    constexpr field_name(const char* literal) : std::string_view{literal} {}
    constexpr field_name(std::string_view of_a_literal) : std::string_view{of_a_literal} {}
    field_name(const std::string&) = delete;
};

/// Where a field stands in the body: member names and list places (from 0), outermost first.
using field_path = std::vector<std::variant<field_name, std::size_t>>;

std::string bracket_path(const field_path& path); ///< `take_profit[steps][0][price][type]`, as the API's errors say
std::string dotted_path(const field_path& path);  ///< `take_profit.steps[0].price.type`, for people

/// One breach of a rule of api.md G.
struct violation {
    base::severity level{};
    std::string rule; ///< "V12"
    field_path at;    ///< the field; if `is_missing`, where it should stand
    bool is_missing = false;
    std::string message;             ///< for the author of a plan: value as written and what was expected
    std::string api_message;         ///< what the API says in its place (api.md C.3): "is missing"
    std::optional<field_path> other; ///< second field of a pair rule (V17), or the place a note should point at
};

/// Who is told: the author of a plan hears every rule; an adopter describes a trade that stands already, and what can
/// have become of one is no mistake (its entry may be filled, its stop moved, its steps gone: V9, V14, V16, V18, V20,
/// V22, V26, V28); the exchange accepts what the API accepts (V6, V22, V28 and the like are advice there).
enum class strictness { author, adopter, exchange };

struct request_reading {
    std::optional<trade_request> request; ///< present exactly if no violation is an error
    std::vector<violation> violations;
};

/// Reads the body of POST /v2/smart_trades as the API's own fields (api.md D.2), scalars as text. Each rule V1.. of
/// api.md G that needs no knowledge of the market is checked here, once. Unknown members are ignored (V3).
request_reading read_request(const field_tree& body, strictness who);

/// The body that read_request reads back to the same request: the API's own nesting, amounts in short plain decimals,
/// absent groups as `enabled: false` where the API requires them (V6). Without `note` if that is empty.
field_tree write_request(const trade_request& request);

} // namespace smarttrade::trade
