#include "trade/rules.hpp"
#include "wire/api_request.hpp"
#include "wire/json.hpp"

namespace smarttrade::wire {

api_request create_trade(const trade::trade_request& body) {
    return {"POST", "/v2/smart_trades", {}, write_json(trade::write_request(body))};
}

} // namespace smarttrade::wire
