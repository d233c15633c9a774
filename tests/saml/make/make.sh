#!/usr/bin/env bash
# Makes the fixtures afresh: make.sh [FOLDER], by default ../fixtures.
# Needs bash, Python 3.11 or later with venv, Node 20 or later with npm, and xmlsec1, and has apt bring what is missing where
# it may; installs the rest, in the versions that are pinned here, in a temporary folder that it removes.
# Exits with 69 where this machine cannot have what it needs, and with 1 where the fixtures cannot be made.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "${1:-$here/../fixtures}"
folder="$(cd "${1:-$here/../fixtures}" && pwd)"

missing() { echo "$1 is missing: $2" >&2; exit 69; }

# Has apt bring these packages, where the command is not there and apt may.
provide() {
    if ! command -v "$1" >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq "${@:2}" >/dev/null || true
    fi
}

provide python3 python3 python3-venv
provide npm nodejs npm
provide xmlsec1 xmlsec1
python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    missing python3 "install Python 3.11 or later, with venv"
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || missing node "install Node 20 or later"
command -v npm >/dev/null || missing npm "install Node 20 or later"
command -v xmlsec1 >/dev/null || missing xmlsec1 "install the package xmlsec1"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" ||
    missing "what requirements.txt names" "see above"
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || missing "what package.json names" "see above"

export PYTHONDONTWRITEBYTECODE=1
"$work/venv/bin/python" "$here/make.py" "$folder" "$work/node_modules"
