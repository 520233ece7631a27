//! Tests of reading WIT, and of which world's docs a component gets.

use super::Docs;
use crate::BuildOptions;
use crate::plan::Plan;
use crate::write::bindings::tree::Side;
use wit_parser::Resolve;

fn docs(source: &str, world: Option<&str>) -> anyhow::Result<Docs> {
    let mut resolve = Resolve::default();
    resolve.push_str("a.wit", source).unwrap();
    Docs::of(&resolve, world)
}

/// The plan of a component; what it exports can be the function `$f`.
fn plan(boundary: &str) -> Plan {
    let text = format!(
        "(component (core module $m (func (export \"f\"))) (core instance $m (instantiate $m))
            (func $f (canon lift (core func $m \"f\"))) {boundary})"
    );
    crate::build(&wat::parse_str(&text).unwrap(), &BuildOptions::default()).unwrap().plan
}

#[test]
fn docs_of_interfaces_and_of_what_worlds_have_themselves() {
    let docs = docs(
        "package a:b;
        /// an interface
        interface shared { /// in it
          f: func(); }
        world w {
          /// what the host does
          import log: func(line: string);
          /// what the component does
          export log: func() -> u32;
          import plain: interface { /// in a nameless one
            g: func(); }
          export plain: interface { /// in another
            g: func(); }
          /// a point
          record point { /// across
            x: u32 }
          export shared;
        }",
        None,
    );
    let docs = docs.unwrap();
    let docs = docs.for_component(&plan("")).unwrap();
    assert_eq!(docs.interface(Side::Exports, "a:b/shared"), "an interface");
    assert_eq!(docs.item(Side::Exports, Some("a:b/shared"), "f"), "in it");
    assert_eq!(docs.item(Side::Imports, None, "log"), "what the host does");
    assert_eq!(docs.item(Side::Exports, None, "log"), "what the component does");
    assert_eq!(docs.item(Side::Imports, Some("plain"), "g"), "in a nameless one");
    assert_eq!(docs.item(Side::Exports, Some("plain"), "g"), "in another");
    assert_eq!(docs.item(Side::Imports, None, "point"), "a point");
    assert_eq!(docs.member(Side::Imports, None, "point", "x"), "across");
    assert_eq!(docs.member(Side::Imports, None, "none", "x"), "");
}

/// The same function in worlds of which each says something else.
const WORLDS: &str = "package a:b@1.0.0;
    world plain { /// plain
      import log: func(); export run: func(); }
    world served { /// served
      import log: func(); export serve: func(); }
    world saved { /// saved
      import log: func(); import save: func(); export run: func(); }
    world saved-too { include saved; }
    world silent { export run: func(); }";

#[test]
fn docs_are_those_of_the_world_with_the_components_exports_and_imports() {
    let docs = docs(WORLDS, None).unwrap();
    let log = |boundary: &str| {
        docs.for_component(&plan(boundary)).map(|docs| docs.item(Side::Imports, None, "log").to_string())
    };
    let import = "(import \"log\" (func))";
    let run = "(export \"run\" (func $f))";
    assert_eq!(log(&format!("{import} (export \"serve\" (func $f))")).unwrap(), "served");
    // Two worlds that say the same.
    assert_eq!(log(&format!("{import} (import \"save\" (func)) {run}")).unwrap(), "saved");
    // What a toolchain's WASI adds is in no world.
    let wasi = "(import \"wasi:cli/stdout@0.2.0\" (instance)) (instance $r) (export \"wasi:cli/run@0.2.0\" (instance $r))";
    assert_eq!(log(&format!("{import} {wasi} (export \"serve\" (func $f))")).unwrap(), "served");
    // Of no world, but it has nothing that they speak about differently.
    assert_eq!(log("(import \"other\" (func))").unwrap(), "plain");
}

#[test]
fn a_component_of_either_of_two_worlds_must_be_told_which() {
    // It does not use `save`, if it could.
    let component = plan("(import \"log\" (func)) (export \"run\" (func $f))");
    let error = docs(WORLDS, None).unwrap().for_component(&component).unwrap_err().to_string();
    assert_eq!(
        error,
        "the worlds `a:b/plain@1.0.0` and `a:b/saved@1.0.0` have different doc comments for the import `log`, and the \
         component may be of either; say which it is of (--world)"
    );
    for name in ["saved", "a:b/saved", "a:b/saved@1.0.0"] {
        let docs = docs(WORLDS, Some(name)).unwrap();
        let docs = docs.for_component(&component).unwrap();
        assert_eq!(docs.item(Side::Imports, None, "log"), "saved");
    }
    let error = docs(WORLDS, Some("save")).unwrap_err().to_string();
    assert!(error.starts_with("`save` is not the name of one world; there are a:b/plain@1.0.0, "), "{error}");
}

#[test]
fn an_error_says_where_it_is() {
    let file = tempfile::Builder::new().suffix(".wit").tempfile().unwrap();
    std::fs::write(file.path(), "package a:b;\nworld w { export f: fuc(); }\n").unwrap();
    let error = format!("{:#}", Docs::read(file.path()).unwrap_err());
    assert!(error.starts_with("reading doc comments from `") && error.contains(".wit:2:"), "{error}");
}
