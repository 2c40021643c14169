# Sourced by tests/system/systemd/run: what is lived through, in this order; each scene begins with a daemon in sync.

plans=/etc/smarttraded/plans.d
exchange=http://127.0.0.1:8080

exchange_says() { inside curl -sf "$exchange/paper/$1"; }
fault() { inside curl -sf -d "{\"faults\":[$1]}" "$exchange/paper/faults" >/dev/null; }
# created: how many creates the exchange has executed, answered or not.
created() {
    exchange_says requests | grep -o '"method":"POST","path":"/v2/smart_trades",[^}]*"smart_trade_id":[0-9]*' | wc -l
}
has_created() { [ "$(created)" -ge "$1" ]; }
only_created() { [ "$(created)" -eq "$1" ] || broken "the exchange has $1 trades, not $(created)"; }

# write_plan NAME [PRICE]: a buy far below the market, that waits.
write_plan() {
    printf 'trades:\n  %s:\n    pair: USDT_BTC\n    position: {type: buy, order_type: limit, units: 0.01, price: %s}\n' \
        "$1" "${2:-50000}" | into "$plans/$1.yaml"
}
# write_plan_answered_late NAME PRICE MS: returns when the exchange has executed its create, whose answer leaves that much later.
write_plan_answered_late() {
    local before
    before=$(created)
    fault "{\"kind\":\"delay\",\"match\":\"POST /v2/smart_trades\",\"count\":1,\"ms\":$3}"
    write_plan "$1" "$2"
    within 6 "a create leaves" has_created $((before + 1))
}
break_plan() { printf 'trades:\n  %s: {pair: USDT_BTC, position: {type: bye}}\n' "$1" | into "$plans/$1.yaml"; }
# into FILE: whole or not at all, as an editor saves.
into() { cat >"$root$1.new" && mv "$root$1.new" "$root$1"; }

status() { inside smarttraded status; }
in_sync() { inside smarttraded status >/dev/null; }
is() { [ "$(inside systemctl is-active "${2:-smarttraded}" || true)" = "$1" ]; }

set_up() {
    inside systemd-sysusers
    mkdir -p "$root$plans" "$root/etc/credstore"
    # A limit of the shipped file is tried as well: the daemon looks often, and is never refused.
    sed -e "s|https://api.3commas.io|$exchange|" -e 's/32455218/1/' "$here/../../../config/smarttraded.yaml" | into /etc/smarttraded/smarttraded.yaml
    (umask 077 && printf key >"$root/etc/credstore/main-key" && printf secret >"$root/etc/credstore/main-secret")
    into /etc/systemd/system/exchange.service <<END
[Service]
ExecStart=/usr/local/sbin/smarttraded paper --listen 127.0.0.1:8080 --key key:secret --key other:secret --account 1:paper_trading --balance 1:USDT=100000 --price USDT_BTC=60000 --state /var/lib/exchange.db
[Install]
WantedBy=multi-user.target
END
    write_plan first
    inside systemctl daemon-reload
    inside systemctl --quiet enable --now exchange
    within 5 "the paper exchange listens" exchange_says requests >/dev/null
}

scene_start() {
    takes_at_most 5 inside systemctl --quiet enable --now smarttraded
    told "start to READY: $took s"
    has_told SMARTTRADED_EVENT=service.ready || broken "service.ready is told"
    within 10 "the first plan is created" in_sync
    told "its first trade waits: $(property StatusText)"
}

scene_edit() {
    write_plan edited 51000
    within 6 "an edit is picked up" has_told SMARTTRADED_EVENT=trade.created SMARTTRADED_TRADE=edited
    within 5 "the edit is in sync" in_sync
    told "an edit is picked up without a word: $(journal SMARTTRADED_EVENT=trade.created SMARTTRADED_TRADE=edited)"
}

