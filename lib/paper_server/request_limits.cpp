#include "paper_server/request_limits.hpp"

namespace smarttrade::paper_server {

namespace {

using namespace std::chrono_literals;

struct limit {
    std::size_t requests;
    std::chrono::milliseconds per, penalty;
};
constexpr limit whole_api{100, 60s, 300s};
constexpr limit trade_list{40, 10s, 10s};

bool has_room(std::deque<base::utc_time>& taken, const limit& of, base::utc_time now) {
    while (!taken.empty() && taken.front() <= now - of.per) taken.pop_front();
    return taken.size() < of.requests;
}

} // namespace

bool request_limits::admit(const std::string& key, std::string_view method, std::string_view path, base::utc_time now) {
    auto& [all, list] = keys_[key];
    const bool is_list = method == "GET" && path == "/v2/smart_trades";
    if (now < all.blocked_until || (is_list && now < list.blocked_until)) return false;
    const auto refuse = [now](bucket& full, const limit& of) {
        full.taken.clear();
        full.blocked_until = now + of.penalty;
        return false;
    };
    if (!has_room(all.taken, whole_api, now)) return refuse(all, whole_api);
    if (is_list && !has_room(list.taken, trade_list, now)) return refuse(list, trade_list);
    all.taken.push_back(now);
    if (is_list) list.taken.push_back(now);
    return true;
}

} // namespace smarttrade::paper_server
