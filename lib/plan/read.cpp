#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "plan/expand.hpp"
#include "plan/read_trade.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

using yaml::node;

constexpr std::array<std::string_view, 2> root_keys{"defaults", "trades"};

/// Each trade gets a copy of the defaults, so that a file of large ones and many trades would take minutes.
constexpr std::size_t values_max = 250; ///< a plan of 8 steps has about 100

std::size_t count_of_values(const node& of) {
    std::size_t count = 1;
    for (const auto& item : of.items) count += count_of_values(item);
    for (const auto& member : of.members) count += count_of_values(member.value);
    return count;
}

node read_defaults(const node& root, problems& told) {
    const auto* member = root.find("defaults");
    if (!member) return {};
    if (!member->value.is_map()) {
        told.error(member->value.at, "defaults, expected a group of keys");
        return {};
    }
    if (count_of_values(member->value) > values_max) {
        told.error(member->key_at, fmt::format("defaults with more than {} values, expected fewer", values_max));
        return {};
    }
    auto defaults = member->value;
    std::erase_if(defaults.members, [&](const yaml::member& m) {
        constexpr std::string_view per_trade[]{"state", "revision", "adjustments", "note", "adopt", "was"};
        if (std::ranges::find(per_trade, m.key) == std::end(per_trade)) return false;
        told.error(m.key_at, fmt::format("'{}' in defaults, expected it in a trade only", m.key));
        return true;
    });
    return expand_trade(std::move(defaults), written_in::defaults, told);
}

bool looks_like_trade(const node& value) { return value.find("pair") || value.find("position"); }

/// A file without `trades` holds something else; what that is tells what to write.
void tell_no_trades(const node& root, problems& told) {
    if (looks_like_trade(root))
        return told.error(root.at, "a trade without a name, expected it in a group: trades: {btc-swing: {pair: ..}}");
    const auto trade = std::ranges::find_if(root.members, [](const auto& m) { return looks_like_trade(m.value); });
    if (trade != root.members.end())
        return told.error(trade->key_at, fmt::format("trade {} outside of 'trades', expected it in that group",
                                                     yaml::shown(trade->key)));
    yaml::check_keys(root, root_keys, told);
    told.error({}, "missing key 'trades' in the file, expected trades by their names, or {}");
}

/// Reads the trades while the text is parsed, each as soon as it is complete.
class file_reader {
public:
    file_reader(std::string_view text, plan_file& into) : text_{text}, into_{into} {}

    void read() {
        auto document = parse();
        const auto* late =
            document.root && !into_.drafts.empty() && !has_defaults_ ? document.root->find("defaults") : nullptr;
        if (late) { // behind the trades: now that they are known, once more
            into_.drafts.clear();
            told_ = {into_.name, {}};
            set_defaults(*document.root);
            document = parse();
        }
        const bool are_unread = !document.root && !has_defaults_ && text_.find("\ndefaults") != std::string_view::npos;
        if (are_unread) told_ = {into_.name, {}}; // what was told may come of their absence
        if (document.root) read_root(*document.root);
        const bool is_right = !base::has_errors(told_.all) && !base::has_errors(document.diagnostics);
        if (document.root && is_right) used_.tell(told_); // a mistake may be why a default comes to nothing
        into_.drafts.shrink_to_fit();                     // a file is kept as long as its text is what it is
        into_.diagnostics = std::move(document.diagnostics);
        std::ranges::move(told_.all, std::back_inserter(into_.diagnostics));
    }

private:
    yaml::document parse() {
        std::optional<yaml::member> last; // one that a mistake of syntax ended is not what its author wrote
        const auto take_last = [&] {
            const bool are_too_many = into_.drafts.size() > trades_max; // which merge tells
            if (!last || are_too_many) return;
            into_.drafts.push_back(read_trade(std::move(*last), defaults_, used_, text_, told_));
        };
        const yaml::member_sink sink{"trades", [&](const node& root, yaml::member trade) {
                                         if (!has_defaults_ && root.find("defaults")) set_defaults(root);
                                         take_last();
                                         last = std::move(trade);
                                     }};
        auto document = yaml::parse(text_, into_.name, &sink);
        if (document.root) take_last();
        return document;
    }

    void set_defaults(const node& root) {
        has_defaults_ = true;
        defaults_ = read_defaults(root, told_);
        used_ = default_use{defaults_};
    }

    void read_root(const node& root) {
        if (!has_defaults_ && root.find("defaults")) set_defaults(root); // no trades behind it
        const auto* trades = root.find("trades");
        if (!trades) return tell_no_trades(root, told_);
        yaml::check_keys(root, root_keys, told_);
        if (!trades->value.is_map())
            return told_.error(
                trades->value.at,
                trades->value.is_list()
                    ? "trades is a list, expected each trade under a name of its own: trades: {btc-swing: ..}"
                    : "trades, expected trades by their names, or {}");
    }

    std::string_view text_;
    plan_file& into_;
    problems told_{into_.name, {}};
    node defaults_; ///< expanded
    default_use used_{{}};
    bool has_defaults_ = false;
};

} // namespace

plan_file_ptr read(std::string_view text, const std::string& name) {
    auto file = std::make_shared<plan_file>();
    file->name = name;
    file_reader{text, *file}.read();
    return file;
}

} // namespace smarttrade::plan
