#include "fuzz/hostile.hpp"

namespace smarttrade::fuzz {

namespace {

/// Pieces whose every @ is the number of the piece.
std::string rows(std::size_t bytes, std::string_view before, std::string_view form, std::string_view after = {}) {
    std::string text{before};
    for (std::size_t n = 0; text.size() < bytes; ++n)
        for (const char c : form) {
            if (c == '@')
                text += std::to_string(n);
            else
                text += c;
        }
    return text += after;
}

std::string filled(std::size_t bytes, std::string_view before, std::string_view piece, std::string_view after = {}) {
    std::string text{before};
    while (text.size() < bytes) text += piece;
    return text += after;
}

constexpr std::string_view trade = "trades:\n  a:\n    pair: USDT_BTC\n"
                                   "    position: {type: buy, order_type: limit, units: 1, price: 5}\n";

std::string in_trade(std::string_view rest) { return std::string{trade} + std::string{rest}; }

/// Half of the text in the defaults, half in trades that have them all.
std::string large_defaults(std::size_t bytes) {
    return filled(bytes / 2, "defaults:\n  take_profit:\n", "  - {price: 1, volume: 2}\n")
           + rows(bytes / 2, "trades:\n", "  t@: {pair: USDT_BTC}\n");
}

/// Eight steps with everything, which each trade gets.
std::string full_defaults(std::size_t bytes) {
    std::string text = "defaults:\n  take_profit:\n";
    for (int step = 0; step < 8; ++step)
        text += "  - {id: s" + std::to_string(step) + ", order_type: market, price: {value: " + std::to_string(step + 9)
                + ", type: bid}, volume: 12.5, trailing: {enabled: false}}\n";
    return rows(bytes, text + "trades:\n",
                "  t@: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 1, price: 5}}\n");
}

std::vector<hostile_text> of_syntax(std::size_t bytes) {
    return {
        {"brackets", filled(bytes, {}, "[")},
        {"braces on lines", filled(bytes, {}, "{\n")},
        {"brackets in pairs", filled(bytes, "trades: [", "[],\n", "]")},
        {"a line of dashes", filled(bytes, {}, "- ")},
        {"lines of dashes", filled(bytes, {}, "- - - - - - - - - -\n")},
        {"deep blocks",
         [&] {
             std::string text;
             for (std::size_t depth = 0; text.size() < bytes; ++depth) text += std::string(depth, ' ') + "a:\n";
             return text;
         }()},
        {"question marks", filled(bytes, {}, "? a\n")},
        {"question marks on lines of their own", filled(bytes, {}, "?\n")},
        {"colons", filled(bytes, {}, ": ")},
        {"quotes", filled(bytes, "trades: [", "'',\n", "]")},
        {"quotes never closed", filled(bytes, "trades:\n", "  \"a: 'b\n")},
        {"a quoted text over many lines", filled(bytes, "trades: \"", "x\\n\\u00e9\n  ", "\"")},
        {"a plain text over many lines", filled(bytes, "trades:\n", "  x y z\n")},
        {"a block of text", filled(bytes, "trades: |\n", "  x\n")},
        {"a folded block of empty lines", filled(bytes, "trades: >\n  x\n", "\n")},
        {"comments", filled(bytes, {}, "# x\n", "trades: {}\n")},
        {"comments between entries", filled(bytes, "trades:\n  - 1\n", "  # x\n  - 1\n")},
        {"anchors", rows(bytes, "trades:\n", "  - &a@ 1\n")},
        {"aliases", rows(bytes, "a: &a 1\nb:\n", "  - *a # @\n")},
        {"tags", rows(bytes, "trades:\n", "  - !t@ 1\n")},
        {"documents", filled(bytes, {}, "--- 1\n")},
        {"directives", filled(bytes, {}, "%TAG ! tag:x,2000:\n")},
        {"blanks", filled(bytes, {}, "    \n")},
        {"tabs", filled(bytes, "trades:\n", "\t\n")},
        {"flow entries",
         filled(bytes, "trades: [", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n,", "]")},
        {"long lines of flow entries",
         [&] {
             std::string line = "[";
             while (line.size() < 4080) line += "1,";
             return filled(bytes, "trades:\n", "  - " + line + "]\n");
         }()},
        {"long lines of flow members",
         [&] {
             std::string line = "{";
             for (int n = 0; line.size() < 4080; ++n) line += std::to_string(n) + ": ,";
             return filled(bytes, "trades:\n", "  - " + line + "}\n");
         }()},
        {"long lines of nothing", filled(bytes, "trades:\n", "  - " + std::string(4080, ' ') + "1\n")},
        {"characters of four bytes", filled(bytes, "trades: \"", "\xF0\x9F\x98\x80\n", "\"")},
    };
}

} // namespace

std::vector<hostile_text> hostile_plans(std::size_t bytes) {
    const std::string word(60, 'k');
    auto all = of_syntax(bytes);
    for (auto&& each : std::vector<hostile_text>{
             {"trades", rows(bytes, "trades:\n",
                             "  t@:\n    pair: USDT_BTC\n    position: {type: buy, order_type: limit, units: 1, "
                             "price: 5}\n")},
             {"trades without a value", rows(bytes, "trades:\n", "  t@:\n")},
             {"trades with defaults behind them",
              rows(bytes, "trades:\n", "  t@: {pair: USDT_BTC}\n", "defaults: {account: main}\n")},
             {"the same trade", filled(bytes, "trades:\n", "  a: {}\n")},
             {"unknown keys of the file", rows(bytes, {}, "k@: 1\n")},
             {"unknown keys of a trade", rows(bytes, trade, "    kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk@: 1\n")},
             {"unknown keys beside defaults", "defaults: {account: main}\n" + rows(bytes, trade, "    k@: 1\n")},
             {"unknown keys of many trades",
              rows(bytes, "trades:\n", "  t@: {takeprofit: 1, stoploss: 1, leverages: 1, " + word + ": 1}\n")},
             {"a group for a word, beside a default's",
              "defaults: {pair: {a: 1}}\n" + rows(bytes, "trades:\n  a:\n    pair:\n", "      k@: 1\n")},
             {"large defaults", large_defaults(bytes)},
             {"as many defaults as there may be", full_defaults(bytes)},
             {"defaults of no use", rows(bytes, "defaults:\n", "  k@: 1\n", trade)},
             {"steps", filled(bytes, in_trade("    take_profit:\n"), "    - {order_type: limit, price: 6}\n")},
             {"adjustments", rows(bytes, in_trade("    adjustments:\n"),
                                  "    - {id: a@, add_funds: {order_type: market, units: 1}}\n")},
             {"a number in groups of three",
              rows(bytes, in_trade("    leverage: {value: 1,\n"), "      000 @,\n", "      }\n")},
             {"keys that hold their values", rows(bytes, in_trade("    leverage: {\n"), "      k:@,\n", "      }\n")},
             {"notes cut by a comment", rows(bytes, "trades:\n",
                                             "  t@:\n    pair: USDT_BTC\n    note: a #b\n    instant: true\n"
                                             "    position: {type: buy, order_type: market, units: 1}\n")},
             {"old names", rows(bytes, "trades:\n", "  t@: {was: old, adopt: 5}\n")},
             {"accounts", rows(bytes, "trades:\n", "  t@: {account: elsewhere}\n")},
             {"digits", filled(bytes, in_trade("    leverage: {value: '"), "123456789", "'}\n").replace(200, 1, "\n ")},
             {"digits over lines", filled(bytes, in_trade("    leverage: {value: '"), "123456789\n ", "'}\n")},
             {"a price of many words", filled(bytes, in_trade("    stop_loss: '"), "1 2 3\n ", "'\n")},
             {"a long note", filled(bytes, in_trade("    note: '"), "swing\n ", "'\n")},
             {"a long name", filled(bytes, "trades:\n  \"", "a\\\n  ", "\": {}\n")},
         })
        all.push_back(std::move(each));
    return all;
}

std::vector<hostile_text> hostile_configs(std::size_t bytes) {
    auto all = of_syntax(bytes);
    const auto account = "  main: {id: 1, mode: real, credentials: c0}\n";
    for (auto&& each : std::vector<hostile_text>{
             {"unknown keys", rows(bytes, {}, "k@: 1\n")},
             {"long unknown keys", rows(bytes, {}, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk@: 1\n")},
             {"accounts", rows(bytes, "accounts:\n", "  a@: {id: 1@, mode: real}\n")},
             {"accounts of other credentials",
              rows(bytes / 2, "credentials:\n", "  credential@: {}\n")
                  + rows(bytes / 2, "accounts:\n", "  a@: {credentials: credentials}\n")},
             {"accounts without credentials",
              rows(bytes / 2, "credentials:\n", "  c@: {}\n") + rows(bytes / 2, "accounts:\n", "  a@: {}\n")},
             {"credentials", rows(bytes, "credentials:\n", "  c@: {api_key: {file: a}, secret: {file: b}}\n",
                                  "accounts:\n" + std::string{account})},
             {"limits", rows(bytes, "rate_limits:\n", "  - {match: GET /@, requests: 5, per: 1s}\n")},
             {"totals", rows(bytes, "guardrails:\n  max_order_total:\n", "    Q@: 5\n")},
             {"prices to start at",
              rows(bytes, "paper:\n  market:\n    walk:\n      start:\n", "        USDT_B@: 5\n")},
             {"paths", rows(bytes, "plans:\n  paths:\n", "    - p@\n")},
             {"a long address", filled(bytes, "api:\n  base_url: \"https://", "a\\\n  ", "\"\n")},
         })
        all.push_back(std::move(each));
    return all;
}

} // namespace smarttrade::fuzz
