#!/usr/bin/env bash
# Prints a key of what the folder contains; nothing where it is empty or missing. Equal content has equal keys, so a cache that did not change is not kept twice.
set -euo pipefail

: "${1:?names no folder}"

checksum() {
  if command -v sha256sum > /dev/null; then
    sha256sum
  else
    shasum -a 256
  fi
}
if [[ ! -d $1 ]]; then
  exit 0
fi
cd "$1"
files=$(find . -type f ! -name '*.lock' -exec cksum {} + | LC_ALL=C sort)
if [[ -n $files ]]; then
  checksum <<< "$files" | cut -c 1-32
fi
