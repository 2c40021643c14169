#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/utc_time.hpp"
#include "journal/reader.hpp"
#include "service/log_event.hpp"
#include "service/terminal.hpp"
#include "trade/desired_trade.hpp"

namespace smarttrade::service {

/// One thing that happened to a trade, as its journal tells it.
struct happening {
    std::int64_t seq = 0;
    base::utc_time at{};
    std::optional<trade::trade_identity> identity;           ///< absent: it concerned all trades
    std::string word;                                        ///< `noun.verb`; where the log says it too, the log's
    std::string change;                                      ///< `58500->58800`
    std::vector<std::pair<std::string, std::string>> fields; ///< key, value with its unit
    std::string why;                                         ///< a sentence; may be empty
    log_level level = log_level::info;                       ///< the log's, where the log says it too
};

/// The events of a name and of those it had before (`was:`), in order. `load`: journal::reader::about.
std::vector<journal::entry>
with_former_names(const std::string& name, const std::function<std::vector<journal::entry>(const std::string&)>& load);

/// What the events of one name come to for a person, oldest first: edits of its plan file, what was meant, sent and
/// answered, what was seen (told as the log tells it, what differs between two sightings), what the operator said.
/// `account`: only what concerns that one. Empty: nothing of that name was ever journaled.
std::vector<happening> explain(const std::string& name, const std::vector<journal::entry>& events,
                               std::optional<trade::account_id> account = std::nullopt);

/// `2026-03-02T09:00:01.123Z  create.intended  pair=USDT_BTC tag=abcdefgh "why"`, a line each. On a narrow
/// `shown_in` it goes on below, behind the time.
std::string render_explanation(const std::vector<happening>& all, colours how = colours::off,
                               std::optional<window> shown_in = {});
/// `{"name":...,"events":[{"seq":..,"at":..,"level":..,"account":..,"revision":..,"event":..,"change":..,"why":..,"fields":{..}}]}`
std::string encode_explanation(const std::string& name, const std::vector<happening>& all);

} // namespace smarttrade::service