scene_reload() {
    takes_at_most 5 inside systemctl reload smarttraded
    told "a good reload: $took s, $(property StatusText)"
    break_plan edited
    if inside systemctl reload smarttraded 2>/dev/null; then broken "a bad reload fails"; fi
    within 2 "the unit runs on" is active
    local why
    why=$(journal -t smarttraded | grep 'bye' | tail -1) || broken "a bad reload says why"
    told "a bad reload fails: $why"
    [[ "$(property StatusText)" == *refused* ]] || broken "the status tells of refused plans: $(property StatusText)"
    write_plan edited 51000
    inside systemctl reload smarttraded || broken "a mended file is taken up"
    in_sync || broken "the mended file changes nothing"
    told "mended: $(property StatusText)"
}

scene_kill() {
    write_plan_answered_late killed 52000 60000
    inside systemctl kill -s KILL smarttraded
    within 10 "it is started again" was_restarted
    within 90 "what was sent is found" in_sync
    only_created 3
    told "killed with a create under way: started again, found, nothing doubled"
}

scene_hang() {
    local from
    drop_in <<<$'[Service]\nWatchdogSec=2s'
    inside systemctl kill -s STOP smarttraded
    from=$(now)
    within 15 "a daemon that hangs is started again" was_restarted
    told "hung: the watchdog of 2 s had it started again after $(seconds "$from") s"
    drop_in </dev/null
    within 10 "it is in sync again" in_sync
}
was_restarted() { [ "$(property NRestarts)" -eq 1 ] && is active; }
# drop_in <TEXT: restarts the daemon with that drop-in alone.
drop_in() {
    mkdir -p "$root/etc/systemd/system/smarttraded.service.d"
    into /etc/systemd/system/smarttraded.service.d/test.conf
    inside systemctl daemon-reload
    inside systemctl restart smarttraded
}

# stop_with_create_under_way LIMIT NAME PRICE DELAY_MS
stop_with_create_under_way() {
    write_plan_answered_late "${@:2}"
    takes_at_most "$1" inside systemctl stop smarttraded
    [ "$(property Result)" = success ] || broken "the stop is a success: $(property Result)"
}

scene_stop_answered() {
    stop_with_create_under_way 2 answered 53000 1000
    has_told SMARTTRADED_EVENT=trade.created SMARTTRADED_TRADE=answered || broken "the answer is waited for"
    told "stop with a create that is answered after 1 s: $took s"
    inside systemctl start smarttraded
}

scene_stop_unanswered() {
    stop_with_create_under_way 5 unanswered 54000 60000
    told "stop with a create that is not answered: $took s"
    inside systemctl start smarttraded
    within 90 "what was sent is found" in_sync
    only_created 5
    told "started again: it is found, nothing doubled"
}

scene_stop_idle() {
    local starts=() stops=() _
    for _ in 1 2 3 4 5; do
        takes_at_most 2 inside systemctl stop smarttraded
        stops+=("$took")
        takes_at_most 2 inside systemctl start smarttraded
        starts+=("$took")
    done
    told "idle, with systemctl itself: stop ${stops[*]} s, start to READY ${starts[*]} s"
}

scene_credentials() {
    local pid
    pid=$(property MainPID)
    [ "$(inside stat -c %a:%U /etc/credstore/main-key)" = 600:root ] || broken "the key is root's alone"
    [ "$(inside ps -o user= -p "$pid" 2>/dev/null || inside stat -c %U "/proc/$pid")" = smarttraded ] || broken "it is not root"
    has_told SMARTTRADED_EVENT=account.read || broken "the account is read with the key"
    told "its keys come by LoadCredential: the account is read, the daemon is user smarttraded, the files are root's alone"
}

scene_journal_fields() {
    local line
    line=$(inside journalctl -q --no-pager -u smarttraded -o json SMARTTRADED_TRADE=first SMARTTRADED_EVENT=trade.created)
    python3 "$here/fields.py" "$line" || broken "the fields of $line"
    told "one trade's story: $(journal SMARTTRADED_TRADE=first | wc -l) lines; a line's fields are right"
}

