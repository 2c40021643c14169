#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <doctest/doctest.h>

#include "config/settings.hpp"
#include "plan/plan.hpp"
#include "support/in_project.hpp"
#include "support/json_tree.hpp"
#include "trade/rules.hpp"

using namespace smarttrade;
using trade::field_tree;

namespace {

const std::filesystem::path root{test::in_project("")};

std::string slurp(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool is_off(const field_tree& value) {
    const auto* enabled = value.find("enabled");
    return enabled && enabled->text == "false";
}

/// What the API takes for the same: members in any order, an absent group for one that is off, `custom` for `isolated`.
field_tree normal_form(const field_tree& value) {
    auto made = value;
    for (auto& item : made.items) item = normal_form(item);
    std::erase_if(made.members, [](const field_tree::member& m) {
        return is_off(m.second) || m.first == "note" || m.first == "account_id";
    });
    for (auto& [name, member] : made.members) {
        member = normal_form(member);
        if (name == "type" && member.text == "custom") member.text = "isolated";
    }
    std::ranges::sort(made.members, {}, &field_tree::member::first);
    return made;
}

std::string text_of(const field_tree& value) {
    if (value.is_scalar()) return value.text;
    std::string out = value.is_list() ? "[" : "{";
    for (const auto& item : value.items) out += text_of(item) + ",";
    for (const auto& [name, member] : value.members) out += name + ":" + text_of(member) + ",";
    return out + (value.is_list() ? "]" : "}");
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

plan::surroundings demo_surroundings() {
    const auto demo = config::read(slurp(root / "config/demo.yaml"), "demo.yaml");
    REQUIRE(demo.value);
    plan::surroundings around;
    around.accounts.emplace();
    for (const auto& account : demo.value->accounts) around.accounts->push_back({account.name, account.id});
    around.max_leverage = demo.value->guardrails.max_leverage;
    around.max_order_total = demo.value->guardrails.max_order_total;
    return around;
}

} // namespace

TEST_CASE("contract: each shipped plan asks for exactly the documented body of its name") {
    const auto names = names_in(root / "config/plans");
    CHECK(names == names_in(root / "tests/contract/seed_bodies"));
    CHECK(names.size() == 24);
    for (const auto& name : names) {
        CAPTURE(name);
        const auto path = root / "config/plans" / (name + ".yaml");
        const auto set = plan::merge({plan::read(slurp(path), path.filename().string())}, demo_surroundings());
        for (const auto& d : set.diagnostics) FAIL_CHECK(base::headline(d));
        REQUIRE(set.trades.size() == 1);
        CHECK(set.trades[0].identity.name == name);
        const auto body = test::tree_from_json(slurp(root / "tests/contract/seed_bodies" / (name + ".json")));
        CHECK(text_of(normal_form(trade::write_request(set.trades[0].request))) == text_of(normal_form(body)));
    }
}

TEST_CASE("contract: all shipped plans together are one valid set on the demo account") {
    std::vector<plan::plan_file_ptr> files;
    for (const auto& name : names_in(root / "config/plans"))
        files.push_back(plan::read(slurp(root / "config/plans" / (name + ".yaml")), name + ".yaml"));
    const auto set = plan::merge(files, demo_surroundings());
    CHECK(set.diagnostics.empty());
    CHECK(set.trades.size() == 24);
}

TEST_CASE("contract: every documented body is a valid plan as it stands, under a name") {
    for (const auto& name : names_in(root / "tests/contract/seed_bodies")) {
        CAPTURE(name);
        const auto json = slurp(root / "tests/contract/seed_bodies" / (name + ".json"));
        const auto set =
            plan::merge({plan::read("trades: {" + name + ": " + json + "}", "p.yaml")}, demo_surroundings());
        for (const auto& d : set.diagnostics) FAIL_CHECK(base::headline(d));
        REQUIRE(set.trades.size() == 1);
        CHECK(text_of(normal_form(trade::write_request(set.trades[0].request)))
              == text_of(normal_form(test::tree_from_json(json))));
    }
}
