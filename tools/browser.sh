#!/bin/sh
# Sees to it that the page tests find a Chromium (the system's own, else Debian's package where this may install one) and,
# in the virtual environment $1, html-validate by the npm of its Python package, each file checked by its hash.
set -eu
venv=$1
here=$(dirname "$0")
say() { printf 'setup: %s\n' "$1" >&2; }

browser() {
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && return
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing Chromium for the browser tests (once)"
    { apt-get update -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 && return
  fi
  say "no Chromium here: the browser tests are skipped; install the package chromium to run them"
}

html_validate() {
  say "installing html-validate for the page tests (once)"
  mkdir -p "$venv/html-validate"
  cp "$here/html-validate/package.json" "$here/html-validate/package-lock.json" "$venv/html-validate/"
  PATH="$(cd "$venv/bin" && pwd):$PATH" "$venv/bin/npm" ci --prefix "$venv/html-validate" --ignore-scripts --no-audit --no-fund \
    --loglevel=error >/dev/null 2>&1 ||
    say "html-validate cannot be had from npm here: the markup of the pages is not checked"
}

browser
html_validate
