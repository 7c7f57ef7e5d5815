#!/usr/bin/env bash
# Installs the Debian packages that some tests need. Without them those tests say "skipped" loudly,
# except under CI, where they must run.
set -euo pipefail

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then
  echo "system-deps: a Chromium is here already"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "system-deps: no apt-get here; install Chromium by hand, or the browser tests are skipped" >&2
  exit 0
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
