#include "service/explanation.hpp"

#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "journal/reader.hpp"
#include "service/json_members.hpp"

namespace smarttrade::service {

namespace {

namespace json = boost::json;

/// Events as they come, of which the oldest sightings give way.
class kept_events {
public:
    explicit kept_events(std::size_t seen_max) : seen_max_{seen_max} {}

    void add(journal::entry one) {
        seen_ += size_of(one);
        all_.push_back(std::move(one));
        if (seen_ > seen_max_) forget();
    }
    std::vector<journal::entry> take() { return std::move(all_); }
    std::size_t left_out() const { return left_out_; }

private:
    static std::size_t size_of(const journal::entry& one) {
        using reconcile::fact_kind;
        const bool is_large = one.what.kind == fact_kind::observed || one.what.kind == fact_kind::plans;
        return is_large ? one.what.text.size() + one.what.body.size() : 0;
    }

    /// Half of them at once, so that each is moved a few times at most.
    void forget() {
        const auto before = all_.size();
        std::erase_if(all_, [this](const journal::entry& each) {
            const auto size = size_of(each);
            const bool goes = size > 0 && seen_ > seen_max_ / 2;
            if (goes) seen_ -= size;
            return goes;
        });
        left_out_ += before - all_.size();
    }

    std::size_t seen_max_, seen_ = 0, left_out_ = 0;
    std::vector<journal::entry> all_;
};

std::string no_such_trade(const std::string& name, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views{known.begin(), known.end()};
    const auto near = base::nearest_word(name, views);
    return fmt::format("the journal tells of no trade '{}'{}", name,
                       near ? fmt::format(", did you mean '{}'?", *near) : std::string{});
}

std::int64_t number_at(const json::object& from, std::string_view key) {
    const auto* member = from.if_contains(key);
    return member && member->is_int64() ? member->get_int64() : 0;
}

std::optional<happening> happening_of(const json::value& from) {
    const auto* row = from.if_object();
    const auto at = row ? base::parse_utc(text_at(*row, "at")) : std::nullopt;
    if (!at) return std::nullopt;
    happening made;
    made.seq = number_at(*row, "seq");
    made.at = *at;
    made.level = base::parse_name<log_level>(text_at(*row, "level")).value_or(log_level::info);
    made.word = text_at(*row, "event");
    made.change = text_at(*row, "change");
    made.why = text_at(*row, "why");
    if (row->if_contains("revision"))
        made.identity = trade::trade_identity{trade::account_id{number_at(*row, "account")}, text_at(*row, "name"),
                                              static_cast<int>(number_at(*row, "revision"))};
    const auto* fields = row->if_contains("fields");
    if (fields && fields->is_object())
        for (const auto& [key, value] : fields->get_object())
            if (value.is_string()) made.fields.emplace_back(std::string{key}, std::string{value.get_string()});
    return made;
}

} // namespace

explanation explanation_from(const std::string& journal_file, const std::string& name,
                             std::optional<trade::account_id> account, const reading_bounds& bounds) {
    journal::reader source{journal_file};
    std::size_t left_out = 0;
    const auto events = with_former_names(name, [&](const std::string& each) {
        kept_events kept{bounds.seen_max};
        source.for_each_about(each, [&](journal::entry one) {
            kept.add(std::move(one));
            return !bounds.stop.stop_requested();
        });
        left_out += kept.left_out();
        return kept.take();
    });
    explanation made;
    made.left_out = left_out;
    made.told = explain(name, events, account);
    if (made.told.empty()) made.why = no_such_trade(name, source.names());
    return made;
}

told_story as_told(const std::string& name, explanation all, std::size_t most) {
    if (all.told.empty()) return {{}, std::move(all.why)};
    const auto count = all.told.size();
    told_story made{encode_explanation(name, all.told), {}};
    while (made.report.size() > most && all.told.size() > 1) {
        const auto older = static_cast<std::ptrdiff_t>(all.told.size() / 2);
        all.told.erase(all.told.begin(), all.told.begin() + older);
        made.report = encode_explanation(name, all.told);
    }
    if (const auto left = all.left_out + count - all.told.size(); left > 0)
        made.why = fmt::format("{} older events are left out; all of them: smarttraded journal export -", left);
    return made;
}

std::optional<std::vector<happening>> decode_explanation(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    const auto* all = failed ? nullptr : parsed.if_object();
    const auto* events = all ? all->if_contains("events") : nullptr;
    if (!events || !events->is_array()) return std::nullopt;
    std::vector<happening> told;
    for (const auto& each : events->get_array()) {
        auto one = happening_of(each);
        if (!one) return std::nullopt;
        told.push_back(std::move(*one));
    }
    return told;
}

} // namespace smarttrade::service
