#include "service/log_format.hpp"

#include <syslog.h>

#include <array>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "base/printable.hpp"
#include "service/printable.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

namespace {

std::string_view trade_or_dash(const log_event& what) {
    return what.trade.empty() ? "-" : std::string_view{what.trade};
}

/// What follows the event's word: the change, the fields, the reason.
std::string tail(const log_event& what) {
    std::string out;
    if (!what.change.empty()) out += ' ' + base::printable(what.change, ' ');
    if (what.trade.empty() && !what.account.empty()) out += fmt::format(" account={}", value_text(what.account));
    for (const auto& [key, value] : what.fields) out += fmt::format(" {}={}", key, value_text(value));
    if (what.id) out += fmt::format(" id={}", what.id->value);
    if (!what.why.empty()) out += ' ' + in_quotes(what.why);
    return out;
}

} // namespace

std::string_view colour_of(log_level level) {
    switch (level) {
    case log_level::debug: return ink::dim;
    case log_level::info: return "";
    case log_level::notice: return ink::bold;
    case log_level::warning: return ink::yellow;
    case log_level::error: return ink::red;
    }
    return "";
}

std::string format_message(const log_event& what) {
    const auto body = tail(what);
    const auto word = kind_of(what.what).word;
    return body.empty() ? fmt::format("{:<12} {}", trade_or_dash(what), word)
                        : fmt::format("{:<12} {:<14}{}", trade_or_dash(what), word, body);
}

std::string format_text(const log_event& what, base::utc_time at, text_style style) {
    const auto stamp = base::format_utc(at);
    const auto time = style.full_time ? stamp : stamp.substr(11, 12);
    const auto level = kind_of(what.what).level;
    const auto word =
        painted(fmt::format("{:<7}", base::name_of(level)), colour_of(level), style.color ? colours::on : colours::off);
    return fmt::format("{} {} {}", time, word, format_message(what));
}

std::string format_logfmt(const log_event& what, base::utc_time at) {
    const auto& kind = kind_of(what.what);
    auto out = fmt::format("ts={} level={}", base::format_utc(at), base::name_of(kind.level));
    if (!what.trade.empty()) out += fmt::format(" name={}", what.trade);
    out += fmt::format(" event={}", kind.word);
    if (!what.account.empty()) out += fmt::format(" account={}", value_text(what.account));
    if (!what.change.empty()) out += fmt::format(" change={}", value_text(what.change));
    for (const auto& [key, value] : what.fields) out += fmt::format(" {}={}", key, value_text(value));
    if (what.id) out += fmt::format(" id={}", what.id->value);
    if (!what.why.empty()) out += fmt::format(" why={}", in_quotes(what.why));
    return out;
}

std::string format_json(const log_event& what, base::utc_time at) {
    const auto& kind = kind_of(what.what);
    boost::json::object line;
    line["ts"] = base::format_utc(at);
    line["level"] = base::name_of(kind.level);
    if (!what.trade.empty()) line["name"] = what.trade;
    line["event"] = kind.word;
    if (!what.account.empty()) line["account"] = what.account;
    if (!what.change.empty()) line["change"] = what.change;
    for (const auto& [key, value] : what.fields) line[key] = value;
    if (what.id) line["id"] = what.id->value;
    if (!what.why.empty()) line["why"] = what.why;
    return boost::json::serialize(line);
}

namespace {

int priority_of(log_level level) {
    constexpr std::array priorities{LOG_DEBUG, LOG_INFO, LOG_NOTICE, LOG_WARNING, LOG_ERR};
    return priorities.at(static_cast<std::size_t>(level));
}

} // namespace

std::vector<std::string> journal_fields(const log_event& what) {
    const auto& kind = kind_of(what.what);
    std::vector<std::string> fields{fmt::format("MESSAGE={}", format_message(what)),
                                    fmt::format("PRIORITY={}", priority_of(kind.level)),
                                    fmt::format("MESSAGE_ID={}", message_id(what.what)),
                                    "SYSLOG_IDENTIFIER=smarttraded", fmt::format("SMARTTRADED_EVENT={}", kind.word)};
    if (!what.trade.empty()) fields.push_back("SMARTTRADED_TRADE=" + what.trade);
    if (!what.account.empty()) fields.push_back("SMARTTRADED_ACCOUNT=" + what.account);
    if (what.id) fields.push_back(fmt::format("SMARTTRADED_ID={}", what.id->value));
    return fields;
}

} // namespace smarttrade::service
