#!/usr/bin/env bash
# Makes the fixtures afresh: make.sh [FOLDER], by default ../fixtures.
# Needs bash, Python 3.11 or later with venv, Node 20 or later with npm, and xmlsec1; installs the rest, in the versions
# that are pinned here, in a temporary folder that it removes.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "${1:-$here/../fixtures}"
folder="$(cd "${1:-$here/../fixtures}" && pwd)"

missing() { echo "$1 is missing: $2" >&2; exit 1; }
command -v python3 >/dev/null || missing python3 "install Python 3.11 or later"
command -v npm >/dev/null || missing npm "install Node 20 or later"
if ! command -v xmlsec1 >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        apt-get install -y -qq xmlsec1 >/dev/null
    else
        missing xmlsec1 "install the package xmlsec1"
    fi
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)

export PYTHONDONTWRITEBYTECODE=1
"$work/venv/bin/python" "$here/make.py" "$folder" "$work/node_modules"
