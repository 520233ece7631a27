#!/usr/bin/env bash
# Rebuilds shop.wasm from till.c and wit/shop.wit; ../c-component.sh says what it needs.
cd "$(dirname "$0")" && ../c-component.sh till.c shop shop
