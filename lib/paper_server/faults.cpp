#include "paper_server/faults.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_word.hpp"
#include "trade/field_tree.hpp"
#include "wire/json.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::int64_t count_max = 1'000'000'000;
constexpr std::int64_t wait_max_ms = 600'000; ///< longer than any client waits; a delayed answer holds a connection

/// A stranger's word in quotes, fit for one line.
std::string quoted(std::string_view text) {
    std::string made{text.substr(0, 40)};
    for (auto& c : made)
        if (c < ' ' || c > '~') c = '?';
    return '\'' + made + (text.size() > 40 ? "..'" : "'");
}

bool has_ms(fault_kind kind) {
    return kind == fault_kind::late_commit || kind == fault_kind::delay || kind == fault_kind::stale_list;
}

/// One switch from its map; the first thing that is wrong is kept.
class fault_reader {
public:
    explicit fault_reader(const trade::field_tree& from) : from_{from} {}

    std::variant<fault, std::string> read() {
        if (!from_.is_map()) return "expected an object";
        read_kind();
        if (wrong_.empty()) check_names();
        if (wrong_.empty()) read_match();
        read_hits();
        read_parameter();
        if (!wrong_.empty()) return wrong_;
        return made_;
    }

private:
    void fail(std::string why) {
        if (wrong_.empty()) wrong_ = std::move(why);
    }

    void read_kind() {
        const auto* given = from_.find("kind");
        if (!given || !given->is_scalar()) return fail("kind: is missing, expected a word");
        const auto names = base::names_of<fault_kind>();
        if (const auto kind = base::parse_name<fault_kind>(given->text)) {
            made_.kind = *kind;
            return;
        }
        const auto near = base::nearest_word(given->text, names);
        fail(near ? fmt::format("kind: unknown kind {}, did you mean '{}'?", quoted(given->text), *near)
                  : fmt::format("kind: unknown kind {}, expected one of {}", quoted(given->text),
                                fmt::join(names, ", ")));
    }

    void check_names() {
        std::vector<std::string_view> known{"kind", "match", "count", "request", "probability"};
        if (has_ms(made_.kind)) known.push_back("ms");
        if (made_.kind == fault_kind::reset) known.push_back("after");
        std::vector<std::string_view> seen;
        for (const auto& [name, value] : from_.members) {
            if (std::ranges::find(known, name) == known.end())
                return fail(fmt::format("unknown key {}, expected one of {}", quoted(name), fmt::join(known, ", ")));
            if (std::ranges::find(seen, name) != seen.end()) return fail(fmt::format("{}: is given twice", name));
            seen.push_back(name);
        }
    }

    void read_match() {
        const auto* given = from_.find("match");
        if (!given) return;
        const auto space = given->text.find(' ');
        made_.method = given->text.substr(0, space);
        if (space != std::string::npos) made_.path = given->text.substr(space + 1);
        const bool is_method =
            !made_.method.empty() && std::ranges::all_of(made_.method, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!given->is_scalar() || !is_method || !made_.path.starts_with('/') || made_.path.starts_with(api_root))
            fail(fmt::format("match: {}, expected METHOD PATH-PREFIX without {}, like 'POST /v2/smart_trades'",
                             quoted(given->text), api_root));
    }

    void read_hits() {
        made_.count = whole("count", 1, count_max);
        made_.request = whole("request", 1, count_max);
        if (const auto* given = from_.find("probability")) {
            double value = -1;
            const auto* end = given->text.data() + given->text.size();
            const auto read = std::from_chars(given->text.data(), end, value);
            if (!given->is_scalar() || read.ec != std::errc{} || read.ptr != end || !(value >= 0 && value <= 1))
                fail(fmt::format("probability: {}, expected a number from 0 to 1", quoted(given->text)));
            made_.probability = value;
        }
        if (made_.count.has_value() + made_.request.has_value() + made_.probability.has_value() > 1)
            fail("count, request, probability: expected at most one of them");
    }

    void read_parameter() {
        const auto longest = made_.kind == fault_kind::stale_list ? list_age_max.count() : wait_max_ms;
        const auto ms = whole("ms", 1, longest);
        if (has_ms(made_.kind) && !ms) fail(fmt::format("ms: is missing, expected 1 to {}", longest));
        made_.ms = std::chrono::milliseconds{ms.value_or(0)};
        const auto after = whole("after", 0, 1);
        if (made_.kind == fault_kind::reset && !after)
            fail("after: is missing, expected 0 (before the execution) or 1 (after it)");
        made_.after = after == 1;
    }

