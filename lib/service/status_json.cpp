#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "service/status_report.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

std::string text_at(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

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
                               std::pair{"age", &status_row::age}};

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

} // namespace

std::string encode_status(const status_report& report) {
    json::array trades;
    for (const auto& row : report.trades) {
        json::object line;
        for (const auto& [key, member] : row_texts) line[key] = row.*member;
        line["revision"] = row.revision;
        if (row.id)
            line["id"] = *row.id;
        else
            line["id"] = nullptr;
        trades.push_back(std::move(line));
    }
    return json::serialize(json::object{{"trades", std::move(trades)},
                                        {"holds", json::array{}},
                                        {"budget", encode_budget(report)},
                                        {"plans", report.plans}});
}

std::optional<status_report> decode_status(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* trades = all ? all->if_contains("trades") : nullptr;
    if (!trades || !trades->is_array()) return std::nullopt;
    status_report report;
    for (const auto& each : trades->get_array()) {
        if (!each.is_object()) return std::nullopt;
        const auto& line = each.get_object();
        status_row row;
        for (const auto& [key, member] : row_texts) row.*member = text_at(line, key);
        row.revision = static_cast<int>(count_at(line, "revision"));
        if (const auto* id = line.if_contains("id"); id && id->is_int64()) row.id = id->get_int64();
        report.trades.push_back(std::move(row));
    }
    report.limiters = decode_limiters(*all);
    report.plans = text_at(*all, "plans");
    return report;
}

} // namespace smarttrade::service
