#!/bin/sh
# Renews the lock files from pyproject.toml: versions and hashes, no index address. What databases need is apart, since
# most runs read files.
set -eu
uv="$1/bin/uv"
lock() { "$uv" pip compile pyproject.toml tools/build.in "$@" --generate-hashes --no-emit-index-url --no-header --universal -p 3.11 --quiet; }
lock -o requirements.lock
lock --extra dev -c requirements.lock -o requirements-dev.lock
lock --extra postgresql --extra duckdb --extra mssql --extra oracle -c requirements-dev.lock -o requirements-databases.lock
lock --extra console --extra postgresql -c requirements-dev.lock -o requirements-console.lock
