#!/usr/bin/env bash
# Fuzzes a running admin process by its own OpenAPI document: no answer may have status 5xx, and every one has to fit the document.
# usage: admin.sh [URL [EXAMPLES]]; makes a Python environment in ops/fuzz/.venv the first time
set -euo pipefail
cd "$(dirname "$0")"
url=${1:-http://127.0.0.1:8090}
examples=${2:-50}
if ! [ -x .venv/bin/schemathesis ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
fi
exec .venv/bin/schemathesis run "$url/admin/v1/openapi.json" --url "$url/admin/v1" \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --max-examples "$examples" --exclude-path /events --request-timeout 30 ${KVASIR_CLIENT_KEY:+--header "Authorization: Bearer $KVASIR_CLIENT_KEY"}
