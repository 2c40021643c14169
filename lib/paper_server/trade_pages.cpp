#include "paper/engine.hpp"
#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"
#include "paper_server/refusals.hpp"
#include "paper_server/standing.hpp"
#include "trade/rules.hpp"
#include "wire/answers.hpp"
#include "wire/entity.hpp"
#include "wire/sub_trade.hpp"

namespace smarttrade::paper_server {

namespace {

using trade::strictness;

trade::smart_trade_id trade_of(const asked& a) { return {a.ids[0]}; }

bool is_known(const asked& a) { return a.floor.state().trades.contains(trade_of(a)); }

/// api.md K.6: on the page of a trade itself GET and DELETE answer 400, everything else 404.
executed not_found(int status = 404) { return {trade_not_found(status), {}}; }

executed shown(const asked& a, int status) {
    const auto id = trade_of(a);
    return {json_reply(status, wire::write_smart_trade(paper::view(a.floor.state(), id))), id.value};
}

executed obey(const asked& a, const paper::event& command, int ok = 201) {
    const auto told = a.floor.apply(command);
    if (const auto* no = std::get_if<paper::refusal>(&told.reply)) return {refused(command, *no), a.ids[0]};
    return shown(a, ok);
}

template <class Command> executed obey_for_trade(const asked& a) {
    return is_known(a) ? obey(a, Command{trade_of(a)}) : not_found();
}

template <class Command> executed obey_with_funds(const asked& a) {
    if (!is_known(a)) return not_found();
    const auto reading = trade::read_funds_order(a.parameters, strictness::exchange);
    if (!reading.order) return {invalid_body(reading.violations), a.ids[0]};
    return obey(a, Command{trade_of(a), *reading.order});
}

} // namespace

executed list_trades(const asked& a) {
    if (a.by && a.by->kind == fault_kind::stale_list)
        return {list_page(a.floor.as_it_was(a.by->ms), a.what, a.mode), {}};
    const std::size_t missed = a.by && a.by->kind == fault_kind::page_shift ? 1 : 0;
    return {list_page(a.floor.state(), a.what, a.mode, missed), {}};
}

/// The account id decides where a trade is made, whatever the mode says (api.md A.7).
executed create_trade(const asked& a) {
    const auto reading = trade::read_request(a.parameters, strictness::exchange);
    if (!reading.request) return {invalid_body(reading.violations), {}};
    const paper::create command{*reading.request};
    const auto told = a.floor.apply(command);
    if (const auto* no = std::get_if<paper::refusal>(&told.reply)) return {refused(command, *no), {}};
    const auto id = std::get<trade::smart_trade_id>(told.reply);
    return {json_reply(201, wire::write_smart_trade(paper::view(a.floor.state(), id))), id.value};
}

executed show_trade(const asked& a) { return is_known(a) ? shown(a, 200) : not_found(400); }

executed update_trade(const asked& a) {
    if (!is_known(a)) return not_found();
    const auto before = standing(a.floor.state().trades.at(trade_of(a)).record);
    const auto reading = trade::read_update(a.parameters, before, strictness::exchange);
    if (!reading.update) return {invalid_body(reading.violations), a.ids[0]};
    return obey(a, paper::update{trade_of(a), *reading.update}, 200);
}

executed cancel_trade(const asked& a) {
    return is_known(a) ? obey(a, paper::cancel{trade_of(a)}, 200) : not_found(400);
}

/// 200 by both of its verbs (api.md D, row 6).
executed reduce_funds_info(const asked& a) {
    if (!is_known(a)) return not_found();
    const auto max = paper::reduction_max(a.floor.state(), trade_of(a));
    if (!max) return {wrong_status(paper::reduce_funds{}), a.ids[0]};
    return {json_reply(200, wire::write_reduce_funds_info(*max)), a.ids[0]};
}

executed reduce_funds(const asked& a) { return obey_with_funds<paper::reduce_funds>(a); }
executed add_funds(const asked& a) { return obey_with_funds<paper::add_funds>(a); }
executed close_by_market(const asked& a) { return obey_for_trade<paper::close_by_market>(a); }
executed force_start(const asked& a) { return obey_for_trade<paper::force_start>(a); }
executed force_process(const asked& a) { return obey_for_trade<paper::force_process>(a); }

executed set_note(const asked& a) {
    if (!is_known(a)) return not_found();
    const auto reading = trade::read_note_body(a.parameters, strictness::exchange);
    if (!reading.note) return {invalid_body(reading.violations), a.ids[0]};
    return obey(a, paper::set_note{trade_of(a), *reading.note});
}

executed list_orders(const asked& a) {
    if (!is_known(a)) return not_found();
    return {json_reply(200, wire::write_sub_trades(paper::sub_trades(a.floor.state(), trade_of(a)))), a.ids[0]};
}

executed close_order(const asked& a) {
    if (!is_known(a)) return not_found();
    return obey(a, paper::close_order{trade_of(a), {a.ids[1]}});
}

executed cancel_order(const asked& a) {
    if (!is_known(a)) return not_found();
    return obey(a, paper::cancel_order{trade_of(a), {a.ids[1]}}, 200);
}

} // namespace smarttrade::paper_server
