#!/bin/sh
# Sees to it that the browser tests find a Chromium: the system's own, else Debian's package where this may install one.
set -eu
say() { printf 'setup: %s\n' "$1" >&2; }
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  say "installing Chromium for the browser tests (once)"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0
fi
say "no Chromium here: the browser tests are skipped; install the package chromium to run them"
