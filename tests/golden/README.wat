;; RUN[component.txt]: inspect % --stage component
;; RUN[dfg.txt]: inspect % --stage dfg
;; RUN[imports.txt]: inspect % --stage imports
;; RUN[exports.txt]: inspect % --stage exports
;; RUN[wit]: inspect % --stage wit
;; RUN[partition.txt]: inspect % --stage partition
;; RUN[plan.json]: inspect % --stage plan
;; RUN[check.txt]: check %
;; FAIL[err]: build % -o README.wat
;;
;; How the golden tests work, shown on a small component. The comments at the top of an input are its header. Each
;; `RUN` is a command line of corefuse, in which `%` is the input; what it prints on standard output is compared with
;; the file beside the input whose name ends in what the brackets say. `FAIL` is for a command that must fail; then it
;; is standard error that is compared. The rest of the header is prose that says what to look for.
;;
;; `BLESS=1 cargo test --test golden` writes all expected files anew and deletes those that no directive names.
;; Names of expected files have two dots, names of inputs have one. Keep inputs short, one behaviour each. In plans the
;; size and hash of generated modules are zeros, so that a better adapter does not change every expected plan.
;;
;; Here: each stage's printed form, and an error. `add` needs no memory, so the plan has no `memory` initializer, and
;; as no adapter and no resource is there, there is no runtime module.
(component
  (import "log" (func $log (param "level" u32)))
  (core func $log (canon lower (func $log)))
  (core module $guest
    (import "host" "log" (func $log (param i32)))
    (func (export "add") (param i32 i32) (result i32)
      (call $log (i32.const 1))
      (i32.add (local.get 0) (local.get 1))))
  (core instance $guest (instantiate $guest (with "host" (instance (export "log" (func $log))))))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $guest "add"))))
