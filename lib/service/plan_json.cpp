#include <algorithm>
#include <array>
#include <utility>

#include "service/diagnostic_json.hpp"
#include "service/json_members.hpp"
#include "service/plan_report.hpp"
#include "service/status_json.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

// The members of each kind of row that are texts, and those that are counts, with their names in JSON.
constexpr std::array change_texts{std::pair{"name", &plan_line::name}, std::pair{"account", &plan_line::account},
                                  std::pair{"pair", &plan_line::pair}, std::pair{"what", &plan_line::what}};
constexpr std::array cost_texts{std::pair{"key", &bucket_cost::key}, std::pair{"match", &bucket_cost::match}};
constexpr std::array cost_counts{std::pair{"needed", &bucket_cost::needed}, std::pair{"used", &bucket_cost::used},
                                 std::pair{"total", &bucket_cost::requests}};
constexpr std::array cost_seconds{std::pair{"per_seconds", &bucket_cost::per_seconds},
                                  std::pair{"seconds", &bucket_cost::seconds}};
constexpr std::array amount_texts{std::pair{"currency", &amount_row::currency},
                                  std::pair{"amount", &amount_row::amount}};
constexpr std::array shortage_texts{std::pair{"account", &shortage::account},
                                    std::pair{"currency", &shortage::currency}, std::pair{"needed", &shortage::needed},
                                    std::pair{"available", &shortage::available},
                                    std::pair{"missing", &shortage::missing}};

std::int64_t number_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_int64() ? found->get_int64() : 0;
}

template <class Row, class Members> json::array encode_texts(const std::vector<Row>& rows, const Members& members) {
    json::array list;
    for (const auto& row : rows) {
        json::object line;
        for (const auto& [key, member] : members) line[key] = row.*member;
        list.push_back(std::move(line));
    }
    return list;
}

template <class Row, class Members>
std::vector<Row> decode_texts(const json::object& all, std::string_view key, const Members& members) {
    std::vector<Row> rows;
    const auto* list = all.if_contains(key);
    if (!list || !list->is_array()) return rows;
    for (const auto& each : list->get_array()) {
        if (!each.is_object()) continue;
        auto& row = rows.emplace_back();
        for (const auto& [name, member] : members) row.*member = text_at(each.get_object(), name);
    }
    return rows;
}

json::array encode_changes(const std::vector<plan_line>& changes) {
    auto list = encode_texts(changes, change_texts);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto& line = list[i].get_object();
        line["change"] = base::name_of(changes[i].section);
        if (changes[i].id)
            line["id"] = *changes[i].id;
        else
            line["id"] = nullptr;
    }
    return list;
}

std::vector<plan_line> decode_changes(const json::object& all) {
    auto rows = decode_texts<plan_line>(all, "changes", change_texts);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& line = all.at("changes").get_array()[i].get_object();
        rows[i].section = base::parse_name<plan_section>(text_at(line, "change")).value_or(plan_section::unknown);
        if (const auto* id = line.if_contains("id"); id && id->is_int64()) rows[i].id = id->get_int64();
    }
    return rows;
}

json::array encode_costs(const std::vector<bucket_cost>& costs) {
    auto list = encode_texts(costs, cost_texts);
    for (std::size_t i = 0; i < costs.size(); ++i) {
        auto& line = list[i].get_object();
        for (const auto& [key, member] : cost_counts) line[key] = costs[i].*member;
        for (const auto& [key, member] : cost_seconds) line[key] = costs[i].*member;
    }
    return list;
}

std::vector<bucket_cost> decode_costs(const json::object& budget) {
    auto rows = decode_texts<bucket_cost>(budget, "limits", cost_texts);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& line = budget.at("limits").get_array()[i].get_object();
        for (const auto& [key, member] : cost_counts)
            rows[i].*member = static_cast<std::size_t>(std::max<std::int64_t>(number_at(line, key), 0));
        for (const auto& [key, member] : cost_seconds) rows[i].*member = number_at(line, key);
    }
    return rows;
}

std::vector<std::string> decode_mistakes(const json::object& all) {
    std::vector<std::string> mistakes;
    const auto* list = all.if_contains("mistakes");
    if (!list || !list->is_array()) return mistakes;
    for (const auto& each : list->get_array())
        if (each.is_string()) mistakes.emplace_back(each.get_string());
    return mistakes;
}

} // namespace

std::string encode_plan(const plan_report& report) {
    json::array mistakes;
    for (const auto& each : report.mistakes) mistakes.emplace_back(each);
    json::object all{{"exit", exit_code(report)},
                     {"mistakes", std::move(mistakes)},
                     {"cannot_tell", report.cannot_tell},
                     {"halted", report.is_halted}};
    all["diagnostics"] = diagnostics_to_json(report.diagnostics);
    all["trades"] = rows_to_json(report.trades);
    all["changes"] = encode_changes(report.changes);
    all["holds"] = holds_to_json(report.holds);
    all["budget"] = json::object{{"limits", encode_costs(report.costs)}};
    all["at_risk"] = encode_texts(report.at_risk, amount_texts);
    all["at_market"] = encode_texts(report.at_market, amount_texts);
    all["shortages"] = encode_texts(report.shortages, shortage_texts);
    return json::serialize(all);
}

std::optional<plan_report> decode_plan(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    auto rows = all ? rows_from_json(*all) : std::nullopt;
    if (!rows) return std::nullopt;
    plan_report report;
    report.trades = std::move(*rows);
    report.mistakes = decode_mistakes(*all);
    report.cannot_tell = text_at(*all, "cannot_tell");
    report.diagnostics = diagnostics_from_json(*all);
    const auto* halted = all->if_contains("halted");
    report.is_halted = halted && halted->is_bool() && halted->get_bool();
    report.changes = decode_changes(*all);
    report.holds = holds_from_json(*all);
    const auto* budget = all->if_contains("budget");
    if (budget && budget->is_object()) report.costs = decode_costs(budget->get_object());
    report.at_risk = decode_texts<amount_row>(*all, "at_risk", amount_texts);
    report.at_market = decode_texts<amount_row>(*all, "at_market", amount_texts);
    report.shortages = decode_texts<shortage>(*all, "shortages", shortage_texts);
    return report;
}

} // namespace smarttrade::service
