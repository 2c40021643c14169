#include "plan/judge.hpp"

#include "plan/told_fields.hpp"

namespace smarttrade::plan {

std::optional<trade::trade_request> judge(const trade::field_tree& body, const yaml::node& trade, yaml::place name_at,
                                          problems& told) {
    const auto who = body.find("adopt") ? trade::strictness::adopter : trade::strictness::author;
    auto reading = trade::read_request(body, who);
    tell(reading.violations, trade, name_at, told);
    return std::move(reading.request);
}

} // namespace smarttrade::plan
