#include "service/explain.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/printable.hpp"
#include "service/entity_changes.hpp"
#include "service/log_format.hpp"
#include "service/plan_source.hpp"
#include "service/printable.hpp"
#include "service/trade_story.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

using reconcile::fact;
using reconcile::fact_kind;

namespace {

constexpr std::size_t changes_shown = 6;
constexpr std::size_t time_width = 26; ///< `2026-03-02T09:00:01.123Z  `

/// Once it is wrapped: colours take no columns.
std::string painted_row(const std::string& row, const happening& of, colours how) {
    const auto behind = time_width + of.word.size();
    return painted(row.substr(0, time_width - 2), ink::dim, how) + "  " + painted(of.word, colour_of(of.level), how)
           + row.substr(behind);
}

bool concerns_all(fact_kind kind) {
    return kind == fact_kind::plans || kind == fact_kind::halted || kind == fact_kind::resumed
           || kind == fact_kind::confirmed;
}

/// Which line of a text first differs from another, from 1; 0: none.
int first_difference(std::string_view before, std::string_view after) {
    if (before == after) return 0;
    const auto [at, other] = std::ranges::mismatch(after, before);
    return 1 + static_cast<int>(std::count(after.begin(), at, '\n'));
}

bool holds_key(std::string_view text, const std::string& name) {
    const auto key = name + ':';
    for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1))
        if (at == 0 || std::string_view{" \n{,\"'"}.find(text[at - 1]) != std::string_view::npos) return true;
    return false;
}

/// The name and those it had before.
std::set<std::string> names_of(const std::string& name, const std::vector<journal::entry>& events) {
    std::set<std::string> all{name};
    for (auto one = events.rbegin(); one != events.rend(); ++one)
        if (one->what.kind == fact_kind::renamed && all.contains(one->what.identity.name)) all.insert(one->what.text);
    return all;
}

class teller {
public:
    teller(std::set<std::string> wanted, std::optional<trade::account_id> account)
        : wanted_{std::move(wanted)}, account_{account} {}

    void tell(const journal::entry& one) {
        at_ = &one;
        if (concerns_all(one.what.kind)) return tell_of_all();
        if (!one.what.nonce.empty() && !one.what.identity.name.empty()) owners_[one.what.nonce] = one.what.identity;
        if (!wanted_.contains(identity().name)) return;
        if (account_ && identity().account != *account_) return;
        has_begun_ = true;
        tell_of_one();
    }

    std::vector<happening> told() {
        if (!has_begun_) told_.clear(); // what concerned all trades tells nothing of one that never was
        return std::move(told_);
    }

private:
    /// Requests may carry their nonce only.
    trade::trade_identity identity() const {
        const auto& what = at_->what;
        const auto owner = owners_.find(what.nonce);
        return what.identity.name.empty() && owner != owners_.end() ? owner->second : what.identity;
    }

    happening& say(std::string word) {
        auto& line = told_.emplace_back();
        line.seq = at_->seq;
        line.at = at_->what.at;
        line.word = std::move(word);
        if (!concerns_all(at_->what.kind)) line.identity = identity();
        return line;
    }

    void tell_of_all() {
        const auto& what = at_->what;
        if (what.kind == fact_kind::plans) return edits();
        if (!has_begun_) return;
        if (what.kind == fact_kind::halted)
            say("operator.halted").why = "nothing but close and cancel is sent from here";
        if (what.kind == fact_kind::resumed) say("operator.resumed");
        if (what.kind == fact_kind::confirmed) say("operator.confirmed").fields = {{"hold", what.text}};
    }

