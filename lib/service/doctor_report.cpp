#include "service/doctor_report.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/printable.hpp"
#include "service/json_members.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

struct health_look {
    std::string_view word, colour;
};
constexpr std::array looks{health_look{"ok", ink::green}, health_look{"warn", ink::yellow},
                           health_look{"FAIL", ink::red}};

std::string subject_of(const finding& one) {
    return one.of.empty() ? std::string{base::name_of(one.what)}
                          : fmt::format("{} {}", base::name_of(one.what), base::printable(one.of, ' '));
}

std::optional<finding> decode_one(const json::value& from) {
    const auto* members = from.if_object();
    if (!members) return std::nullopt;
    const auto what = base::parse_name<checkup>(text_at(*members, "check"));
    const auto is = base::parse_name<health>(text_at(*members, "level"));
    if (!what || !is) return std::nullopt;
    return finding{*what, text_at(*members, "of"), *is, text_at(*members, "finding"), text_at(*members, "mend")};
}

} // namespace

void sort_findings(std::vector<finding>& all) { std::ranges::stable_sort(all, {}, &finding::what); }

bool all_well(const std::vector<finding>& all) {
    return std::ranges::all_of(all, [](const finding& one) { return one.is == health::ok; });
}

std::string encode_findings(const std::vector<finding>& all) {
    json::array checks;
    for (const auto& one : all)
        checks.push_back(json::object{{"check", base::name_of(one.what)},
                                      {"of", one.of},
                                      {"level", base::name_of(one.is)},
                                      {"finding", one.told},
                                      {"mend", one.mend}});
    return json::serialize(json::object{{"checks", std::move(checks)}, {"well", all_well(all)}});
}

std::optional<std::vector<finding>> decode_findings(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* checks = all ? all->if_contains("checks") : nullptr;
    if (!checks || !checks->is_array()) return std::nullopt;
    std::vector<finding> read;
    for (const auto& each : checks->get_array()) {
        auto one = decode_one(each);
        if (!one) return std::nullopt;
        read.push_back(std::move(*one));
    }
    return read;
}

std::string render_findings(const std::vector<finding>& all, colours how, std::optional<window> shown_in) {
    constexpr std::size_t level_width = 6;
    std::size_t width = 0;
    for (const auto& one : all) width = std::max(width, columns_of(subject_of(one)));
    const auto indent = level_width + width + 2;
    std::string out;
    for (const auto& one : all) {
        const auto& look = looks.at(static_cast<std::size_t>(one.is));
        const auto blanks = std::string(level_width - look.word.size(), ' ');
        auto text = base::printable(one.told, ' ');
        if (!one.mend.empty()) text += ": " + base::printable(one.mend, ' ');
        if (shown_in) text = wrapped(text, shown_in->columns, indent, indent);
        out += painted(look.word, look.colour, how) + blanks + padded(subject_of(one), width) + "  " + text + '\n';
    }
    return out;
}

} // namespace smarttrade::service
