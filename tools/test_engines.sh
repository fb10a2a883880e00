#!/usr/bin/env bash
# Start the real engines on loopback, run their tests, stop the engines whatever came out.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/engines.sh install
trap 'tools/engines.sh stop' EXIT
tools/engines.sh start
lines=$(tools/engines.sh env)
set -a
eval "$lines"
set +a
# What is asked of the other engines too is asked of those by `make test`.
.venv/bin/python -m pytest -k 'not (embedded or moto or sqlite)' tests/contract tests/engines tests/model/test_model.py tests/web/test_access_token_ends.py tests/web/test_corpus_names.py tests/web/test_direct_links.py tests/web/test_request_units.py tests/web/test_long_uploads.py tests/web/test_zips.py tests/web/test_zip_programs.py tests/web/test_versions.py tests/web/test_bulk.py "$@"