    std::optional<std::int64_t> whole(const char* name, std::int64_t low, std::int64_t high) {
        const auto* given = from_.find(name);
        if (!given) return std::nullopt;
        const auto value = given->is_scalar() ? parse_whole(given->text) : std::nullopt;
        if (!value || *value < low || *value > high)
            fail(fmt::format("{}: {}, expected a whole number from {} to {}", name, quoted(given->text), low, high));
        return value;
    }

    const trade::field_tree& from_;
    fault made_;
    std::string wrong_;
};

} // namespace

std::variant<std::vector<fault>, std::string> read_faults(std::string_view json) {
    const auto tree = wire::parse_json(json);
    if (!tree) return tree.error().reason;
    const auto* list = tree->find("faults");
    if (!list || !list->is_list()) return "faults: expected a list";
    if (list->items.size() > faults_max) return fmt::format("faults: expected at most {}", faults_max);
    for (const auto& [name, value] : tree->members)
        if (name != "faults") return fmt::format("unknown key {}, expected faults", quoted(name));
    std::vector<fault> made;
    for (const auto& item : list->items) {
        auto read = fault_reader{item}.read();
        if (const auto* wrong = std::get_if<std::string>(&read))
            return fmt::format("faults[{}]: {}", made.size(), *wrong);
        made.push_back(std::get<fault>(std::move(read)));
    }
    return made;
}

std::variant<fault, std::string> read_fault_flag(std::string_view text) {
    auto tree = trade::field_tree::map();
    for (bool first = true; first || !text.empty(); first = false) {
        const auto end = std::min(text.find(','), text.size());
        const auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = part.find('=');
        if (!first && equals == std::string_view::npos) return fmt::format("{}, expected NAME=VALUE", quoted(part));
        const auto name = first ? std::string_view{"kind"} : part.substr(0, equals);
        const auto value = first ? part : part.substr(equals + 1);
        tree.members.emplace_back(name, trade::field_tree::scalar(std::string{value}));
    }
    return fault_reader{tree}.read();
}

std::optional<trade::smart_trade_id> smart_trade_of(const call& what) {
    constexpr std::string_view trades = "/v2/smart_trades/";
    const auto id = what.path.starts_with(trades) ? parse_whole(what.path.substr(trades.size())) : std::nullopt;
    return id ? std::optional{trade::smart_trade_id{*id}} : std::nullopt;
}

bool is_trade_list(const call& what) { return what.method == "GET" && what.path == "/v2/smart_trades"; }

namespace {

bool can_touch(fault_kind kind, const call& what) {
    switch (kind) {
    case fault_kind::empty_list:
    case fault_kind::stale_list: return is_trade_list(what);
    case fault_kind::page_shift:
        return is_trade_list(what) && parse_whole(what.parameter("page").value_or("1")).value_or(1) > 1;
    case fault_kind::wrong_mode: return is_trade_list(what) || (what.method == "GET" && what.path == "/ver1/accounts");
    case fault_kind::fill_before_delete: return what.method == "DELETE" && smart_trade_of(what).has_value();
    default: return true;
    }
}

bool matches(const fault& wanted, const call& what) {
    if (!wanted.method.empty() && wanted.method != what.method) return false;
    return what.path.starts_with(wanted.path) && can_touch(wanted.kind, what);
}

fault_stage stage_of(fault_kind kind) {
    return kind == fault_kind::refuse ? fault_stage::arrival : fault_stage::admitted;
}

} // namespace

fault_set::fault_set(std::vector<fault> faults, std::uint64_t seed) : draw_{seed}, open_draw_{base::prng{seed}.next()} {
    replace(std::move(faults));
}

void fault_set::replace(std::vector<fault> faults) {
    faults_.clear();
    for (auto& each : faults) faults_.push_back({std::move(each)});
}

const fault* fault_set::next(const call& what, fault_stage at, fault_draw by) {
    auto& draw = by == fault_draw::of_key ? draw_ : open_draw_;
    const fault* first = nullptr;
    for (auto& each : faults_) {
        if (stage_of(each.what.kind) != at || !matches(each.what, what)) continue;
        ++each.matches; // also behind the one that fires: `request` is the N-th match
        if (!first && fires(each, draw)) first = &each.what;
    }
    return first;
}

bool fault_set::fires(armed& each, base::prng& draw) {
    const auto& [count, request, probability] = std::tie(each.what.count, each.what.request, each.what.probability);
    if (count) return each.fired++ < *count;
    if (request) return each.matches == *request;
    return !probability || draw.unit() < *probability;
}

} // namespace smarttrade::paper_server
