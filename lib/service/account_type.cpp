#include "service/account_type.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace smarttrade::service {

namespace {

constexpr std::string_view paper_type = "paper_trading";

bool tells_of_a_simulator(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text.find("simulator") != std::string::npos || text.find(paper_type) != std::string::npos;
}

} // namespace

std::string contradiction(trade::account_mode mode, const trade::account& of) {
    const bool texts_say_paper = tells_of_a_simulator(of.market) || tells_of_a_simulator(of.exchange_name)
                                 || tells_of_a_simulator(of.market_code);
    const auto& told = !of.type.empty() ? of.type : of.market_code;
    if (told.empty() && !texts_say_paper) return "the exchange does not say whether this account is real or paper";
    const bool is_paper = of.type.empty() ? texts_say_paper : of.type == paper_type;
    if (!is_paper && texts_say_paper)
        return fmt::format("it says of itself both that it is real (type {}) and that it is a simulator", of.type);
    const bool wants_paper = mode == trade::account_mode::paper;
    if (is_paper == wants_paper) return {};
    return fmt::format("it is a {} account ({}), but its mode here is {}", is_paper ? "paper" : "real", told,
                       base::name_of(mode));
}

} // namespace smarttrade::service
