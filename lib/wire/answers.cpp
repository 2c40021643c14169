#include "wire/answers.hpp"

#include "wire/entity_amounts.hpp"
#include "wire/field_access.hpp"
#include "wire/json_writer.hpp"
#include "wire/listed.hpp"

namespace smarttrade::wire {

namespace {

std::string one_member(std::string_view name, const auto& value) {
    json_writer to;
    to.object([&] { to.member(name, value); });
    return to.take();
}

reading<money::quantity> max_of(json_value root) {
    const auto max = root["max_reduce_funds_amount"];
    const auto read =
        read_bounded("reduce funds info", [&](entity_amounts& amounts) { return amounts.read<money::quantity>(max); });
    if (!read) return read.error();
    if (!*read) return unreadable{"reduce funds info without max_reduce_funds_amount"};
    return **read;
}

reading<std::chrono::sys_seconds> time_in(json_value root) {
    constexpr std::int64_t year_9999 = 253'402'300'799;
    const auto seconds = integer_of(root["server_time"]);
    if (!seconds || *seconds < 0 || *seconds > year_9999) return unreadable{"no server_time in seconds"};
    return std::chrono::sys_seconds{std::chrono::seconds{*seconds}};
}

reading<bool> valid_in(json_value root) {
    const auto valid = flag_of(root["valid"]);
    if (!valid) return unreadable{"expected valid true or false"};
    return *valid;
}

reading<std::string> pong_in(json_value root) {
    if (!root["pong"].is_scalar()) return unreadable{"expected pong"};
    return reading<std::string>{boost::system::in_place_value, root["pong"].text()};
}

reading<trade::account_mode> mode_in(json_value root) {
    for (const auto from : {root, root["mode"], root["current_mode"]})
        if (const auto mode = word_of<trade::account_mode>(from)) return *mode;
    return unreadable{"expected the mode real or paper"};
}

reading<std::vector<std::string>> permissions_in(json_value root) {
    const auto from = root["permissions"].is_null() ? root : root["permissions"];
    if (!from.is_list() && !from.is_map()) return unreadable{"expected a list of permissions"};
    std::vector<std::string> names;
    for (const auto one : from) {
        if (from.is_map() && is_on(one)) names.emplace_back(one.key());
        if (from.is_list() && one.is_scalar()) names.emplace_back(one.text());
    }
    return names;
}

} // namespace

reading<money::quantity> read_reduce_funds_info(std::string_view json) { return read_document(json, max_of); }
std::string write_reduce_funds_info(const money::quantity& max) { return one_member("max_reduce_funds_amount", max); }

reading<std::chrono::sys_seconds> read_server_time(std::string_view json) { return read_document(json, time_in); }
std::string write_server_time(std::chrono::sys_seconds now) {
    return one_member("server_time", now.time_since_epoch().count());
}

reading<bool> read_valid(std::string_view json) { return read_document(json, valid_in); }
std::string write_valid(bool valid) { return one_member("valid", valid); }

reading<std::string> read_pong(std::string_view json) { return read_document(json, pong_in); }
std::string write_pong() { return one_member("pong", "pong"); }

reading<trade::account_mode> read_mode(std::string_view json) { return read_document(json, mode_in); }
std::string write_mode(trade::account_mode mode) { return one_member("mode", mode); }

reading<std::vector<std::string>> read_permissions(std::string_view json) {
    return read_document(json, permissions_in);
}
std::string write_permissions(const std::vector<std::string>& names) {
    json_writer to;
    to.object([&] {
        to.key("permissions");
        to.list(names, [&](const std::string& name) { to.put(name); });
    });
    return to.take();
}

} // namespace smarttrade::wire
