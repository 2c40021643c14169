#include "service/desk_world.hpp"
#include "service/doctor_report.hpp"
#include "service/plan_report.hpp"
#include "wire/entity.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("operator: each word on a trade reaches that trade, and the answer is its verdict") {
    desk_world world;
    world.port.all = {known(1, "btc", true)};
    for (const auto word : {control_word::cancel, control_word::close, control_word::enter, control_word::process,
                            control_word::release, control_word::retry}) {
        world.port.orders.clear();
        const auto expected = fmt::format("{} 1:btc.1", base::name_of(word));
        const auto answer = world.ask(on(word, "btc"));
        CHECK(world.port.orders == std::vector{expected});
        CHECK(answer.verdict == control_verdict::done);
        CHECK(answer.why == expected + " done");
    }
    world.port.refusals["close 1:btc.1"] = "the exchange refused it";
    const auto answer = world.ask(on(control_word::close, "btc"));
    CHECK(answer.verdict == control_verdict::refused);
    CHECK(answer.why == "the exchange refused it");
}

TEST_CASE("operator: release --id names the trade that is let go") {
    desk_world world;
    world.port.all = {known(1, "btc", true)};
    auto what = on(control_word::release, "btc");
    what.id = trade::smart_trade_id{4711};
    CHECK(world.ask(what).verdict == control_verdict::done);
    CHECK(world.port.orders == std::vector<std::string>{"release 1:btc.1 id 4711"});
}

TEST_CASE("operator: a name means the trade in the plans, else the one on --account") {
    desk_world world;
    auto older = known(1, "dca", true);
    auto newer = known(1, "dca", true);
    older.identity.revision = 1;
    older.is_over = true;
    older.in_plans = false;
    newer.identity.revision = 2;
    world.port.all = {known(1, "btc", true),
                      known(2, "btc", false),
                      known(1, "eth", false),
                      known(2, "eth", false),
                      known(2, "sol", false),
                      older,
                      newer};
    struct row {
        const char* name;
        const char* account;
        const char* order; ///< null: refused
        const char* why;
    };
    for (const row& r :
         {row{"btc", "", "close 1:btc.1", ""}, row{"btc", "spot", "close 2:btc.1", ""},
          row{"sol", "", "close 2:sol.1", ""}, row{"dca", "", "close 1:dca.2", ""},
          row{"eth", "", nullptr,
              "eth is known on accounts main and spot: say on which: smarttraded close eth --account main"},
          row{"sol", "main", nullptr, "sol is on account spot, not on main: smarttraded close sol --account spot"},
          row{"sol", "mian", nullptr,
              "no account 'mian', did you mean 'main'; the configuration has --account main and --account spot"},
          row{"ada", "", nullptr, "no trade 'ada'; to list them: smarttraded status"},
          row{"slo", "", nullptr, "no trade 'slo', did you mean 'sol': smarttraded close sol"}}) {
        CAPTURE(r.name);
        CAPTURE(r.account);
        world.port.orders.clear();
        const auto answer = world.ask(on(control_word::close, r.name, r.account));
        CHECK(world.port.orders == (r.order ? std::vector<std::string>{r.order} : std::vector<std::string>{}));
        CHECK((answer.verdict == control_verdict::refused) == (r.order == nullptr));
        if (!r.order) CHECK(answer.why == r.why);
    }
}

TEST_CASE("operator: a protected trade is neither closed nor cancelled; everything else may be said to it") {
    desk_world world;
    world.port.all = {known(1, "btc", true)};
    world.port.all[0].is_protected = true;
    for (const auto word : {control_word::close, control_word::cancel}) {
        const auto answer = world.ask(on(word, "btc"));
        CHECK(answer.verdict == control_verdict::refused);
        CHECK(
            answer.why
            == fmt::format("btc is protected: to end that write protect: false in its plan, then: smarttraded reload, "
                           "and then: smarttraded {} btc",
                           base::name_of(word)));
    }
    CHECK(world.port.orders.empty());
    CHECK(world.ask(on(control_word::process, "btc")).verdict == control_verdict::done);
}

TEST_CASE("operator: a verdict that does not come in 35 s is pending, with what to type to see") {
    desk_world world;
    world.port.all = {known(1, "btc", true), known(1, "eth", true)};
    world.port.takes["close 1:btc.1"] = 36s;
    world.port.takes["close 1:eth.1"] = 34s;
    auto answer = world.ask(on(control_word::close, "btc"));
    CHECK(answer.verdict == control_verdict::pending);
    CHECK(answer.why == "ordered, but not done within 35 s; it goes on: see how it stands: smarttraded status btc");
    CHECK(world.ask(on(control_word::close, "eth")).verdict == control_verdict::done);
    answer = world.ask(close_all());
    CHECK(answer.verdict == control_verdict::pending);
    CHECK(answer.why == "1 of 2 closed, 1 under way; see how they stand: smarttraded status");
}

TEST_CASE("operator: who may only look sees status, plan and holds, and is told who may do more") {
    desk_world world;
    world.port.all = {known(1, "btc", true)};
    const service::peer stranger{4711, {4711}, false, "user 4711 may only look; to command is for root"};
    control_request plan;
    plan.command = control_word::plan;
    plan.files = {{"a.yaml", "trades: {}"}};
    CHECK(world.ask(on(control_word::status, {}), stranger).verdict == control_verdict::done);
    CHECK(world.ask(on(control_word::holds, {}), stranger).verdict == control_verdict::done);
    CHECK(world.ask(plan, stranger).verdict == control_verdict::done);
    CHECK(world.port.planned == plan.files);
    for (const char* word : {"cancel", "close", "enter", "process", "release", "retry"}) {
        const auto answer = world.ask(fmt::format(R"({{"v":1,"command":"{}","name":"btc"}})", word), stranger);
        CHECK(answer.verdict == control_verdict::refused);
        CHECK(answer.why
              == fmt::format("user 4711 may only look; to command is for root: sudo smarttraded {} btc", word));
    }
    for (const char* rest : {R"("halt")", R"("resume")", R"("reload")", R"("confirm","hold":"x")",
                             R"("import","account":"main")", R"("close","all":true)"})
        CHECK(world.ask(fmt::format(R"({{"v":1,"command":{}}})", rest), stranger).verdict == control_verdict::refused);
    CHECK(world.port.orders.empty());
}

