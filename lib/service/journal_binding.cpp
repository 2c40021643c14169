#include "service/journal_binding.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::service {

std::string journal_binding(const config::settings& settings) {
    auto text = settings.paper ? std::string{"paper"} : settings.api.base_url;
    auto accounts = settings.accounts;
    std::ranges::sort(accounts, {}, &config::account::id);
    for (const auto& account : accounts) text += fmt::format(" {}:{}", account.id.value, base::name_of(account.mode));
    return text;
}

} // namespace smarttrade::service
