;; A guest that keeps a diary, on pages that belong to its host: an interface with a resource, implemented outside.
(component
  (import "example:diary/pages@0.1.0" (instance $pages
    (export "page" (type $page (sub resource)))
    (export "[constructor]page" (func (param "title" string) (result (own $page))))
    ;; Gives how many lines there are now, or why the line was not taken.
    (export "[method]page.append" (func (param "self" (borrow $page)) (param "line" string) (result (result u32 (error string)))))
    ;; Takes the page away from the guest.
    (export "publish" (func (param "page" (own $page))))))
  (alias export $pages "page" (type $page))

  (core module $memory
    (memory (export "memory") 1)
    (data (i32.const 64) "Monday" "Tuesday" "It rained." "Zo\c3\ab bought croissants.")
    ;; For what the host answers; one text at a time is enough.
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (if (i32.gt_u (local.get $size) (i32.const 1024)) (then unreachable))
      i32.const 1024))
  (core instance $memory (instantiate $memory))

  (core func $page (canon lower (func $pages "[constructor]page") (memory (core memory $memory "memory"))))
  (core func $append (canon lower (func $pages "[method]page.append")
    (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (core func $publish (canon lower (func $pages "publish")))
  (core func $drop (canon resource.drop $page))
  (core module $main
    (import "memory" "memory" (memory 1))
    (import "pages" "page" (func $page (param i32 i32) (result i32)))
    ;; append(page, text, size, result), where result is memory for: 0 and the number of lines, or 1 and a text
    (import "pages" "append" (func $append (param i32 i32 i32 i32)))
    (import "pages" "publish" (func $publish (param i32)))
    (import "pages" "drop" (func $drop (param i32)))
    ;; write() -> how many lines were published
    (func (export "write") (result i32)
      (local $page i32)
      (local.set $page (call $page (i32.const 64) (i32.const 6)))
      (call $append (local.get $page) (i32.const 77) (i32.const 10) (i32.const 0))
      (call $append (local.get $page) (i32.const 87) (i32.const 23) (i32.const 0))
      (call $publish (local.get $page))
      (local.set $page (call $page (i32.const 70) (i32.const 7)))
      ;; Nothing happened on Tuesday: the host refuses an empty line, and the page is thrown away.
      (call $append (local.get $page) (i32.const 64) (i32.const 0) (i32.const 16))
      (if (i32.load8_u (i32.const 16)) (then (call $drop (local.get $page))))
      (i32.load (i32.const 4))))
  (core instance $main (instantiate $main
    (with "memory" (instance $memory))
    (with "pages" (instance
      (export "page" (func $page)) (export "append" (func $append)) (export "publish" (func $publish)) (export "drop" (func $drop))))))
  (func (export "write") (result u32) (canon lift (core func $main "write"))))
