"""Good files, and what becomes of them when one value is another."""
import copy

import keys
from core_yaml import Word

LIMIT = {"type": "buy", "order_type": "limit", "units": 0.01, "price": 60000}
MARKET = {"type": "buy", "order_type": "market", "units": {"value": "0.01"}}
TWO_STEPS = [
    {"id": "half", "order_type": "limit", "price": "61000 bid", "volume": "50%", "state": "open"},
    {"order_type": "market", "price": "5%", "volume": 50, "trailing": "1.5%"},
]
STOP = {"enabled": True, "order_type": "market",
        "conditional": {"price": {"value": 58000, "type": "bid"}, "trailing": "2%"},
        "breakeven": False, "timeout": "30s"}

# Together they hold every key at least once, in long form and in short.
TRADES = [
    {"pair": "USDT_BTC", "position": LIMIT, "take_profit": TWO_STEPS, "stop_loss": 58000},
    {"account": "main", "pair": "USDT_BTC", "note": "swing", "revision": 2, "was": "old", "state": "open",
     "on_remove": "leave", "on_drift": "revert", "protect": False, "price_type": "bid", "expires_after": "24h",
     "submit_within": "5m",
     "position": LIMIT, "stop_loss": STOP},
    {"account_id": 32455218, "pair": "USDT_BTC", "instant": False, "expires_at": "2027-01-01T09:00:00Z",
     "position": MARKET,
     "leverage": {"enabled": "true", "type": "isolated", "value": "5"},
     "take_profit": {"enabled": True, "steps": [
         {"order_type": "limit", "price": {"value": 61000, "type": "bid"}, "volume": 40, "state": "open"},
         {"order_type": "market", "price": {"percent": 5, "type": "last"}, "volume": "60",
          "trailing": {"enabled": True, "percent": 1.5}}]},
     "stop_loss": {"order_type": "limit", "price": {"value": 57900}, "conditional": "58000 bid", "breakeven": True,
                   "timeout": {"enabled": True, "value": 30}}},
    {"pair": "USDT_BTC", "position": {"type": "sell", "order_type": "conditional", "units": 0.01, "price": 10500,
     "conditional": {"price": {"value": 10000, "type": "ask"}, "order_type": "limit", "when": "above"}},
     "stop_loss": {"order_type": "market", "conditional": {"price": {"percent": "3%"}}, "trailing": {"percent": 2}}},
    {"pair": "USDT_BTC", "position": {"type": "buy", "order_type": "conditional", "units": 0.01,
     "conditional": {"price": 10000, "order_type": "market", "trailing": {"enabled": True, "percent": "9.95%"}}},
     "stop_loss": {"enabled": False}, "take_profit": [{"order_type": "limit", "price": "5% bid"}]},
    {"adopt": 30404547, "pair": "USDT_BTC", "skip_enter_step": True, "position": {**MARKET, "price": {"value": 8000}},
     "take_profit": [{"order_type": "limit", "price": {"percent": "5%", "type": "bid"}}],
     "stop_loss": {"order_type": "market", "conditional": 7000, "trailing": True}},
    {"pair": "USDT_BTC", "position": LIMIT, "adjustments": [
        {"id": "avg-1", "add_funds": {"order_type": "limit", "units": {"value": 0.005}, "price": {"value": 58000}}},
        {"id": "cut-1", "reduce_funds": {"order_type": "market", "units": 0.002}}]},
    {"pair": "USDT_BTC", "instant": True, "position": MARKET},
]
WITH_DEFAULTS = [
    ({"account": "main", "pair": "USDT_BTC", "position": LIMIT}, {"note": "all but this stands in the defaults"}),
    ({"position": {"type": "buy"}, "take_profit": {"steps": [TWO_STEPS[1] | {"volume": 100}]}, "stop_loss": STOP,
      "expires_after": "24h"},
     {"pair": "USDT_BTC", "position": {"order_type": "limit", "units": 0.01, "price": 60000}}),
]
CONFIGS = [
    {"instance": "main", "accounts": {"main": {"id": 1, "mode": "paper", "credentials": "main"}},
     "credentials": {"main": {"api_key": {"credential": "main-key"}, "secret": {"file": "/etc/main.secret"}}},
     "api": {"base_url": "https://api.3commas.io/public/api", "timeout": "15s", "ca_file": "/etc/ca.pem",
             "max_connections": 8},
     "plans": {"paths": ["/etc/smarttraded/plans.d"], "watch": True, "settle": "1s"},
     "state_dir": "/var/lib/smarttraded",
     "reconcile": {"interval": "5s", "settle": "30s", "resend": "auto"},
     "rate_limits": [{"requests": 100, "per": "60s", "penalty": "300s", "reserve": 5},
                     {"match": "GET /v2/smart_trades", "requests": 40, "per": "10s"}],
     "guardrails": {"max_changes": {"create": 10, "update": 20, "remove": 3}, "max_stop_move": "10%",
                    "max_active_trades": 100, "max_order_total": {"USDT": 5000}, "max_leverage": 5},
     "admin": {"listen": "127.0.0.1:9464", "socket": "/run/control.sock", "operators": ["smarttraded-trade"]},
     "log": {"level": "info", "format": "auto"}, "alert": {"exec": "/usr/local/bin/notify"}},
    {"instance": "a1", "accounts": {"main": {"id": "1", "mode": "real"}},
     "credentials": {"main": {"api_key": {"file": "a"}, "rsa_private_key": {"credential": "b"}}}},
    {"instance": "demo", "accounts": {"main": {"id": 1, "mode": "paper"}},
     "paper": {"balance": {"USDT": 100000, "BTC": 0},
               "market": {"walk": {"seed": 7, "start": {"USDT_BTC": 60000}, "swing": "1%"}}}},
    {"instance": "demo", "accounts": {"main": {"id": 1, "mode": "paper"}},
     "paper": {"market": {"replay": "USDT_BTC=prices.csv", "speed": 60}}},
]

