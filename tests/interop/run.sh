#!/usr/bin/env bash
# Runs real clients, and a browser, against the example host: run.sh [--python | --node | --browser]..., by default all.
# Needs bash, Rust, Python 3.11 or later with venv, Node 20 or later with npm, and Chromium, and has apt bring what is missing
# where it may; installs the clients, in the versions that are pinned here, under target/interop.
# Prints what each client did. Exits with 0 where everything passed, with 1 where something did not, and with 69 where this
# machine cannot have what it needs.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
work="$root/target/interop"
mkdir -p "$work"

usage() { sed -n '2s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
missing() { echo "$1 is missing: $2" >&2; exit 69; }

# Has apt bring these packages, where the command is not there and apt may.
provide() {
    if ! command -v "$1" >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq "${@:2}" >/dev/null || true
    fi
}

[ $# -gt 0 ] || set -- --python --node --browser
parts=" "
for part in "$@"; do
    case "$part" in
        --python | --node | --browser) parts+="$part " ;;
        *) usage ;;
    esac
done
has() { [[ "$parts" == *" --$1 "* ]]; }

set_up_python() {
    provide python3 python3 python3-venv
    python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        missing python3 "install Python 3.11 or later, with venv"
    cmp -s "$here/requirements.txt" "$work/python/installed" && return
    rm -rf "$work/python"
    python3 -m venv "$work/python"
    "$work/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" ||
        missing "what requirements.txt names" "see above"
    cp "$here/requirements.txt" "$work/python/installed"
}

set_up_node() {
    provide npm nodejs npm
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || missing node "install Node 20 or later"
    command -v npm >/dev/null || missing npm "install Node 20 or later"
    mkdir -p "$work/node"
    # Packages are found from where a file is: the programs run beside them.
    rm -f "$work/node/"*.mjs
    cp "$here/node/"*.mjs "$here/browser/"*.mjs "$work/node/"
    cmp -s "$here/package-lock.json" "$work/node/installed" && return
    rm -f "$work/node/installed"
    cp "$here/package.json" "$here/package-lock.json" "$work/node/"
    (cd "$work/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || missing "what package.json names" "see above"
    cp "$here/package-lock.json" "$work/node/installed"
}

set_up_browser() {
    provide chromium chromium
    CHROMIUM="$(command -v chromium || command -v chromium-browser)" || missing chromium "install the package chromium"
    export CHROMIUM SCREENSHOTS="$work/screenshots"
    rm -rf "$SCREENSHOTS"
}

if has python; then set_up_python; fi
if has node || has browser; then set_up_node; fi
if has browser; then set_up_browser; fi

(cd "$root" && cargo build --quiet --example host)
host=""
stop() { if [ -n "$host" ]; then kill -KILL "$host" 2>/dev/null || true; fi; }
trap stop EXIT

# By its own path, and not by cargo: the signal that stops it is for the host alone.
program="${CARGO_TARGET_DIR:-$root/target}/debug/examples/host"
: >"$work/host.out"
"$program" --listen 127.0.0.1:0 --store memory >"$work/host.out" 2>"$work/host.log" &
host=$!
for _ in {1..150}; do
    if grep -q '^listening on ' "$work/host.out" || ! kill -0 "$host" 2>/dev/null; then break; fi
    sleep 0.2
done
HOST_ADDRESS="$(sed -n 's/^listening on //p' "$work/host.out")"
HOST_PASSWORD="$(sed -n 's/.*the password of each is //p' "$work/host.out")"
[ -n "$HOST_ADDRESS" ] || { echo "the host did not start:" >&2; cat "$work/host.log" >&2; exit 1; }
export HOST_ADDRESS HOST_PASSWORD RESULTS="$work/results.tsv"
: >"$RESULTS"

failed=0
# Each program notes what it did. One that notes nothing did nothing, and that is no success.
run() {
    local before after
    before="$(wc -l <"$RESULTS")"
    timeout 300 "$@" || { failed=1; echo "$* failed" >&2; }
    after="$(wc -l <"$RESULTS")"
    [ "$after" -gt "$before" ] || { failed=1; echo "$* did nothing" >&2; }
}

# First, while the lists are short: the others fill them.
if has browser; then run node "$work/node/browser.mjs"; fi
if has python; then
    # The host is asked without TLS, on this machine.
    export PYTHONDONTWRITEBYTECODE=1 OAUTHLIB_INSECURE_TRANSPORT=1 AUTHLIB_INSECURE_TRANSPORT=1
    for client in authlib requests_oauthlib; do run "$work/python/bin/python" "$here/python/${client}_client.py"; done
fi
if has node; then
    for client in oauth4webapi openid_client simple_oauth2; do run node "$work/node/$client.mjs"; done
fi

kill -TERM "$host"
stopped=0
wait "$host" || stopped=$?
host=""

awk -F'\t' '
    { if ($1 != client) { client = $1; print client } printf "  %-78s %s\n", $2, $3; count[$3]++ }
    END { printf "%d passed, %d failed\n", count["ok"], count["FAILED"] }
' "$RESULTS"
if has browser; then echo "pictures of the pages: ${SCREENSHOTS#"$root/"}"; fi
[ "$stopped" = 0 ] || { echo "the host stopped with status $stopped:" >&2; tail -5 "$work/host.log" >&2; exit 1; }
exit "$failed"
