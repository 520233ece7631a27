//! `corefuse run`: exit codes, calls of functions, what the host does not have.

use super::{SMALL, run, stderr, stdout};
use std::fs;

/// A component that calls what `imports` imports and `body` says in its `run`, and exports a function over lists.
fn command(imports: &str, body: &str) -> String {
    format!(
        r#"(component
        {imports}
        (core module $m
          (import "h" "f" (func $f (param i32)))
          (memory (export "memory") 1)
          (global $next (mut i32) (i32.const 1024))
          (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (global.get $next)
            (global.set $next (i32.add (global.get $next) (local.get 3))))
          (func (export "run") (result i32) {body})
          (func (export "sum") (param i32 i32) (result i32) (local $sum i32)
            (if (i32.eqz (local.get 1)) (then (return (i32.const 0))))
            (loop $l
              (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
              (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.add (local.get 0) (local.get 1)))))
              (br_if $l (local.get 1)))
            (local.get $sum)))
        (core func $f (canon lower (func $f)))
        (core instance $i (instantiate $m (with "h" (instance (export "f" (func $f))))))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $run (export "run" (func $run)))
        (export "wasi:cli/run@0.2.3" (instance $run))
        (func $sum (param "of" (list u8)) (result u32)
          (canon lift (core func $i "sum") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
        (instance $sums (export "sum" (func $sum)))
        (export "my:app/sums@1.0.0" (instance $sums)))"#
    )
}

const EXIT: &str = r#"(import "wasi:cli/exit@0.2.1" (instance $exit
      (export "exit-with-code" (func (param "status-code" u8)))))
    (alias export $exit "exit-with-code" (func $f))"#;

#[test]
fn run_passes_on_the_status_of_a_command() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let cases = [
        ("(i32.const 0)", 0, ""),
        ("(i32.const 1)", 1, ""),
        ("(call $f (i32.const 7)) (i32.const 0)", 7, ""),
        ("unreachable", 134, "error: in the call of `wasi:cli/run@0.2.3#run`: "),
        ("(loop (br 0)) (i32.const 0)", 134, "all fuel consumed"),
        (
            "(drop (memory.grow (i32.const 100))) (i32.store (i32.const 5000000) (i32.const 0)) (i32.const 0)",
            134,
            "out of bounds",
        ),
    ];
    for (body, code, message) in cases {
        fs::write(dir.join("a.wat"), command(EXIT, body)).unwrap();
        let ran = run(&["run", "a.wat", "--fuel", "1000000", "--max-memory", "1M"], dir);
        let stderr = stderr(ran, code);
        assert!(stderr.contains(message) && stderr.is_empty() == message.is_empty(), "{body}: {stderr}");
    }
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    let message = stderr(run(&["run", "a.wat"], dir), 1);
    assert!(message.contains("does not export `wasi:cli/run`; its functions are"), "{message}");
    assert!(message.contains(". To call one: --invoke '"), "{message}");
    let message = stderr(run(&["run", "a.wat", "--env", "COREFUSE_NONE"], dir), 1);
    assert!(message.contains("`COREFUSE_NONE`, which --env COREFUSE_NONE=VALUE would set"), "{message}");
    assert!(stderr(run(&["run", "a.wat", "--env", "=value"], dir), 2).contains("it has no name"));
    assert!(stderr(run(&["run", "a.wat", "--dir", "missing::/"], dir), 1).contains("`missing`"));
    assert!(stderr(run(&["run", "a.wat", "--max-memory", "1T"], dir), 2).contains("64K"));
}

#[test]
fn run_calls_functions_with_values_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), command(EXIT, "(i32.const 0)")).unwrap();
    stdout(run(&["build", "a.wat", "-o", "out"], dir));
    for (input, call) in [
        ("a.wat", "my:app/sums@1.0.0#sum([1, 2, 250])"),
        ("a.wat", "my:app/sums@1.2.0#sum([3, 250])"),
        ("out/a.plan.json", "my:app/sums#sum([253])"),
    ] {
        assert_eq!(stdout(run(&["run", input, "--invoke", call], dir)), "253\n", "{call}");
    }
    for (call, message) in [
        ("my:app/sums#sum([256])", "in the arguments of `my:app/sums#sum(of: list<u8>)`"),
        ("my:app/sums#sum([1)", "malformed arguments: unexpected `)`"),
        ("my:app/sums#sum()", "argument 1, of type `list<u8>`, is missing"),
        ("my:app/sums#sum([], 2)", "there are 2, but the function takes 1"),
        ("my:app/sums#sum([1, true])", "argument 1 is no `list<u8>`: invalid value type at `true`"),
        ("my:app/sums#sum([1", "does not end with `)`"),
        ("my:app/sums#sum(\"", "does not end with `)`"),
        ("my:app/sums#sum", "is no call: write the function's name and its arguments, such as `f()`"),
        ("my:app/sums@1.0.0()", "`my:app/sums@1.0.0` is no function; its functions are "),
        ("sum([])", "its functions are wasi:cli/run@0.2.3#run, my:app/sums@1.0.0#sum"),
    ] {
        let stderr = stderr(run(&["run", "a.wat", "--invoke", call], dir), 1);
        assert!(stderr.contains(message), "{call}: {stderr}");
    }
}

/// Nothing else in this component is asynchronous, so that it is refused only when it is called.
#[test]
fn run_refuses_an_asynchronous_function_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let component = r#"(component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func (export "f") async (canon lift (core func $i "f"))))"#;
    fs::write(dir.path().join("a.wat"), component).unwrap();
    let stderr = stderr(run(&["run", "a.wat", "--invoke", "f()"], dir.path()), 1);
    assert!(
        stderr.contains("in the call of `f`: the component needs `asynchronous functions` (the function is)"),
        "{stderr}"
    );
}

#[test]
fn run_refuses_sockets_when_they_are_called() {
    let dir = tempfile::tempdir().unwrap();
    let sockets = r#"(import "wasi:sockets/made-up@0.2.1" (instance $s (export "open" (func (param "port" u8)))))
        (alias export $s "open" (func $f))"#;
    fs::write(dir.path().join("fine.wat"), command(sockets, "(i32.const 0)")).unwrap();
    stdout(run(&["run", "fine.wat"], dir.path()));
    fs::write(dir.path().join("calls.wat"), command(sockets, "(call $f (i32.const 0)) (i32.const 0)"))
        .unwrap();
    let stderr = stderr(run(&["run", "calls.wat"], dir.path()), 134);
    assert!(
        stderr.contains("`wasi:sockets/made-up@0.2.1#open` was called, which this host does not have"),
        "{stderr}"
    );
}

#[test]
fn the_readmes_first_command_says_what_the_readme_says() {
    let greeting = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/compose/greeting.wat");
    let dir = tempfile::tempdir().unwrap();
    let said = stdout(run(&["run", greeting, "--invoke", r#"greet("Zoë", "fr")"#], dir.path()));
    assert_eq!(said, "ok(\"Salut, Zoë!\")\n");
}
