//! `corefuse build`: what is on disk afterwards, whatever happens.

use super::{SMALL, corefuse, listing, run, run_with_stdin, stderr, stdout};
use std::fs;
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::time::Duration;

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
