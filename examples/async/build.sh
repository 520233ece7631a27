#!/usr/bin/env bash
# Rebuilds search.wasm from search.c and wit/search.wit; ../c-component.sh says what it needs.
cd "$(dirname "$0")" && ../c-component.sh search.c searcher search --rename corefuse:search/search@0.1.0=search
