//! The command line as users meet it: exit codes, messages, standard input, and what is on disk afterwards.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
#[cfg(unix)]
use std::time::Duration;

/// A component with one core module.
const SMALL: &str = r#"
    (component
        (core module $m (func (export "f") (result i32) (i32.const 42)))
        (core instance $m (instantiate $m))
        (func (export "f") (result u32) (canon lift (core func $m "f"))))"#;

fn corefuse(args: &[&str], directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corefuse"));
    command.args(args).current_dir(directory).stdin(Stdio::null());
    command
}

fn run(args: &[&str], directory: &Path) -> Output {
    corefuse(args, directory).output().unwrap()
}

fn run_with_stdin(args: &[&str], directory: &Path, stdin: &[u8]) -> Output {
    let mut command = corefuse(args, directory);
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    child.wait_with_output().unwrap()
}

/// Standard output of a command that must succeed.
fn stdout(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a command that must end with `code`.
fn stderr(output: Output, code: i32) -> String {
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(output.stdout.is_empty());
    text
}

fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn help_has_examples_and_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    let help = stdout(run(&["--help"], dir.path()));
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    let commands = ["build", "inspect", "check"].into_iter().chain(cfg!(feature = "host").then_some("run"));
    for command in commands {
        assert!(help.contains(command), "{help}");
        let help = stdout(run(&[command, "--help"], dir.path()));
        assert!(help.contains("Examples:\n  corefuse") || help.contains("| corefuse"), "{help}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    for args in [
        &[][..],
        &["unknown"],
        &["build", "a.wat"],
        &["build", "a.wat", "-o", "out", "--name", "../b"],
        &["build", "a.wat", "-o", "out", "--name", ""],
        &["build", "a.wat", "-o", "out", "--map", "a=b"],
        &["build", "a.wat", "-o", "out", "--esm", "--map", "a"],
        &["build", "a.wat", "-o", "out", "--esm", "--bindings", "none"],
        &["build", "a.wat", "-o", "out", "--inline", "--bindings", "none"],
        &["inspect", "a.wat"],
        &["inspect", "a.wat", "--stage", "unknown"],
        &["inspect", "a.wat", "--stage", "dfg", "--function", "f"],
        &["build", "a.wat", "-o", "out", "--esm", "--map", "a=b#"],
        &["check"],
    ] {
        stderr(run(args, dir), 2);
    }
    assert_eq!(listing(dir), ["a.wat"]);
    let error = stderr(run(&["build", "a.wat", "-o", "out", "--name", "a b"], dir), 2);
    assert!(error.contains("invalid bundle name \"a b\": it contains ' '"), "{error}");
}

#[test]
fn an_input_that_cannot_be_read_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = stderr(run(&["check", "missing.wasm"], dir.path()), 1);
    assert!(error.starts_with("error: cannot read missing.wasm: "), "{error}");
    let error = stderr(run(&["build", ".", "-o", "out"], dir.path()), 1);
    assert!(error.starts_with("error: cannot read .: "), "{error}");
    assert!(listing(dir.path()).is_empty());
}

#[test]
fn what_is_no_component_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let check = |input: &[u8]| stderr(run_with_stdin(&["check", "-"], dir.path(), input), 1);
    let error = check(b"hello");
    assert!(
        error.contains("no component text: expected `(`") && error.contains("--> the input:1:1"),
        "{error}"
    );
    for binary in [&b"\x89PNG\r\n"[..], b"\xff\xfe(\0c\0"] {
        let error = check(binary);
        assert!(error.contains("neither a binary, which begins with `\\0asm`, nor text"), "{error}");
    }
    assert!(check(b"\0asm\r\0\x01").contains("unexpected end-of-file (at offset 0x4)"));
}

/// What decodes WIT panics on some components that no toolchain writes, such as one that exports an imported instance with a resource.
#[test]
fn a_component_without_a_form_in_wit_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let wit = |text: &str| {
        stderr(run_with_stdin(&["inspect", "-", "--stage", "wit"], dir.path(), text.as_bytes()), 1)
    };
    let same = r#"(component
        (import "a:b/c" (instance $i (export "r" (type $r (sub resource)))))
        (export "a:b/c" (instance $i)))"#;
    let module = r#"(component (core module $m) (export "m" (core module $m)))"#;
    for text in [same, module] {
        let error = wit(text);
        assert!(error.starts_with("error: standard input: the interface has no form in WIT: "), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn what_does_nothing_is_mentioned() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), "(component (import \"a:b/c@1.0.0\" (instance)))").unwrap();
    let maps = ["--map", "a:b/*=./x.js", "--map", "a:b/c@1.0.0=./y.js", "--map", "a:z/*=./z.js#*"];
    let output = run(&[&["build", "a.wat", "-o", "out", "--esm"], &maps[..]].concat(), dir);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert_eq!(notes, "note: `--map a:z/*=./z.js#*` fits nothing that the component imports\n");
    let error = stderr(run(&["inspect", "a.wat", "--stage", "adapters", "--function", "x"], dir), 1);
    assert!(error.contains("no function of the generated modules begins with `x`"), "{error}");
}

