#include "paper_server/request_limits.hpp"

#include <algorithm>

namespace smarttrade::paper_server {

namespace {

using namespace std::chrono_literals;

struct limit {
    std::size_t requests;
    std::chrono::milliseconds per, penalty;
};
constexpr limit whole_api{100, 60s, 300s};
constexpr limit trade_list{40, 10s, 10s};
constexpr std::chrono::milliseconds first_ban = 2min, longest_ban = 72h, ban_memory = 24h;

/// `taken` holds the newest `requests` of them at most, so the oldest decides.
bool has_room(const std::deque<base::utc_time>& taken, const limit& of, base::utc_time now) {
    return taken.size() < of.requests || taken.front() <= now - of.per;
}

void count(std::deque<base::utc_time>& taken, const limit& of, base::utc_time now) {
    taken.push_back(now);
    if (taken.size() > of.requests) taken.pop_front();
}

bool is_list(std::string_view method, std::string_view path) { return method == "GET" && path == "/v2/smart_trades"; }

} // namespace

request_limits::verdict request_limits::admit(const std::string& key, std::string_view method, std::string_view path,
                                              base::utc_time now) {
    if (now < banned_until_) return verdict::banned;
    if (how_ == windows::off && keys_.empty()) return verdict::admitted;
    auto& [all, list] = keys_[key];
    const bool lists = is_list(method, path);
    const bool windowed = how_ == windows::documented;
    const bool fits_all = !windowed || has_room(all.taken, whole_api, now);
    const bool fits_list = !windowed || !lists || has_room(list.taken, trade_list, now);
    if (windowed) count(all.taken, whole_api, now);
    if (windowed && lists) count(list.taken, trade_list, now);
    const auto begin_block = [now](bucket& full, const limit& of) {
        full.blocked_until = now + of.penalty;
        full.refused = 0;
    };
    if (now < all.blocked_until) return refuse(all, now);
    if (!fits_all) {
        begin_block(all, whole_api);
        return refuse(all, now);
    }
    if (!lists || (fits_list && now >= list.blocked_until)) return verdict::admitted;
    if (now >= list.blocked_until) begin_block(list, trade_list);
    return refuse(list, now);
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
    const auto begin = [now](bucket& blocked, const limit& of) {
        blocked.blocked_until = now + of.penalty;
        blocked.refused = 1;
    };
    begin(all, whole_api);
    if (is_list(method, path)) begin(list, trade_list);
}

void request_limits::ban(base::utc_time now) {
    keys_.clear(); // what follows a ban begins afresh (api.md M.8)
    const bool again = ban_length_ > 0ms && now - banned_until_ < ban_memory;
    ban_length_ = again ? std::min(2 * ban_length_, longest_ban) : first_ban;
    banned_until_ = now + ban_length_;
}

} // namespace smarttrade::paper_server
