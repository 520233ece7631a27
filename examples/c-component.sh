#!/usr/bin/env bash
# Builds an example's component from C: `c-component.sh SOURCE WORLD NAME [FLAG OF wit-bindgen...]`, in the example's folder,
# makes NAME.wasm from SOURCE and the WORLD of wit/. Needs cargo, python3 and npm; everything else is installed into a
# temporary folder (or into $TOOLS, to keep it). The committed components were made by this script.
set -euo pipefail
source=$1 world=$2 output=$3.wasm
shift 3

tools=${TOOLS:-$(mktemp -d)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$tools/bin/wit-bindgen" ]; then
  cargo install --quiet wit-bindgen-cli --version 0.63.0 --no-default-features --features c --root "$tools"
fi
if [ ! -x "$tools/venv/bin/python" ]; then
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet ziglang==0.17.0
fi
if [ ! -x "$tools/npm/node_modules/.bin/jco" ]; then
  npm install --silent --prefix "$tools/npm" @bytecodealliance/jco@1.35.0
fi

"$tools/bin/wit-bindgen" c wit "$@" --out-dir "$work" > /dev/null
cp "$source" "$work"
# Compiled inside the work folder with relative names, so that no path of this machine gets into the binary.
(
  cd "$work"
  "$tools/venv/bin/python" -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Oz -s -Wall -Wextra -Wno-unused-parameter \
    "$source" "$world.c" "${world}_component_type.o" -o core.wasm
)
"$tools/npm/node_modules/.bin/jco" new "$work/core.wasm" --wasi-reactor -o "$output"

if strings "$output" 2> /dev/null | grep -nE '/(home|root|tmp|work|usr|build|Users)/'; then
  echo "$output holds paths of this machine (above)" >&2
  exit 1
fi
size=$(wc -c < "$output")
if [ "$size" -ge 100000 ]; then
  echo "$output has $size bytes, more than the 100 KB that may be committed" >&2
  exit 1
fi
echo "$output: $size bytes"
