// A component with any number of adapters: the text of two guests with that many functions between them.

/**
 * @param {number} count of functions `f0`, `f1`, ...: (bool, u8, string) -> u32
 * @returns {string} a component in the text format; it exports `run: func(n: u32) -> u32`, which calls each once
 */
export function manyAdapters(count) {
  const type = '(param "a" bool) (param "b" u8) (param "s" string) (result u32)';
  const each = (line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
  return `(component
  (component $Callee
    (core module $Main
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      ${each((i) => `(func (export "f${i}") (param i32 i32 i32 i32) (result i32) (i32.add (local.get 3) (i32.const ${i})))`)})
    (core instance $main (instantiate $Main))
    ${each(
      (i) => `(func (export "f${i}") ${type}
      (canon lift (core func $main "f${i}") (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc"))))`,
    )})
  (component $Caller
    ${each((i) => `(import "f${i}" (func $f${i} ${type}))`)}
    (core module $Libc (memory (export "memory") 1))
    (core module $Main
      (import "libc" "memory" (memory 1))
      ${each((i) => `(import "adapter" "f${i}" (func $f${i} (param i32 i32 i32 i32) (result i32)))`)}
      (func (export "run") (param i32) (result i32) (local $sum i32)
        ${each(
          (i) => `(local.set $sum
          (i32.add (local.get $sum) (call $f${i} (i32.const 1) (i32.const 2) (i32.const 1024) (i32.const 16))))`,
        )}
        (local.get $sum)))
    (core instance $libc (instantiate $Libc))
    ${each((i) => `(core func $f${i}' (canon lower (func $f${i}) (memory (core memory $libc "memory"))))`)}
    (core instance $main (instantiate $Main
      (with "libc" (instance $libc))
      (with "adapter" (instance ${each((i) => `(export "f${i}" (func $f${i}'))`)}))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller ${each((i) => `(with "f${i}" (func $callee "f${i}"))`)}))
  (export "run" (func $caller "run")))`;
}