    void tell_of_one() {
        const auto& what = at_->what;
        switch (what.kind) {
        case fact_kind::intent: began("create.intended", {{"pair", what.text}}); break;
        case fact_kind::write: began("write.intended", {{"action", what.text}}); break;
        case fact_kind::request: began("request.sent", {{"request", what.text}}); break;
        case fact_kind::outcome: ended("create.ended"); break;
        case fact_kind::written: ended("write.ended"); break;
        case fact_kind::settled: ended("write.settled"); break;
        case fact_kind::absent:
            began("create.absent", {});
            told_.back().why = "two complete searches did not find it";
            break;
        case fact_kind::bound: bound(); break;
        case fact_kind::observed: observed(); break;
        case fact_kind::echo: with_id(say("trade.echoed")).why = "how the exchange shows what was applied"; break;
        case fact_kind::snapshot: began("funds.noted", {{"orders", what.body}}); break;
        default: by_plan_or_operator(); break;
        }
    }

    void by_plan_or_operator() {
        const auto& what = at_->what;
        if (what.kind == fact_kind::managed) {
            auto& line = say("plan.manages");
            line.fields = {{"on_remove", what.text}};
            if (!what.body.empty()) line.fields.emplace_back("protect", "true");
        }
        if (what.kind == fact_kind::removed) say("plan.removed").why = "no accepted plan set holds it from here";
        if (what.kind == fact_kind::renamed) say("plan.renamed").change = what.text + "->" + what.identity.name;
        if (what.kind == fact_kind::ordered) say("operator.ordered").fields = {{"command", what.text}};
    }

    happening& with_id(happening& line) const {
        if (at_->what.trade_id) line.fields.emplace_back("id", std::to_string(at_->what.trade_id->value));
        return line;
    }

    void began(std::string word, std::vector<std::pair<std::string, std::string>> fields) {
        auto& line = say(std::move(word));
        for (auto& field : fields)
            if (!field.second.empty()) line.fields.push_back(std::move(field));
        with_id(line).fields.emplace_back("tag", at_->what.nonce);
    }

    void ended(std::string word) {
        const auto& what = at_->what;
        auto& line = say(std::move(word));
        if (what.ended) line.fields.emplace_back("outcome", base::name_of(*what.ended));
        if (what.http_status != 0) line.fields.emplace_back("http", std::to_string(what.http_status));
        with_id(line).fields.emplace_back("tag", what.nonce);
        line.why = what.text;
        const bool is_trouble = what.ended == trade::outcome::refused || what.ended == trade::outcome::unknown;
        if (is_trouble) line.level = log_level::warning;
    }

    void bound() {
        auto& line = with_id(say("trade.bound"));
        if (!at_->what.nonce.empty()) line.fields.emplace_back("tag", at_->what.nonce);
        line.why = at_->what.text;
    }

    void observed() {
        const auto& text = at_->what.text;
        const auto who = identity();
        const auto entity = wire::read_smart_trade(text);
        auto& before = seen_[who];
        const auto known = wire::read_smart_trade(before);
        const auto size = told_.size();
        if (entity)
            for (const auto& line : story(who.name, known ? &*known : nullptr, *entity)) add(line);
        if (told_.size() == size) {
            auto& line = with_id(say(before.empty() ? "trade.seen" : "trade.changed"));
            if (entity && before.empty()) line.fields.emplace_back("status", entity->status.text());
            auto changes = changed_leaves(before, text);
            const auto more = changes.size() - std::min(changes.size(), changes_shown);
            changes.resize(changes.size() - more);
            std::ranges::move(changes, std::back_inserter(line.fields));
            if (more > 0) line.why = fmt::format("and {} more values", more);
        }
        before = text;
    }

    void add(const log_event& from) {
        auto& line = say(std::string{kind_of(from.what).word});
        line.level = kind_of(from.what).level;
        line.change = from.change;
        line.fields = from.fields;
        line.why = from.why;
        if (from.id) line.fields.emplace_back("id", std::to_string(from.id->value));
    }

    /// Of the files of an accepted set, those that hold the name's own entry and differ from the set before.
    void edits() {
        if (at_->what.body.empty()) return; // forgotten by now
        std::map<std::string, std::string> files;
        for (auto& file : decode_files(at_->what.body)) files.emplace(std::move(file.name), std::move(file.text));
        for (const auto& [file, text] : files) {
            const int line = first_difference(plans_[file], text);
            if (line == 0 || !mentions(text)) continue;
            auto& edit = say("plan.edited");
            edit.fields = {{"file", fmt::format("{}:{}", file, line)}};
        }
        plans_ = std::move(files);
    }

