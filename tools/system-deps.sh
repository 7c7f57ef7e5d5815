#!/usr/bin/env bash
# Installs the Debian packages that some tests need: Chromium opens report.html, QGIS draws
# comparison.gpkg with the styles inside, Node runs the short verifier of the record. Without them
# those tests say "skipped" loudly, except under CI, where they must run.
set -euo pipefail

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
/usr/bin/python3 -c 'import qgis' 2>/dev/null || missing+=(python3-qgis)
if [ ${#missing[@]} -eq 0 ]; then
  echo "system-deps: Chromium, QGIS and Node are here already"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "system-deps: no apt-get here; install ${missing[*]} by hand, or their tests are skipped" >&2
  exit 0
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
