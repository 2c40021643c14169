#include "plan/lifecycle.hpp"

#include <map>

#include <fmt/format.h>

#include "plan/adjustments.hpp"
#include "plan/told_fields.hpp"
#include "trade/duration.hpp"
#include "trade/tag.hpp"

namespace smarttrade::plan {

namespace {

using trade::as_written;
using trade::body_field;
using trade::body_reader;

std::optional<std::chrono::seconds> read_seconds(body_reader& reader, const body_field& at) {
    if (!at) return std::nullopt;
    const auto expected = fmt::format("{}, in whole seconds", trade::duration_form);
    const auto text = reader.text({}, at, expected);
    if (!text) return std::nullopt;
    const auto duration = trade::parse_duration(*text);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration.value_or(std::chrono::milliseconds{}));
    if (duration && *duration == seconds && seconds.count() > 0) return seconds;
    reader.report(base::severity::error, {}, at,
                  fmt::format("{} {}, expected {}", trade::key_of(at.path), as_written(*at.node), expected));
    return std::nullopt;
}

/// `2026-03-02T09:00Z` is short of its seconds, `2026-03-02T09:00:00` of its zone: what was probably meant is shown.
std::string wanted_time(std::string text) {
    constexpr std::size_t minutes_end = 16;
    if (base::parse_utc(text + 'Z')) return fmt::format("a zone behind it: {0}Z or {0}+01:00", text);
    if (text.size() > minutes_end && base::parse_utc(std::string{text}.insert(minutes_end, ":00")))
        return text.insert(minutes_end, ":00");
    return "a time with its zone like 2026-03-02T09:00:00Z";
}

std::optional<base::utc_time> read_time(body_reader& reader, const body_field& at) {
    if (!at) return std::nullopt;
    const auto text = reader.text({}, at, wanted_time({}));
    const auto time = text ? base::parse_utc(*text) : std::nullopt;
    if (text && !time)
        reader.report(
            base::severity::error, {}, at,
            fmt::format("{} {}, expected {}", trade::key_of(at.path), as_written(*at.node), wanted_time(*text)));
    return time;
}

class lifecycle_reader {
public:
    lifecycle_reader(body_reader& reader, const body_field& root) : reader_{reader}, root_{root} {}

    trade::lifecycle read() {
        life_.state = word("state", trade::wanted_state::open);
        life_.on_remove = word("on_remove", trade::removal::leave);
        life_.on_drift = word("on_drift", trade::drift_policy::revert);
        life_.protect = reader_.flag(root_["protect"]);
        read_times();
        read_when();
        read_names();
        read_steps();
        life_.adjustments = read_adjustments(reader_, root_);
        check_protect();
        settle_submit_within();
        return std::move(life_);
    }

private:
    template <class Enum> Enum word(std::string_view key, Enum otherwise) {
        const auto at = root_[key];
        return at ? reader_.word<Enum>({}, at).value_or(otherwise) : otherwise;
    }

    void read_times() {
        const auto after = root_["expires_after"];
        const auto at = root_["expires_at"];
        life_.expires_after = read_seconds(reader_, after);
        life_.expires_at = read_time(reader_, at);
        life_.submit_within = read_seconds(reader_, root_["submit_within"]);
        if (after && at) contradiction(reader_, {}, at, "expires_at beside expires_after, expected one of them", after);
    }

    /// `conditional` without a conditional order_type is told already, by V8.
    void read_when() {
        const auto conditional = root_["position"]["conditional"];
        const auto when = conditional["when"];
        if (!when || entry_type_of(root_) != "conditional") return;
        life_.when = reader_.word<trade::trigger_side>({}, when);
        if (is_trailing_entry(root_))
            contradiction(reader_, {}, when,
                          fmt::format("when {} on a trailing entry, expected none: it starts below the price to buy, "
                                      "above it to sell",
                                      as_written(*when.node)),
                          conditional["trailing"]);
    }

