#!/bin/sh
# Renews requirements.lock and requirements-dev.lock from pyproject.toml: versions and hashes, no index address.
set -eu
uv="$1/bin/uv"
lock() { "$uv" pip compile pyproject.toml tools/build.in "$@" --generate-hashes --no-emit-index-url --no-header --universal -p 3.11 --quiet; }
lock -o requirements.lock
lock --extra dev -c requirements.lock -o requirements-dev.lock