    bool mentions(std::string_view text) const {
        return std::ranges::any_of(wanted_, [&](const auto& name) { return holds_key(text, name); });
    }

    std::set<std::string> wanted_; ///< the name and its former ones
    std::optional<trade::account_id> account_;
    const journal::entry* at_ = nullptr;
    std::map<std::string, trade::trade_identity> owners_; ///< of nonces
    std::map<trade::trade_identity, std::string> seen_;   ///< newest entity
    std::map<std::string, std::string> plans_;            ///< file, text
    bool has_begun_ = false;
    std::vector<happening> told_;
};

} // namespace

std::vector<journal::entry>
with_former_names(const std::string& name, const std::function<std::vector<journal::entry>(const std::string&)>& load) {
    std::map<std::int64_t, journal::entry> all;
    std::set<std::string> loaded, wanted{name};
    while (loaded.size() < wanted.size()) {
        for (const auto& each : wanted) {
            if (!loaded.insert(each).second) continue;
            for (auto& one : load(each)) all.emplace(one.seq, std::move(one));
        }
        std::vector<journal::entry> events;
        for (const auto& [seq, one] : all)
            if (one.what.kind == fact_kind::renamed) events.push_back(one);
        wanted = names_of(name, events);
    }
    std::vector<journal::entry> events;
    for (auto& [seq, one] : all) events.push_back(std::move(one));
    return events;
}

std::vector<happening> explain(const std::string& name, const std::vector<journal::entry>& events,
                               std::optional<trade::account_id> account) {
    teller told{names_of(name, events), account};
    for (const auto& one : events) told.tell(one);
    return told.told();
}

std::string render_explanation(const std::vector<happening>& all, colours how, std::optional<window> shown_in) {
    std::set<trade::trade_identity> identities;
    for (const auto& line : all)
        if (line.identity) identities.insert(*line.identity);
    std::string text;
    for (const auto& line : all) {
        auto row = fmt::format("{}  {:<17}", base::format_utc(line.at), line.word);
        if (!line.change.empty()) row += ' ' + base::printable(line.change, ' ');
        for (const auto& [key, value] : line.fields)
            row += fmt::format(" {}={}", base::printable(key, ' '), value_text(value));
        if (line.identity && identities.size() > 1)
            row += fmt::format(" {}.{} account={}", line.identity->name, line.identity->revision,
                               line.identity->account.value);
        if (!line.why.empty()) row += ' ' + in_quotes(line.why);
        row.erase(row.find_last_not_of(' ') + 1);
        const bool is_wide = shown_in && columns_of(row) > shown_in->columns;
        if (is_wide)
            row =
                row.substr(0, time_width) + wrapped(row.substr(time_width), shown_in->columns, time_width, time_width);
        text += painted_row(row, line, how) + '\n';
    }
    return text;
}

std::string encode_explanation(const std::string& name, const std::vector<happening>& all) {
    namespace json = boost::json;
    json::array events;
    for (const auto& line : all) {
        json::object row{{"seq", line.seq},
                         {"at", base::format_utc(line.at)},
                         {"level", base::name_of(line.level)},
                         {"event", line.word}};
        if (line.identity) {
            row["name"] = line.identity->name;
            row["revision"] = line.identity->revision;
            row["account"] = line.identity->account.value;
        }
        json::object fields;
        for (const auto& [key, value] : line.fields) fields[key] = value;
        row["change"] = line.change;
        row["fields"] = std::move(fields);
        row["why"] = line.why;
        events.push_back(std::move(row));
    }
    return json::serialize(json::object{{"name", name}, {"events", std::move(events)}});
}

} // namespace smarttrade::service
