#!/usr/bin/env bash
# Rebuilds the guests: those in C into `components/`, which are committed; those in JavaScript and Python, with what they
# are composed into (a megabyte, and twenty), into `dist/`. `build.sh c` and `build.sh large` do half of it. Needs python3,
# npm, a current Node and, for C, cargo; everything else is installed into a temporary folder (or $TOOLS, to keep it).
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p dist components

tools=${TOOLS:-$(mktemp -d)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$tools/npm/node_modules/.bin/componentize-qjs" ] || [ ! -x "$tools/npm/node_modules/.bin/jco" ]; then
  npm install --silent --prefix "$tools/npm" @bytecodealliance/jco@1.35.0 componentize-qjs@0.4.5
fi
if [ ! -x "$tools/venv/bin/pip" ]; then python3 -m venv "$tools/venv"; fi
jco=$tools/npm/node_modules/.bin/jco
flows=corefuse:flows

# `functions PREFIX NAME...`: the names as wit-bindgen wants them for --sync.
functions() {
  local prefix=$1 list=
  shift
  for name in "$@"; do list+=",$prefix#$name"; done
  echo "${list#,}"
}

# `c_guest SOURCE WORLD NAME DEFINE SYNC`: `SYNC` are functions that get plain signatures, which block.
c_guest() {
  local folder=$work/$3
  "$tools/bin/wit-bindgen" c wit --world "$2" --out-dir "$folder" ${5:+--sync "$5"} \
    --rename "$flows/feed@0.1.0=feed" --rename "$flows/desk@0.1.0=desk" --rename "$flows/clock@0.1.0=clock" \
    --rename wasi:cli/stdin@0.3.0=input --rename wasi:cli/stdout@0.3.0=output --rename wasi:cli/run@0.3.0=command \
    --rename wasi:clocks/monotonic-clock@0.3.0=clock_of_wasi > /dev/null 2> "$folder.log" || { cat "$folder.log"; exit 1; }
  cp "$1" "$folder/main.c"
  cp desk.h "$folder"
  # Compiled inside the work folder with relative names, so that no path of this machine gets into the binary.
  (
    cd "$folder"
    "$tools/venv/bin/python" -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Oz -s \
      -Wall -Wextra -Wno-unused-parameter "-D$4" main.c "$2.c" "$2_component_type.o" -o core.wasm
  )
  "$jco" new "$folder/core.wasm" --wasi-reactor -o "components/$3.wasm"
}

# `compose OUTLINE OUTPUT COMPONENT...`
compose() {
  local outline=$1 output=$2
  shift 2
  node compose/compose.js "$jco" "compose/$outline.wat" "$output" "$@"
}

build_c() {
  local feed_calls desk_calls feed_answers
  feed_calls=$(functions "import:$flows/feed@0.1.0" now check bytes readings note upper)
  desk_calls=$(functions "export:$flows/desk@0.1.0" ask wait check total table note send through leave-early give-up)
  feed_answers=$(functions "export:$flows/feed@0.1.0" now later check sum)
  c_guest timer.c timer timer CALLBACKS ''
  c_guest producer.c producer producer CALLBACKS ''
  c_guest producer.c producer producer-blocking BLOCKING "$feed_answers"
  c_guest consumer.c consumer consumer CALLBACKS ''
  c_guest consumer-blocking.c consumer consumer-blocking BLOCKING "$desk_calls,$feed_calls"
  c_guest shout.c shout shout BLOCKING 'wasi:cli/run@0.3.0#run,wasi:clocks/monotonic-clock@0.3.0#wait-for'
  for consumer in consumer consumer-blocking; do
    for producer in producer producer-blocking; do
      compose consumer-producer-timer "components/$consumer+$producer+timer.wasm" \
        components/timer.wasm "components/$producer.wasm" "components/$consumer.wasm"
    done
  done
  compose consumer-producer components/consumer+producer.wasm components/producer.wasm components/consumer.wasm
  check_size_and_paths
}

check_size_and_paths() {
  for component in components/*.wasm; do
    if strings "$component" 2> /dev/null | grep -nE '/(home|root|tmp|work|usr|build|Users)/'; then
      echo "$component holds paths of this machine (above)" >&2
      exit 1
    fi
    size=$(wc -c < "$component")
    if [ "$size" -ge 100000 ]; then
      echo "$component has $size bytes, more than the 100 KB that may be committed" >&2
      exit 1
    fi
    echo "$component: $size bytes"
  done
}

build_large() {
  "$tools/npm/node_modules/.bin/componentize-qjs" --wit wit --js producer.js --world producer-js --opt-size \
    --output dist/producer-js.wasm > /dev/null
  compose consumer-producer-js dist/consumer+producer-js.wasm dist/producer-js.wasm components/consumer.wasm
  local python=("$tools/venv/bin/componentize-py" -d wit -w consumer)
  "${python[@]}" bindings "$work/python" > /dev/null
  "${python[@]}" componentize consumer -p . -p "$work/python" -o dist/consumer-py.wasm > /dev/null
  compose consumer-py-producer-timer dist/consumer-py+producer+timer.wasm \
    dist/consumer-py.wasm components/timer.wasm components/producer.wasm
  wc -c dist/*.wasm
}

what=${1:-all}
if [ "$what" != large ]; then
  if [ ! -x "$tools/bin/wit-bindgen" ]; then
    cargo install --quiet wit-bindgen-cli --version 0.63.0 --no-default-features --features c --root "$tools"
  fi
  if [ ! -d "$tools"/venv/lib/python3*/site-packages/ziglang ]; then "$tools/venv/bin/pip" install --quiet ziglang==0.17.0; fi
  build_c
fi
if [ "$what" != c ]; then
  if [ ! -x "$tools/venv/bin/componentize-py" ]; then "$tools/venv/bin/pip" install --quiet componentize-py==0.25.1; fi
  build_large
fi
