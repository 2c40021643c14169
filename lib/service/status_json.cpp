#include <algorithm>
#include <array>

#include "service/json_members.hpp"
#include "service/status_json.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

std::size_t count_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_int64() ? static_cast<std::size_t>(std::max<std::int64_t>(found->get_int64(), 0)) : 0;
}

// The members of a row that are texts, with their names in JSON.
constexpr std::array row_texts{std::pair{"name", &status_row::name},   std::pair{"account", &status_row::account},
                               std::pair{"pair", &status_row::pair},   std::pair{"type", &status_row::type},
                               std::pair{"phase", &status_row::phase}, std::pair{"verdict", &status_row::verdict},
                               std::pair{"why", &status_row::why},     std::pair{"entry", &status_row::entry},
                               std::pair{"now", &status_row::now},     std::pair{"profit", &status_row::profit},
                               std::pair{"age", &status_row::age},     std::pair{"file", &status_row::file}};

json::object encode_budget(const status_report& report) {
    const auto* tight = tightest(report);
    json::array keys;
    for (const auto& row : report.limiters) {
        json::object waiting;
        for (const auto& [lane, count] : row.waiting) waiting[lane] = count;
        keys.push_back(json::object{{"key", row.key},
                                    {"used", row.used},
                                    {"total", row.total},
                                    {"waiting", std::move(waiting)},
                                    {"throttled", row.throttled},
                                    {"silent_seconds", row.silent_seconds},
                                    {"silent_why", row.silent_why}});
    }
    return {{"used", tight ? tight->used : 0}, {"total", tight ? tight->total : 0}, {"keys", std::move(keys)}};
}

std::vector<limiter_row> decode_limiters(const json::object& all) {
    std::vector<limiter_row> rows;
    const auto* budget = all.if_contains("budget");
    const auto* keys = budget && budget->is_object() ? budget->get_object().if_contains("keys") : nullptr;
    if (!keys || !keys->is_array()) return rows;
    for (const auto& each : keys->get_array()) {
        if (!each.is_object()) continue;
        const auto& from = each.get_object();
        limiter_row row{text_at(from, "key"), count_at(from, "used"), count_at(from, "total"), {}, 0, 0, {}};
        row.throttled = count_at(from, "throttled");
        row.silent_why = text_at(from, "silent_why");
        row.silent_seconds = static_cast<std::int64_t>(count_at(from, "silent_seconds"));
        if (const auto* waiting = from.if_contains("waiting"); waiting && waiting->is_object())
            for (const auto& [lane, count] : waiting->get_object())
                row.waiting.emplace_back(lane, count_at(waiting->get_object(), lane));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<status_row> decode_row(const json::value& from) {
    const auto* line = from.if_object();
    if (!line) return std::nullopt;
    status_row row;
    for (const auto& [key, member] : row_texts) row.*member = text_at(*line, key);
    row.revision = static_cast<int>(count_at(*line, "revision"));
    row.line = static_cast<int>(count_at(*line, "line"));
    if (const auto* id = line->if_contains("id"); id && id->is_int64()) row.id = id->get_int64();
    return row;
}

} // namespace

json::array rows_to_json(const std::vector<status_row>& rows) {
    json::array trades;
    for (const auto& row : rows) {
        json::object line;
        for (const auto& [key, member] : row_texts) line[key] = row.*member;
        line["revision"] = row.revision;
        line["line"] = row.line;
        if (row.id)
            line["id"] = *row.id;
        else
            line["id"] = nullptr;
        trades.push_back(std::move(line));
    }
    return trades;
}

std::optional<std::vector<status_row>> rows_from_json(const json::object& all) {
    const auto* trades = all.if_contains("trades");
    if (!trades || !trades->is_array()) return std::nullopt;
    std::vector<status_row> rows;
    for (const auto& each : trades->get_array()) {
        auto row = decode_row(each);
        if (!row) return std::nullopt;
        rows.push_back(std::move(*row));
    }
    return rows;
}

json::array holds_to_json(const std::vector<hold_row>& holds) {
    json::array list;
    for (const auto& hold : holds) {
        json::array trades;
        for (const auto& name : hold.trades) trades.emplace_back(name);
        list.push_back(json::object{{"id", hold.id},
                                    {"why", hold.why},
                                    {"trades", std::move(trades)},
                                    {"confirm", "smarttraded confirm " + hold.id}});
    }
    return list;
}

std::vector<hold_row> holds_from_json(const json::object& all) {
    std::vector<hold_row> holds;
    const auto* list = all.if_contains("holds");
    if (!list || !list->is_array()) return holds;
    for (const auto& each : list->get_array()) {
        const auto* from = each.if_object();
        if (!from) continue;
        auto& hold = holds.emplace_back(hold_row{text_at(*from, "id"), text_at(*from, "why"), {}});
        const auto* trades = from->if_contains("trades");
        if (!trades || !trades->is_array()) continue;
        for (const auto& name : trades->get_array())
            if (name.is_string()) hold.trades.emplace_back(name.get_string());
    }
    return holds;
}

std::string encode_status(const status_report& report) {
    json::array troubles;
    for (const auto& trouble : report.troubles) troubles.emplace_back(trouble);
    return json::serialize(json::object{{"trades", rows_to_json(report.trades)},
                                        {"holds", holds_to_json(report.holds)},
                                        {"halted", report.is_halted},
                                        {"troubles", std::move(troubles)},
                                        {"budget", encode_budget(report)},
                                        {"plans", report.plans}});
}

std::optional<status_report> decode_status(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    auto rows = all ? rows_from_json(*all) : std::nullopt;
    if (!rows) return std::nullopt;
    status_report report;
    report.trades = std::move(*rows);
    report.holds = holds_from_json(*all);
    const auto* halted = all->if_contains("halted");
    report.is_halted = halted && halted->is_bool() && halted->get_bool();
    if (const auto* troubles = all->if_contains("troubles"); troubles && troubles->is_array())
        for (const auto& trouble : troubles->get_array())
            if (trouble.is_string()) report.troubles.emplace_back(trouble.get_string());
    report.limiters = decode_limiters(*all);
    report.plans = text_at(*all, "plans");
    return report;
}

} // namespace smarttrade::service
