#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/journal.hpp"

namespace smarttrade::test {

inline reconcile::fact make_fact(reconcile::fact_kind kind, std::string name, std::string nonce) {
    reconcile::fact f;
    f.kind = kind;
    f.at = base::utc_time{std::chrono::milliseconds{1'772'442'000'123}};
    f.identity = {trade::account_id{7}, std::move(name), 2};
    f.nonce = std::move(nonce);
    return f;
}

inline reconcile::fact intent(std::string name, std::string nonce) {
    auto f = make_fact(reconcile::fact_kind::intent, std::move(name), std::move(nonce));
    f.body = "{\"pair\":\"USDT_BTC\"}";
    return f;
}

/// Each fact by a caller of its own, all at one time. How each call ended, in order.
inline std::vector<journal::write_result> record_each(journal::journal& into, boost::asio::io_context& ctx,
                                                      std::vector<reconcile::fact> facts,
                                                      journal::urgency how = journal::urgency::ordinary) {
    std::vector<journal::write_result> ended(facts.size());
    for (std::size_t i = 0; i < facts.size(); ++i)
        boost::asio::co_spawn(
            ctx,
            [&into, &ended, i, how, f = std::move(facts[i])]() -> boost::asio::awaitable<void> {
                std::vector<reconcile::fact> one{f};
                ended[i] = co_await into.record(std::move(one), how);
            },
            [](std::exception_ptr e) { CHECK(!e); });
    ctx.restart();
    ctx.run();
    return ended;
}

inline journal::write_result record_one(journal::journal& into, boost::asio::io_context& ctx, reconcile::fact what,
                                        journal::urgency how = journal::urgency::ordinary) {
    std::vector<reconcile::fact> one;
    one.push_back(std::move(what));
    return record_each(into, ctx, std::move(one), how).front();
}

inline std::vector<reconcile::fact> all_facts(journal::journal& of) {
    std::vector<reconcile::fact> found;
    of.for_each([&](const reconcile::fact& f) { found.push_back(f); });
    return found;
}

} // namespace smarttrade::test