scene_socket() {
    local said
    inside useradd --system --groups smarttraded analyst
    inside useradd --system --groups smarttraded,smarttraded-trade trader
    inside useradd --system stranger
    as analyst smarttraded status >/dev/null || broken "the group smarttraded may look"
    said=$(as analyst smarttraded explain first 2>&1) || broken "the group smarttraded may be told a trade's story: $said"
    [[ "$said" == *create.intended* ]] || broken "a story with its create: $said"
    if said=$(as analyst smarttraded halt 2>&1); then broken "the group smarttraded may not command"; fi
    told "group smarttraded looks, and is refused: $said"
    said=$(as trader smarttraded halt) || broken "smarttraded-trade may command"
    as trader smarttraded resume >/dev/null || broken "smarttraded-trade may command"
    told "group smarttraded-trade commands: $said"
    if said=$(as stranger smarttraded status 2>&1); then broken "others may not look"; fi
    [[ "$said" == */run/smarttraded/control.sock* ]] || broken "the socket is named: $said"
    told "others are refused: $said"
}

scene_missing_key() {
    mv "$root/etc/credstore/main-key" "$work/main-key"
    if inside systemctl restart smarttraded 2>/dev/null; then broken "without its key it does not start"; fi
    [ "$(property ExecMainStatus)" = 78 ] || broken "exit 78 without the key"
    told "without its key: $(journal -t smarttraded | grep main-key | tail -1)"
    cp "$work/main-key" "$root/etc/credstore/main-key"
    inside systemctl reset-failed smarttraded
    inside systemctl start smarttraded
}

scene_bad_configuration() {
    local good=$root/etc/smarttraded/smarttraded.yaml
    cp "$good" "$work/good.yaml"
    echo 'acounts: {}' >>"$good"
    if inside systemctl restart smarttraded 2>/dev/null; then broken "a bad configuration does not start"; fi
    sleep 3 # longer than RestartSec
    [ "$(property ExecMainStatus):$(property NRestarts)" = 78:0 ] || broken "exit 78, and no second try"
    told "a bad configuration: $(journal -t smarttraded | grep acounts | tail -1)"
    into /etc/smarttraded/smarttraded.yaml <"$work/good.yaml"
    inside systemctl reset-failed smarttraded
    inside systemctl start smarttraded
}

scene_broken_plans_at_boot() {
    break_plan edited
    power_off
    boot
    within 10 "the daemon starts by itself" is active
    has_told -b SMARTTRADED_EVENT=plans.refused || broken "it says that the plans are refused"
    within 10 "the last good set is managed" in_sync
    [ "$(status | grep -c 'waiting.*in sync')" -eq 5 ] || broken "all five trades are managed: $(status)"
    told "booted with broken plans: $(property StatusText)"
    write_plan edited 51000
    within 6 "the mended file is picked up" has_told -b SMARTTRADED_EVENT=plans.accepted
}

scene_second_daemon() {
    sed -e 's|plans.d|fund.d|' -e 's|^instance: main|instance: fund|' -e 's|main-|fund-|' \
        -e 's|^# state_dir:.*|state_dir: /var/lib/smarttraded-fund|' "$work/good.yaml" | into /etc/smarttraded/fund.yaml
    mkdir -p "$root/etc/smarttraded/fund.d"
    (umask 077 && printf other >"$root/etc/credstore/fund-key" && printf secret >"$root/etc/credstore/fund-secret")
    takes_at_most 25 inside systemctl start smarttraded@fund
    inside smarttraded status -c /etc/smarttraded/fund.yaml >/dev/null || broken "its socket is found"
    is active || broken "the first runs on"
    told "a second daemon, of /etc/smarttraded/fund.yaml: $(property StatusText smarttraded@fund)"
    inside systemctl stop smarttraded@fund
}