TEST_CASE("operator: a hold is listed with the command that lets it go, and only a hold there is can be confirmed") {
    desk_world world;
    CHECK(world.ask(on(control_word::holds, {})).why == "nothing waits for a word");
    const trade::account_id main{1};
    world.port.held = {{"create-3f2a91",
                        "12 new trades at once",
                        {{main, "a", 1}, {main, "b", 1}, {main, "c", 1}, {main, "d", 1}, {main, "e", 1}}},
                       {"stop-1", "the stop moves by 20%, more than 10%", {{main, "btc", 1}}}};
    const auto listed = world.ask(on(control_word::holds, {}));
    CHECK(listed.lines
          == std::vector<std::string>{
              "create-3f2a91  12 new trades at once: a, b, c and 2 more: smarttraded confirm create-3f2a91",
              "stop-1  the stop moves by 20%, more than 10%: btc: smarttraded confirm stop-1"});
    control_request confirm;
    confirm.command = control_word::confirm;
    confirm.hold = "stop-2";
    auto answer = world.ask(confirm);
    CHECK(answer.verdict == control_verdict::refused);
    CHECK(answer.why == "no hold 'stop-2', perhaps it has lapsed; 2 held; each goes on after its command");
    CHECK(answer.lines == listed.lines);
    CHECK(world.port.orders.empty());
    confirm.hold = "stop-1";
    CHECK(world.ask(confirm).verdict == control_verdict::done);
    CHECK(world.port.orders == std::vector<std::string>{"confirm stop-1"});
}

TEST_CASE("operator: halt, resume and reload are passed on, and what goes wrong inside is a refusal with its reason") {
    desk_world world;
    for (const auto word : {control_word::halt, control_word::resume, control_word::reload})
        CHECK(world.ask(on(word, {})).verdict == control_verdict::done);
    CHECK(world.port.orders == std::vector<std::string>{"halt", "resume", "reload"});
    world.port.throwing = "halt";
    const auto answer = world.ask(on(control_word::halt, {}));
    CHECK(answer.verdict == control_verdict::refused);
    CHECK(answer.why == "the journal is full");
}

TEST_CASE("operator: import brings the trades of an account, or says why not") {
    desk_world world;
    control_request import;
    import.command = control_word::import;
    import.account = "main";
    import.ids = {trade::smart_trade_id { 7 }};
    trade::smart_trade one;
    one.id = trade::smart_trade_id{7};
    one.account.id = trade::account_id{1};
    one.pair = {"USDT", "BTC"};
    world.port.listing.trades = {one};
    const auto answer = world.ask(import);
    const auto read = wire::read_smart_trades(answer.report);
    REQUIRE(static_cast<bool>(read));
    REQUIRE(read->size() == 1);
    CHECK(read->front().id == one.id);
    CHECK(world.port.orders == std::vector<std::string>{"list main 1"});
    world.port.listing.trouble = "no trade 7 on account main";
    CHECK(world.ask(import).why == "no trade 7 on account main");
    world.port.takes["list"] = 61s;
    CHECK(world.ask(import).why == "no answer within 60 s: smarttraded import --account main 7");
    import.account = "mein";
    CHECK(world.ask(import).why.find("no account 'mein'") == 0);
}

TEST_CASE("operator_desk: doctor is for those who may only look, and says what the daemon found") {
    desk_world world;
    world.port.found = {{service::checkup::clock, {}, service::health::ok, "agrees", {}}};
    const service::peer looker{7, {7}, false, "may only look"};
    const auto answer = world.ask(on(control_word::doctor, {}), looker);
    CHECK(answer.verdict == control_verdict::done);
    CHECK(service::decode_findings(answer.report) == world.port.found);
    world.port.takes["examine"] = 2min;
    CHECK(world.ask(on(control_word::doctor, {}), looker).verdict == control_verdict::pending);
}

TEST_CASE("operator_desk: explain is for those who may only look, and says why there is nothing") {
    desk_world world;
    const service::peer looker{7, {7}, false, "may only look"};
    world.port.story.report = R"({"name":"btc","events":[]})";
    world.port.story.why = "only the newest 3 of 9 events";
    const auto answer = world.ask(on(control_word::explain, "btc", "main"), looker);
    CHECK(answer.verdict == control_verdict::done);
    CHECK(answer.report == world.port.story.report);
    CHECK(answer.why == world.port.story.why);
    CHECK(world.port.orders == std::vector<std::string>{"explain btc main"});
    CHECK(world.ask(on(control_word::explain, "btc", "mein"), looker).why.find("no account 'mein'") == 0);
    world.port.story = {{}, "the journal tells of no trade 'btc'"};
    const auto none = world.ask(on(control_word::explain, "btc"), looker);
    CHECK(none.verdict == control_verdict::refused);
    CHECK(none.why == world.port.story.why);
    world.port.throwing = "explain";
    CHECK(world.ask(on(control_word::explain, "btc"), looker).why == "journal.db: not a journal");
    world.port.takes["explain"] = 2min;
    CHECK(world.ask(on(control_word::explain, "btc"), looker).why == "no answer within 60 s: smarttraded explain btc");
}
