//! Inputs: what is no component, or cannot be built, is told apart and named.

use super::{SMALL, listing, run, run_with_stdin, stderr, stdout};

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
        error.contains("no component text: expected `(`") && error.contains("--> standard input:1:1"),
        "{error}"
    );
    for binary in [&b"\x89PNG\r\n"[..], b"\xff\xfe(\0c\0", b"PK\x03\x04 archive", b"\0as"] {
        let error = check(binary);
        assert!(error.contains("neither a binary, which begins with `\\0asm`, nor text"), "{error}");
    }
    assert!(check(b"\0asm\r\0\x01").contains("unexpected end-of-file (at offset 0x4)"));
    assert_eq!(check(b""), "error: invalid: standard input: the input is empty\n");
    let json = check(b" {\"version\": [1, 0]}");
    assert!(json.contains("the input is JSON, not a component; plans are only"), "{json}");
    for (version, advice) in [(b'\x0c', "newer toolchain"), (b'\x0e', "update corefuse")] {
        let error = check(&[0, b'a', b's', b'm', version, 0, 1, 0]);
        assert!(error.contains(&format!("in version {version:#x} of the binary format")), "{error}");
        assert!(error.contains(advice), "{error}");
    }
    assert!(check(b"\0asm\x02\0\0\0").contains("version 0x2 and layer 0x0"));
}

#[test]
fn errors_in_text_say_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.wat"), "(component\n  (nonsense))").unwrap();
    let error = stderr(run(&["build", "a.wat", "-o", "out"], dir.path()), 1);
    assert!(error.contains("--> a.wat:2:4"), "{error}");
    // Some editors put a mark in front.
    stdout(run_with_stdin(&["check", "-"], dir.path(), "\u{feff}(component)".as_bytes()));
}

#[test]
fn an_input_that_is_cut_off_is_told_from_one_that_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = wat::parse_str(SMALL).unwrap();
    let cut = &bytes[..bytes.len() / 2];
    let error = stderr(run_with_stdin(&["check", "-"], dir.path(), cut), 1);
    assert!(error.contains(&format!("it has {} bytes and its sections say at least ", cut.len())), "{error}");
    assert!(error.contains("at offset 0x"), "{error}");
    let mut wrong = bytes;
    // The version of the core module in it.
    let module = wrong.windows(4).rposition(|magic| magic == b"\0asm").unwrap();
    wrong[module + 4] = 9;
    let error = stderr(run_with_stdin(&["check", "-"], dir.path(), &wrong), 1);
    assert!(!error.contains("cut off"), "{error}");
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
