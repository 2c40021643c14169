#include "plan/write_entry.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace smarttrade::plan {

namespace {

std::string price_text(const trade::exit_level& level, trade::price_type follows) {
    const auto* percent = std::get_if<money::percent>(&level);
    auto text = percent ? percent->to_short_string() + '%' : std::get<money::price>(level).to_short_string();
    if (follows != trade::price_type::last) text += fmt::format(" {}", base::name_of(follows)); // last is the default
    return text;
}

std::string trigger_text(const trade::conditional_entry& conditional) {
    auto text = conditional.trigger.to_short_string();
    if (conditional.follows) text += fmt::format(" {}", base::name_of(*conditional.follows));
    return text;
}

std::string position_text(const trade::entry_order& entry, std::string_view when) {
    const auto price = entry.price ? fmt::format("price: {}", entry.price->to_short_string()) : "";
    const auto units = entry.units.to_short_string();
    const auto type = base::name_of(entry.type);
    const auto order = base::name_of(entry.order);
    if (!entry.conditional)
        return fmt::format("    position: {{type: {}, order_type: {}, units: {}{}{}}}\n", type, order, units,
                           price.empty() ? "" : ", ", price);
    const auto& conditional = *entry.conditional;
    auto text =
        fmt::format("    position:\n      type: {}\n      order_type: {}\n      units: {}\n", type, order, units);
    if (!price.empty()) text += fmt::format("      {}\n", price);
    text += fmt::format("      conditional: {{price: {}, order_type: {}", trigger_text(conditional),
                        base::name_of(conditional.order));
    if (conditional.trailing) text += fmt::format(", trailing: {}%", conditional.trailing->to_short_string());
    if (!when.empty()) text += fmt::format(", when: {}", when);
    return text + "}\n";
}

std::string step_text(const trade::take_profit_step& step, const step_words& words, bool is_alone) {
    auto text = fmt::format("{{{}order_type: {}, price: {}", words.keys, base::name_of(step.order),
                            price_text(step.level, step.follows));
    const bool is_whole = step.volume == money::percent{money::decimal{100}};
    if (!is_alone || !is_whole) text += fmt::format(", volume: {}%", step.volume.to_short_string());
    if (step.trailing) text += fmt::format(", trailing: {}%", step.trailing->to_short_string());
    return text + '}' + words.comment;
}

std::string steps_text(const trade::trade_request& request, const std::vector<step_words>& words) {
    if (request.take_profit.empty()) return {};
    std::string text = "    take_profit:\n";
    for (std::size_t i = 0; i < request.take_profit.size(); ++i)
        text += fmt::format("      - {}\n",
                            step_text(request.take_profit[i], words.at(i), request.take_profit.size() == 1));
    return text;
}

std::string stop_text(const trade::stop_loss_order& stop) {
    const auto trigger = price_text(stop.trigger, stop.follows);
    std::string more;
    if (stop.limit_price) more += fmt::format(", price: {}", stop.limit_price->to_short_string());
    if (stop.trailing)
        more += stop.trailing->distance ? fmt::format(", trailing: {}%", stop.trailing->distance->to_short_string())
                                        : ", trailing: true";
    if (stop.breakeven) more += ", breakeven: true";
    if (stop.timeout) more += fmt::format(", timeout: {}s", stop.timeout->count());
    if (more.empty()) return fmt::format("    stop_loss: {}\n", trigger);
    return fmt::format("    stop_loss: {{order_type: {}, conditional: {}{}}}\n", base::name_of(stop.order), trigger,
                       more);
}

bool is_plain(std::string_view text) {
    constexpr std::array<std::string_view, 4> words{"none", "null", "Null", "NULL"}; // other words stay text in a plan
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_inner = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9')
               || std::string_view{" _-.,/()+%"}.find(c) != std::string_view::npos;
    };
    return !text.empty() && is_letter(text.front()) && text.back() != ' ' && std::ranges::all_of(text, is_inner)
           && std::ranges::find(words, text) == words.end();
}

} // namespace

std::string scalar_text(std::string_view text) {
    if (is_plain(text)) return std::string{text};
    std::string quoted = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            quoted += {'\\', c};
        else if (c == '\n')
            quoted += "\\n";
        else if (byte < 0x20 || byte == 0x7F)
            quoted += fmt::format("\\x{:02x}", byte);
        else if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i])); // a command to the terminal
        else
            quoted += c;
    }
    return quoted + '"';
}

std::string write_entry(const entry_head& head, const trade::trade_request& request, const trade::smart_trade& of) {
    auto text = fmt::format("  {}:\n    adopt: {}\n", head.name, of.id.value);
    if (head.revision != 1) text += fmt::format("    revision: {}\n", head.revision);
    text += write_terms(request, head.note);
    std::vector<step_words> steps;
    for (const auto& step : of.take_profit)
        steps.push_back(
            {{}, trade::is_final(step.status.type) ? fmt::format(" # {}", base::name_of(step.status.type)) : ""});
    return text + write_orders(request, steps);
}

std::string write_terms(const trade::trade_request& request, const std::string& note) {
    auto text = fmt::format("    pair: {}\n", request.pair.text());
    if (!note.empty()) text += fmt::format("    note: {}\n", scalar_text(note));
    if (request.instant) text += "    instant: true\n";
    if (request.skip_enter_step) text += "    skip_enter_step: true\n";
    if (request.leverage)
        text += fmt::format("    leverage: {{type: {}, value: {}}}\n", base::name_of(request.leverage->type),
                            request.leverage->value);
    return text;
}

std::string write_orders(const trade::trade_request& request, const std::vector<step_words>& steps,
                         std::string_view when) {
    auto text = position_text(request.position, when) + steps_text(request, steps);
    if (request.stop_loss) text += stop_text(*request.stop_loss);
    return text;
}

} // namespace smarttrade::plan
