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
constexpr std::chrono::milliseconds ban_time = 10min;

bool has_room(std::deque<base::utc_time>& taken, const limit& of, base::utc_time now) {
    while (!taken.empty() && taken.front() <= now - of.per) taken.pop_front();
    return taken.size() < of.requests;
}

bool is_list(std::string_view method, std::string_view path) { return method == "GET" && path == "/v2/smart_trades"; }

} // namespace

request_limits::verdict request_limits::admit(const std::string& key, std::string_view method, std::string_view path,
                                              base::utc_time now) {
    if (now < banned_until_) return verdict::banned;
    auto& [all, list] = keys_[key];
    const bool lists = is_list(method, path);
    if (now < all.blocked_until) return refuse(all, now);
    if (lists && now < list.blocked_until) return refuse(list, now);
    if (how_ == windows::off) return verdict::admitted;
    const auto exceed = [&](bucket& full, const limit& of) {
        full = {{}, now + of.penalty, 0};
        return refuse(full, now);
    };
    if (!has_room(all.taken, whole_api, now)) return exceed(all, whole_api);
    if (lists && !has_room(list.taken, trade_list, now)) return exceed(list, trade_list);
    all.taken.push_back(now);
    if (lists) list.taken.push_back(now);
    return verdict::admitted;
}

request_limits::verdict request_limits::refuse(bucket& blocked, base::utc_time now) {
    if (blocked.refused == ban_after_) {
        ban(now);
        return verdict::banned;
    }
    ++blocked.refused;
    return verdict::throttled;
}

void request_limits::block(const std::string& key, std::string_view method, std::string_view path, base::utc_time now) {
    auto& [all, list] = keys_[key];
    all = {{}, now + whole_api.penalty, 1};
    if (is_list(method, path)) list = {{}, now + trade_list.penalty, 1};
}

void request_limits::ban(base::utc_time now) {
    keys_.clear(); // a ban replaces the blocks, and what follows it begins afresh (api.md M.8)
    banned_until_ = now + ban_time;
}

} // namespace smarttrade::paper_server
