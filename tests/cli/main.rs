//! The command line as users meet it: exit codes, messages, standard input, and what is on disk afterwards.

mod bundles;
mod inputs;
#[cfg(feature = "host")]
mod run;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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

#[test]
fn inspect_says_that_nothing_is_generated() {
    let dir = tempfile::tempdir().unwrap();
    let nothing = ";; nothing is generated: no call between components in this one needs translation\n";
    for stage in ["partition", "adapters"] {
        let output = run_with_stdin(&["inspect", "-", "--stage", stage], dir.path(), SMALL.as_bytes());
        assert_eq!(stdout(output), nothing, "{stage}");
    }
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