# What no key takes; a schema must refuse it wherever `check` does.
WRONG_TYPES = [{keys.PROBE: 1}, [[]], [{}], Word("null"), ""]
# What some keys take and others do not.
VALUES = [Word(" ".join(text.split())) for text in """
    0 | 1 | 5 | 08 | 1.5 | 0.01 | 60000 | 100 | 101 | 1000 | -5 | 1e3 | '5' | "0.01" | '60000 ask' | 61000 bid
    | 5% | 5% last | 99.5% | 100% | 100.0 | 5 % | '%5' | -5% | '1,000' | true | false | yes | off | True |
    "true" | 'false' | none | buy | sell | limit | market | conditional | bid | BID | cross | custom | open |
    closed | entered | leave | close | above | report | real | paper | auto | never | debug | json | 0s | 30s
    | 500ms | 2000ms | 5m | 24h | 010s | 1w | 2027-01-01 | 2027-01-01T09:00:00Z | 2027-01-01T09:00:00+01:00 |
    2027-01-01T09:00:00 | usdt_btc | BTC_USDT | USDT_BTC | USDTBTC | EUR_USDT | btc-swing | -x | a/b | .a |
    '#st:x' | 'a b' | http://evil.com/x | https://a/b | http://127.0.0.1:1/x | 127.0.0.1:80 | 0.0.0.0:80 | []
    | {} | [5] | {value: 5} | {percent: 5} | {value: 5, percent: 5%} | {value: 5, type: bid} | {enabled:
    false} | {enabled: true} | {enabled: true, percent: 2%} | {price: 5} | {file: x} | {credential: x} |
    {order_type: market, conditional: 50000} | [{order_type: limit, price: 5%}] | [{order_type: market, price:
    5%, volume: 50}, {order_type: limit, price: 6%, volume: 50}]
    """.split("|")]


def plans():
    """Good plan files, each with one trade that is named `any`."""
    yield from ({"trades": {"any": trade}} for trade in TRADES)
    yield from ({"defaults": defaults, "trades": {"any": trade}} for defaults, trade in WITH_DEFAULTS)


def named(document, number):
    """The same plan with names and ids of its own, so that many can be read together."""
    if not isinstance(document.get("trades"), dict) or "any" not in document["trades"]:
        return document
    trade = document["trades"]["any"]
    if isinstance(trade, dict):
        own = {"was": ("old", f"old{number}"), "adopt": (30404547, 30404547 + number)}
        trade = {key: own[key][1] if key in own and value == own[key][0] else value for key, value in trade.items()}
    return {**document, "trades": {f"t{number}": trade}}


def sites(value, path=()):
    """Every place in a file at which a value stands."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from sites(each, path + (key,))


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def at(document, path):
    for key in path:
        document = document[key]
    return document


def pattern_of(path):
    """The path of keys.py that a place in a file has: entries of a list are []."""
    return tuple("[]" if isinstance(key, int) else key for key in path)
