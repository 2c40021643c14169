#include "service/json_members.hpp"

namespace smarttrade::service {

std::string text_at(const boost::json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

} // namespace smarttrade::service