    void read_names() {
        const auto adopt = root_["adopt"];
        const auto was = root_["was"];
        if (adopt) {
            const auto id = reader_.whole({}, adopt, "the id of a smart trade", INT64_MAX);
            if (id) life_.adopt = trade::smart_trade_id{*id};
        }
        if (was) {
            constexpr std::string_view expected = "the name of this trade before it was renamed";
            life_.was = reader_.text({}, was, expected).value_or("");
            if (was.node->is_scalar() && !trade::is_trade_name(life_.was))
                reader_.report(base::severity::error, {}, was,
                               fmt::format("was {}, expected {}", as_written(*was.node), expected));
        }
        if (adopt && was)
            contradiction(reader_, {}, was, "was beside adopt, expected one of them: each names the trade", adopt);
    }

    /// One wish for each step; the steps themselves are the rules' business.
    void read_steps() {
        const auto steps = root_["take_profit"]["steps"];
        if (!steps || !steps.node->is_list() || is_true(root_["instant"])) return;
        if (!is_true(root_["take_profit"]["enabled"])) return;
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < steps.node->items.size(); ++i) {
            const auto step = steps[i];
            auto& wish = life_.steps.emplace_back();
            wish.id = step["id"] ? read_id(reader_, step["id"]) : fmt::format("tp{}", i + 1);
            if (step["state"])
                wish.state = reader_.word<trade::step_state>({}, step["state"]).value_or(trade::step_state::open);
            const auto [first, is_new] = places.emplace(wish.id, i);
            if (!is_new && !wish.id.empty()) refuse_twin(steps[first->second], step, wish.id);
        }
    }

    void refuse_twin(const body_field& before, const body_field& step, std::string_view id) {
        if (before["id"] && step["id"])
            return contradiction(reader_, {}, step["id"], fmt::format("id {} stands twice, expected it once", id),
                                 before["id"]);
        const auto& named = step["id"] ? step : before;
        const auto& unnamed = step["id"] ? before : step;
        contradiction(reader_, {}, named["id"],
                      fmt::format("id {} is what a step without an id has by its place, expected another", id),
                      unnamed);
    }

    void check_protect() {
        const auto protect = root_["protect"];
        if (!life_.protect) return;
        const auto refuse = [&](std::string_view key) {
            contradiction(reader_, {}, root_[key],
                          fmt::format("{} {} with protect true, expected one of them: what is protected is never "
                                      "cancelled or closed",
                                      key, as_written(*root_[key].node)),
                          protect);
        };
        using enum trade::wanted_state;
        if (life_.state == closed || life_.state == cancelled) refuse("state");
        if (life_.on_remove != trade::removal::leave) refuse("on_remove");
    }

    /// Entries that are executed at once must not be sent long after they were written (design.md 4, Time). Own coins
    /// have no entry, and what is adopted is never sent.
    void settle_submit_within() {
        const auto revision = root_["revision"];
        const bool is_first = !revision || revision.node->text == "1"; // a higher one is created
        if (root_["adopt"] && is_first) {
            life_.submit_within.reset();
            if (!root_["submit_within"]) return;
            reader_
                .report(base::severity::warning, {}, root_["submit_within"],
                        "submit_within beside adopt, expected none: what is adopted is never created")
                .other = root_["adopt"].path;
        } else if (!root_["submit_within"] && entry_type_of(root_) != "limit" && !is_true(root_["skip_enter_step"])) {
            life_.submit_within = std::chrono::minutes{15};
        }
    }

    body_reader& reader_;
    const body_field& root_;
    trade::lifecycle life_;
};

} // namespace

trade::lifecycle read_lifecycle(const trade::field_tree& body, const yaml::node& trade, yaml::place name_at,
                                problems& told) {
    body_reader reader{trade::strictness::author};
    const body_field root{&body, {}};
    auto life = lifecycle_reader{reader, root}.read();
    const bool are_all_right = !reader.has_errors(); // then none of the adjustments was left out
    tell(reader.take(), trade, name_at, told);
    for (std::size_t i = 0; are_all_right && i < life.adjustments.size(); ++i)
        life.adjustments[i].at = yaml::position(place_of(trade, name_at, {"adjustments", i}), told.file);
    return life;
}

} // namespace smarttrade::plan