/// What the component is does not show in it, but the user may say it.
#[test]
fn docs_of_several_worlds_are_not_guessed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), "(component (import \"log\" (func)))").unwrap();
    let wit = "package a:b; world one { /// First.\n import log: func(); }
        world two { /// Second.\n import log: func(); }";
    fs::write(dir.join("a.wit"), wit).unwrap();
    let build = ["build", "a.wat", "-o", "out", "--wit", "a.wit"];
    let error = stderr(run(&build, dir), 1);
    assert!(error.starts_with("error: a.wat: the worlds `a:b/one` and `a:b/two` have different"), "{error}");
    assert!(error.ends_with("say which it is of (--world)\n") && !dir.join("out").exists(), "{error}");
    stdout(run(&[&build[..], &["--world", "two"]].concat(), dir));
    let declarations = fs::read_to_string(dir.join("out/a.d.ts")).unwrap();
    assert!(declarations.contains("Second.") && !declarations.contains("First."), "{declarations}");
    let error = stderr(run(&[&build[..], &["--world", "three"]].concat(), dir), 1);
    assert!(error.contains("there are a:b/one, a:b/two"), "{error}");
    stderr(run(&["build", "a.wat", "-o", "out", "--world", "two"], dir), 2);
}

#[test]
fn inspect_says_that_nothing_is_generated() {
    let dir = tempfile::tempdir().unwrap();
    let nothing = ";; nothing is generated: no call between components in this one needs translation\n";
    for stage in ["partition", "adapters"] {
        let output = run_with_stdin(&["inspect", "-", "--stage", stage], dir.path(), SMALL.as_bytes());
        assert_eq!(stdout(output), nothing, "{stage}");
    }
}

/// A bundle appears whole or not at all, also if its writer is interrupted.
#[cfg(unix)]
#[test]
fn an_interrupted_build_leaves_nothing_half_written() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let text = format!(
        "(component (core module $m (memory 1000) (data (i32.const 0) \"{}\")) (core instance (instantiate $m)))",
        "a".repeat(8_000_000)
    );
    fs::write(dir.join("a.wat"), text).unwrap();
    // The last one is not interrupted.
    for wait in (0..5).map(|i| Some(Duration::from_millis(200 + 80 * i))).chain([None]) {
        let mut child = corefuse(&["build", "a.wat", "-o", "out"], dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if let Some(wait) = wait {
            std::thread::sleep(wait);
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        }
        child.wait().unwrap();
        let out = dir.join("out");
        if wait.is_none() || out.exists() {
            assert_eq!(listing(&out), ["a.core0.wasm", "a.d.ts", "a.js", "a.plan.json"]);
            fs::remove_dir_all(out).unwrap();
        }
    }
}

#[test]
fn build_names_its_files_after_the_input_or_as_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("my app.wat"), SMALL).unwrap();
    let paths = stdout(run(&["build", "my app.wat", "-o", "out"], dir));
    let files = ["core0.wasm", "js", "d.ts", "plan.json"].map(|end| format!("out/my-app.{end}\n"));
    assert_eq!(paths.replace('\\', "/"), files.concat());
    stdout(run(&["build", "my app.wat", "-o", "out", "--bindings", "none"], dir));
    stdout(run(&["build", "my app.wat", "-o", "out", "--name", "b", "--bindings", "none"], dir));
    stdout(run_with_stdin(&["build", "-", "-o", "out", "--bindings", "none"], dir, SMALL.as_bytes()));
    let names = ["b", "component", "my-app"]
        .map(|name| [".core0.wasm", ".plan.json"].map(|end| format!("{name}{end}")));
    assert_eq!(listing(&dir.join("out")), names.concat());
}

#[test]
fn one_file_replaces_a_bundle_and_a_bundle_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    let build = ["build", "a.wat", "-o", "out"];
    let many = ["a.core0.wasm", "a.d.ts", "a.js", "a.plan.json"];
    let inline = ["build", "a.wat", "-o", "out", "--inline"];
    for _ in 0..2 {
        stdout(run(&build, dir));
        assert_eq!(listing(&dir.join("out")), many);
        for _ in 0..2 {
            stdout(run(&inline, dir));
            assert_eq!(listing(&dir.join("out")), ["a.d.ts", "a.js"]);
        }
    }
    let file = dir.join("out/a.js");
    let changed = fs::read_to_string(&file).unwrap().replace("export", "export ");
    fs::write(&file, changed).unwrap();
    for args in [&build[..], &inline[..]] {
        let error = stderr(run(args, dir), 1);
        assert!(error.contains("a.js exists and corefuse did not write it, or it was changed"), "{error}");
    }
}

#[test]
fn text_and_binary_and_standard_input_give_the_same_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let binary = wat::parse_str(SMALL).unwrap();
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    fs::write(dir.join("a.wasm"), &binary).unwrap();
    stdout(run(&["build", "a.wat", "-o", "text"], dir));
    stdout(run(&["build", "a.wasm", "-o", "binary"], dir));
    stdout(run_with_stdin(&["build", "-", "-o", "stdin", "--name", "a"], dir, &binary));
    for name in ["a.core0.wasm", "a.plan.json"] {
        let [text, binary, stdin] =
            ["text", "binary", "stdin"].map(|out| fs::read(dir.join(out).join(name)).unwrap());
        assert!(text == binary && binary == stdin, "{name}");
    }
    let module = fs::read(dir.join("text/a.core0.wasm")).unwrap();
    assert!(binary.windows(module.len()).any(|bytes| bytes == module), "guest bytes are those of the input");
}

