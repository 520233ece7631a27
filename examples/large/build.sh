#!/usr/bin/env bash
# Makes a component of guest.js with componentize-js (some 12 MB: it holds a JavaScript engine), and converts it.
set -euo pipefail
cd "$(dirname "$0")"

# Not `npm ci`: the lock file cannot list binaries of preview2-shim for platforms they were not published for.
npm install --no-save --silent --prefix tools
mkdir -p dist
node tools/componentize.js guest.js wit dist/greeter.wasm
cargo run --quiet -- build dist/greeter.wasm -o dist --name greeter
