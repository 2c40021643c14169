#include "plan/write_plans.hpp"

#include <fmt/format.h>

#include "plan/plan.hpp"
#include "plan/trade_names.hpp"
#include "plan/write_entry.hpp"
#include "trade/standing_request.hpp"
#include "trade/tag.hpp"

namespace smarttrade::plan {

namespace {

/// Words of the exchange on a line of comment: nothing in them may end the line.
std::string in_comment(std::string_view text) {
    std::string clean{text};
    for (char& c : clean)
        if (c < ' ' || c > '~') c = '?';
    return clean;
}

std::string amount_text(const money::quantity& units, const money::money& total, const trade::pair& pair) {
    return in_comment(
        fmt::format("{} {} for {} {}", units.to_short_string(), pair.base, total.to_short_string(), pair.quote));
}

/// Status, what was bought and what is sold already.
std::vector<std::string> facts_of(const trade::smart_trade& of) {
    std::vector<std::string> facts{fmt::format("{}, {}, created {:.16}Z", base::name_of(of.type),
                                               in_comment(of.status.text()), base::format_utc(of.created_at))};
    if (of.entered_amount.sign() <= 0) return facts;
    facts.push_back(fmt::format("{} {}", of.skip_enter_step ? "holds" : "entered",
                                amount_text(of.entered_amount, of.entered_total, of.pair)));
    if (of.closed_amount.sign() > 0)
        facts.back() += fmt::format("; closed {}", amount_text(of.closed_amount, of.closed_total, of.pair));
    return facts;
}

/// What a reader of the entry would wonder about.
std::vector<std::string> remarks_on(const trade::trade_request& request, const trade::smart_trade& of) {
    std::vector<std::string> remarks;
    money::percent sum;
    for (const auto& step : request.take_profit) sum = sum + step.volume;
    const money::percent whole{money::decimal{100}};
    if (!request.take_profit.empty() && sum < whole)
        remarks.push_back(fmt::format("its steps cover {} % of the position, the rest lost its target; to change its "
                                      "exits, let the volumes sum to 100",
                                      sum.to_short_string()));
    for (const auto& each : of.reductions)
        if (!trade::is_final(each.status.type) && each.units)
            remarks.push_back(
                fmt::format("{} {} are being sold out of it", each.units->to_short_string(), in_comment(of.pair.base)));
    return remarks;
}

class plan_writer {
public:
    explicit plan_writer(const adopter& by) : by_{by}, names_{by.taken} {}

    void add(const trade::smart_trade& of) {
        const auto title = fmt::format("{} {} {}", of.id.value, in_comment(of.pair.text()), base::name_of(of.type));
        if (of.is_final()) return leave_out(title, fmt::format("{}, not written", in_comment(of.status.text())));
        const auto request = trade::standing_request(of);
        if (!request) return leave_out(title, "has an exit without a level, not written: no plan can ask for that");
        entry_head head;
        auto remarks = facts_of(of);
        if (!name(head, of, request->note, remarks))
            return leave_out(title, fmt::format("its tag makes it {}, which stands already, not written", head.name));
        const auto entry = write_entry(head, *request, of);
        const auto read = merge({plan::read(defaults() + "trades:\n" + entry, "")}, {});
        if (base::has_errors(read.diagnostics) || read.trades.size() != 1) return leave_out(title, read.diagnostics);
        const auto more = remarks_on(*request, of);
        remarks.insert(remarks.end(), more.begin(), more.end());
        text_ += '\n';
        for (const auto& remark : remarks) text_ += fmt::format("  # {}\n", remark);
        text_ += entry;
        ++entries_;
    }

    std::string take() {
        const auto count = entries_ == 1 ? std::string{"1 trade"} : fmt::format("{} trades", entries_);
        return fmt::format(
            "# {} of account {} as they stand. `adopt` binds an entry to its trade; nothing is created.\n"
            "{}trades:{}\n{}{}",
            count, in_comment(by_.account), defaults(), entries_ == 0 ? " {}" : "", text_,
            left_out_.empty() ? "" : "\n" + left_out_);
    }

private:
    std::string defaults() const { return fmt::format("defaults: {{account: {}}}\n", scalar_text(by_.account)); }

    void leave_out(std::string_view title, std::string_view why) { left_out_ += fmt::format("# {}: {}\n", title, why); }

    void leave_out(std::string_view title, const std::vector<base::diagnostic>& wrong) {
        leave_out(title, "not written, because it would not read back:");
        for (const auto& each : wrong)
            if (each.level == base::severity::error) left_out_ += fmt::format("#   {}\n", in_comment(each.message));
    }

    /// The name and note of an entry. False: the plans have it already.
    bool name(entry_head& head, const trade::smart_trade& of, const std::string& note,
              std::vector<std::string>& remarks) {
        head.note = note;
        while (head.note.ends_with('\n') || head.note.ends_with(' ')) head.note.pop_back(); // as a plan is read
        const auto tag = trade::tag::parse(head.note);
        if (tag && tag->instance == by_.instance) {
            head.note.erase(0, tag->text().size() + 1);
            head.name = tag->name;
            head.revision = tag->revision;
            if (names_.is_taken(head.name)) return false;
            names_.take(head.name);
        } else if (tag) {
            remarks.push_back(
                fmt::format("its note is left out: it has the tag of instance {}, which leads it too", tag->instance));
            head.note.clear();
        }
        if (head.note.find(trade::tag_prefix) != std::string::npos) {
            remarks.push_back(fmt::format("its note is left out: it holds {}", trade::tag_prefix));
            head.note.clear();
        }
        if (head.name.empty()) head.name = names_.name_for(of, head.note);
        return true;
    }

    const adopter& by_;
    trade_names names_;
    std::string text_, left_out_;
    std::size_t entries_ = 0;
};

} // namespace

std::string write_plans(const std::vector<trade::smart_trade>& trades, const adopter& by) {
    plan_writer writer{by};
    for (const auto& each : trades) writer.add(each);
    return writer.take();
}

} // namespace smarttrade::plan
