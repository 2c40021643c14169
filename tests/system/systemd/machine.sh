# Sourced by tests/system/systemd/run: a machine booted by systemd-nspawn from the tree in $root, and what is asked of it.

leader='' # its first process, as this machine counts them

nspawn=(env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet -D "$root" -M "smarttraded-$$" --register=no --keep-unit
    --private-network --link-journal=no --console=pipe)
can_boot() { "${nspawn[@]}" true >"$root.console" 2>&1 </dev/null; }

# boot: returns once its systemd has started everything.
boot() {
    "${nspawn[@]}" --boot >"$root.console" 2>&1 </dev/null &
    container=$!
    within 30 "the machine boots" is_up
}

is_up() {
    leader=$(pgrep -P "$container" -x systemd | head -1) && [ -n "$leader" ] || return 1
    [ "$(inside systemctl is-system-running 2>/dev/null)" = running ]
}

# power_off: also when it never came up.
power_off() {
    [ -n "${container:-}" ] || return 0
    [ -z "$leader" ] || inside systemctl poweroff 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$container" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$container" 2>/dev/null || true
    wait "$container" || true
    container='' leader=''
}

# inside COMMAND...: runs it there as root. as USER COMMAND...: as one of its users.
inside() { nsenter -t "$leader" -a env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin "$@"; }
as() {
    local user=$1
    shift
    inside setpriv --reuid "$user" --regid "$user" --init-groups "$@"
}

now() { date +%s%3N; }
started=$(now)

# told CLAIM: it was shown. broken WHAT: it was not, and here is what that machine says.
told() { printf '%6s s  %s\n' "$(seconds "$started")" "$1"; }
# It goes to stderr, as what is asked is often silenced.
broken() {
    printf '%6s s  BROKEN: %s\n' "$(seconds "$started")" "$1" >&2
    [ -z "$leader" ] || inside journalctl -q --no-pager -n 40 -u exchange -u smarttraded >&2 || true
    exit 1
}
seconds() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.2f", (to - from) / 1000 }'; } # seconds START

# within SECONDS CLAIM COMMAND...: it succeeds by then.
within() {
    local until=$(($(now) + $1 * 1000)) claim=$2
    shift 2
    until "$@"; do
        [ "$(now)" -lt "$until" ] || broken "$claim"
        sleep 0.05
    done
}

# takes_at_most SECONDS COMMAND...: prints how long it took.
takes_at_most() {
    local limit=$1 from
    shift
    from=$(now)
    "$@" || broken "$* failed"
    took=$(seconds "$from")
    awk -v took="$took" -v limit="$limit" 'BEGIN { exit !(took <= limit) }' || broken "$* took $took s, at most $limit"
}

# journal FIELD=VALUE...: the daemon's messages with these fields. has_told FIELD=VALUE...: there is one.
journal() { inside journalctl -q --no-pager -o cat -u smarttraded "$@"; }
has_told() { journal "$@" | grep -q .; }
property() { inside systemctl show "${2:-smarttraded}" -p "$1" --value; }
