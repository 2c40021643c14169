#include "paper_server/call.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "paper_server/form_fields.hpp"

namespace smarttrade::paper_server {

namespace json = boost::json;

std::optional<std::string> call::parameter(std::string_view name) const {
    const auto found =
        std::find_if(parameters.rbegin(), parameters.rend(), [name](const auto& each) { return each.first == name; });
    return found == parameters.rend() ? std::nullopt : std::optional{found->second};
}

std::optional<call> take_apart(const http::request& what) {
    const std::string_view target = what.target;
    const auto mark = target.find('?');
    call made;
    made.method = what.method;
    made.path = target.substr(0, mark);
    if (mark != std::string_view::npos) made.query = target.substr(mark + 1);
    made.body = what.body;
    made.is_api = made.path.starts_with(api_root);
    if (made.is_api) made.path.remove_prefix(api_root.size());

    // Boost.URL's own grammar of a target refuses the brackets that clients leave unescaped in a query.
    auto pairs = split_form(made.query);
    if (!target.starts_with('/') || !pairs) return std::nullopt;
    for (auto& [name, value] : *pairs) made.parameters.emplace_back(std::move(name), std::move(value).value_or(""));
    return made;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

http::response json_reply(int status, std::string body) {
    return {status, std::move(body), {{"Content-Type", "application/json; charset=utf-8"}}};
}

http::response error_reply(int status, std::string_view error, std::string_view description) {
    json::object body{{"error", json::string_view{error.data(), error.size()}}};
    if (!description.empty()) body["error_description"] = json::string_view{description.data(), description.size()};
    return json_reply(status, json::serialize(body));
}

http::response throttled_reply() { return error_reply(429, "too_many_requests"); }

http::response banned_reply(std::chrono::milliseconds left) {
    auto reply = error_reply(418, "ip_banned");
    reply.headers.emplace_back("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()));
    return reply;
}

http::response hung_up(http::delivery how) {
    http::response none;
    none.ends = how;
    return none;
}

http::response invalid_reply(int status, const attribute_list& attributes) {
    json::object fields;
    for (const auto& [field, message] : attributes) {
        auto& messages = fields[field];
        if (!messages.is_array()) messages = json::array{};
        messages.as_array().emplace_back(message);
    }
    return json_reply(status, json::serialize(json::object{{"error", "record_invalid"},
                                                           {"error_description", "Invalid parameters"},
                                                           {"error_attributes", std::move(fields)}}));
}

} // namespace smarttrade::paper_server
