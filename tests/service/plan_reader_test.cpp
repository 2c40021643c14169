#include <algorithm>

#include "service/plan_reader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace smarttrade;

namespace {

std::string trade_text(std::size_t number, std::string_view price) {
    return fmt::format("  t{}:\n    pair: USDT_BTC\n    instant: true\n"
                       "    position: {{type: buy, order_type: limit, units: 0.01, price: {}}}\n",
                       number, price);
}

/// `files` files of `trades` trades each.
service::source_reading many(std::size_t files, std::size_t trades) {
    service::source_reading made;
    for (std::size_t f = 0; f < files; ++f) {
        std::string text = "trades:\n";
        for (std::size_t t = 0; t < trades; ++t) text += trade_text(f * trades + t, "60000");
        made.files.push_back({fmt::format("f{:03}.yaml", f), std::move(text)});
    }
    return made;
}

std::string told(const plan::plan_set& set) {
    std::string all;
    for (const auto& each : set.diagnostics) all += base::headline(each) + '\n';
    return all;
}

} // namespace

TEST_CASE("plan_reader: files read on several cores say what they say one by one") {
    auto sources = many(40, 100); // worth more than one thread
    sources.files[7].text += trade_text(5000, "60,000");
    sources.files[31].text += trade_text(0, "60000");
    const auto set = service::plan_reader{}.judge(sources, {});
    std::vector<plan::plan_file_ptr> files;
    for (const auto& each : sources.files) files.push_back(plan::read(each.text, each.name));
    const auto alone = plan::merge(files, {});
    CHECK(told(set) == told(alone));
    CHECK(set.diagnostics.size() == 2);
    CHECK(set.trades.size() == alone.trades.size());
    CHECK(std::ranges::equal(set.trades, alone.trades, {}, &trade::desired_trade::identity,
                             &trade::desired_trade::identity));
}

TEST_CASE("plan_reader: an edit counts, be it the same size, and so does taking it back") {
    service::plan_reader reader;
    auto sources = many(2, 2);
    const auto price_of = [&](std::string_view name) {
        const auto set = reader.judge(sources, {});
        CHECK(told(set).empty());
        const auto found = std::ranges::find(set.trades, name, [](const auto& t) { return t.identity.name; });
        return found->request.position.price->value().to_string();
    };
    CHECK(price_of("t3") == "60000.0");
    const auto before = sources;
    sources.files[1].text = "trades:\n" + trade_text(2, "60000") + trade_text(3, "61000");
    CHECK(price_of("t3") == "61000.0");
    CHECK(price_of("t0") == "60000.0");
    sources = before;
    CHECK(price_of("t3") == "60000.0");
}

TEST_CASE("plan_reader: a file under another name is told of by that name") {
    service::plan_reader reader;
    auto sources = many(1, 1);
    sources.files[0].text += "  bad: {}\n";
    CHECK(told(reader.judge(sources, {})).starts_with("f000.yaml:"));
    sources.files[0].name = "renamed.yaml";
    CHECK(told(reader.judge(sources, {})).starts_with("renamed.yaml:"));
}

TEST_CASE("plan_reader: a set that holds a file twice is refused") {
    auto sources = many(1, 1);
    sources.files.push_back(sources.files[0]);
    CHECK(told(service::plan_reader{}.judge(sources, {}))
          == "f000.yaml:2:3: error: trade name 't0' stands in another file too, expected it once\n");
}
