#!/usr/bin/env bash
# `tools/frontend.sh build` makes static/dist from frontend/.
# `tools/frontend.sh check` builds and fails when the committed files are not exactly what came out.
set -euo pipefail
cd "$(dirname "$0")/.."

install_modules() {
    cmp -s frontend/package-lock.json frontend/node_modules/.installed-lock && return
    (cd frontend && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp frontend/package-lock.json frontend/node_modules/.installed-lock
}

build() {
    install_modules
    (cd frontend && npm run --silent build)
}

case "${1:-}" in
    build) build ;;
    check)
        before=$(mktemp -d)
        trap 'rm -rf "$before"' EXIT
        git archive HEAD static/dist | tar -x -C "$before"
        build
        diff -r "$before/static/dist" static/dist \
            || { printf 'static/dist is not what frontend/ builds: run "make frontend" and commit it.\n'; exit 1; }
        ;;
    *) printf 'usage: tools/frontend.sh build|check\n' >&2; exit 2 ;;
esac