#[test]
fn a_refused_component_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (input, code) in [("(component (export \"a\" (func 0)))", 1), ("(module)", 1), ("(", 1), ("", 1)] {
        let output = run_with_stdin(&["build", "-", "-o", "out"], dir, input.as_bytes());
        assert!(stderr(output, code).starts_with("error: "), "{input}");
    }
    assert!(listing(dir).is_empty());
}

#[test]
fn foreign_files_are_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    fs::write(dir.join("a.core0.wasm"), "mine").unwrap();
    let error = stderr(run(&["build", "a.wat", "-o", "."], dir), 1);
    assert!(error.contains("a.core0.wasm exists and corefuse did not write it"), "{error}");
    assert!(error.contains("choose another directory (-o) or name (--name)"), "{error}");
    assert_eq!(listing(dir), ["a.core0.wasm", "a.wat"]);
    assert_eq!(fs::read(dir.join("a.core0.wasm")).unwrap(), b"mine");
}

#[test]
fn building_again_replaces_the_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.wat"), SMALL).unwrap();
    stdout(run(&["build", "a.wat", "-o", "out"], dir));
    fs::write(dir.join("a.wat"), SMALL.replace("42", "43")).unwrap();
    stdout(run(&["build", "a.wat", "-o", "out"], dir));
    fs::write(dir.join("a.wat"), "(component)").unwrap();
    stdout(run(&["build", "a.wat", "-o", "out", "--bindings", "none"], dir));
    assert_eq!(listing(&dir.join("out")), ["a.plan.json"]);
}

#[test]
fn check_tells_invalid_from_not_buildable() {
    let dir = tempfile::tempdir().unwrap();
    let check = |input: &str| run_with_stdin(&["check", "-"], dir.path(), input.as_bytes());
    assert!(stdout(check(SMALL)).starts_with("standard input is valid, and corefuse can build it."));
    let types = r#"(component (type $t u8) (import "a:b/c" (instance (export "t" (type (eq $t))))))"#;
    assert!(stdout(check(types)).ends_with("Imports the host must supply:\n  none\n"), "types need no host");
    let error = stderr(check("(component (export \"a\" (func 0)))"), 1);
    assert!(error.starts_with("error: invalid: standard input: "), "{error}");
    let error = stderr(check("(component (import \"c\" (component)))"), 1);
    assert!(error.starts_with("error: valid, but not buildable: standard input: unsupported: "), "{error}");
}

/// A large component: progress is for terminals only, and a reader that goes away is no failure.
#[test]
fn a_closed_pipe_is_no_failure_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let imports: String =
        (0..20_000).map(|i| format!("(import \"f{i}\" (func (param \"name\" u32)))")).collect();
    fs::write(dir.path().join("large.wat"), format!("(component {imports})")).unwrap();
    let mut child: Child = corefuse(&["inspect", "large.wat", "--stage", "plan"], dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 16]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// A component that calls what `imports` imports and `body` says in its `run`, and exports a function over lists.
#[cfg(feature = "host")]
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

#[cfg(feature = "host")]
const EXIT: &str = r#"(import "wasi:cli/exit@0.2.1" (instance $exit
      (export "exit-with-code" (func (param "status-code" u8)))))
    (alias export $exit "exit-with-code" (func $f))"#;

#[cfg(feature = "host")]
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
    assert!(stderr(run(&["run", "a.wat", "--env", "COREFUSE_NONE"], dir), 1).contains("`COREFUSE_NONE`"));
    assert!(stderr(run(&["run", "a.wat", "--dir", "missing::/"], dir), 1).contains("`missing`"));
    assert!(stderr(run(&["run", "a.wat", "--max-memory", "1T"], dir), 2).contains("64K"));
}

#[cfg(feature = "host")]
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
        ("my:app/sums#sum([1)", "malformed arguments"),
        ("my:app/sums#sum()", "malformed arguments"),
        ("my:app/sums#sum", "write the arguments in parentheses"),
        ("sum([])", "its functions are wasi:cli/run@0.2.3#run, my:app/sums@1.0.0#sum"),
    ] {
        let stderr = stderr(run(&["run", "a.wat", "--invoke", call], dir), 1);
        assert!(stderr.contains(message), "{call}: {stderr}");
    }
}

#[cfg(feature = "host")]
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

#[cfg(feature = "host")]
#[test]
fn the_readmes_first_command_says_what_the_readme_says() {
    let greeting = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/compose/greeting.wat");
    let dir = tempfile::tempdir().unwrap();
    let said = stdout(run(&["run", greeting, "--invoke", r#"greet("Zoë", "fr")"#], dir.path()));
    assert_eq!(said, "ok(\"Salut, Zoë!\")\n");
}
