//! Values of every type, to a guest and back, in all encodings and pointer widths, dynamically and typed.

use crate::support::{Live, allocator, live};
use corefuse::host::{Linker, StoreContextMut, Val};
use std::collections::BTreeMap;

/// A type: its name with the definitions it needs, and its flat types, where `p` is a pointer.
struct Case<'a> {
    definitions: &'a str,
    ty: &'a str,
    flat: &'a str,
}

const ENCODINGS: [&str; 3] =
    ["string-encoding=utf8", "string-encoding=utf16", "string-encoding=latin1+utf16"];

impl Case<'_> {
    /// A component that exports `run`, which calls the imported `echo`; both map a value of the type to one of
    /// the type. So each value is lowered and lifted on both sides, on the stack or spilled.
    fn component(&self, pointer: &str, encoding: &str) -> String {
        let flat: Vec<&str> =
            self.flat.split_whitespace().map(|t| if t == "p" { pointer } else { t }).collect();
        let params = if flat.len() > 16 { vec![pointer] } else { flat.clone() };
        let gets: String = (0..params.len()).map(|i| format!("(local.get {i})")).collect();
        let params = params.join(" ");
        // More than one flat result spills: lowered functions get a pointer, lifted ones return one.
        let (lowered, lifted, body) = match &flat[..] {
            [single] => {
                (format!("(param {params}) (result {single})"), *single, format!("(call $echo {gets})"))
            }
            _ => (
                format!("(param {params} {pointer})"),
                pointer,
                format!("(call $echo {gets} ({pointer}.const 16)) ({pointer}.const 16)"),
            ),
        };
        let Case { definitions, ty, .. } = self;
        let libc = allocator(pointer);
        format!(
            r#"(component
                {definitions}
                (import "echo" (func $echo (param "x" {ty}) (result {ty})))
                {libc}
                (core func $lowered (canon lower (func $echo) (memory $memory) (realloc $realloc) {encoding}))
                (core module $m
                  (import "host" "echo" (func $echo {lowered}))
                  (func (export "run") (param {params}) (result {lifted}) {body}))
                (core instance $m (instantiate $m (with "host" (instance (export "echo" (func $lowered))))))
                (func (export "run") (param "x" {ty}) (result {ty})
                  (canon lift (core func $m "run") (memory $memory) (realloc $realloc) {encoding})))"#
        )
    }

    fn each(&self, mut check: impl FnMut(Live, &str), define: impl Fn(&mut Linker<Vec<String>>)) {
        for pointer in ["i32", "i64"] {
            for encoding in ENCODINGS {
                check(live(&self.component(pointer, encoding), &define), &format!("{pointer} {encoding}"));
            }
        }
    }

    /// Checks that each value comes back, and that the host's function got it.
    fn check(&self, values: &[Val]) {
        let run = |mut live: Live, how: &str| {
            for value in values {
                let result = live.call("run", std::slice::from_ref(value)).unwrap();
                assert_eq!(result, *value, "{} {how}", self.ty);
                assert_eq!(live.store.data_mut().pop().unwrap(), format!("{value:?}"));
            }
        };
        self.each(run, |linker| {
            let echo =
                |mut store: StoreContextMut<'_, Vec<String>>, _, params: &[Val], results: &mut [Val]| {
                    store.data_mut().push(format!("{:?}", params[0]));
                    results[0] = params[0].clone();
                    Ok(())
                };
            linker.root().func_new("echo", echo).unwrap();
        });
    }
}

fn check(ty: &str, flat: &str, values: &[Val]) {
    Case { definitions: "", ty, flat }.check(values);
}

fn strings(strings: &[&str]) -> Vec<Val> {
    strings.iter().map(|s| Val::String(s.to_string())).collect()
}

#[test]
fn scalars() {
    check("bool", "i32", &[Val::Bool(true), Val::Bool(false)]);
    check("u8", "i32", &[Val::U8(0), Val::U8(255)]);
    check("s8", "i32", &[Val::S8(-128), Val::S8(127)]);
    check("u16", "i32", &[Val::U16(65535)]);
    check("s16", "i32", &[Val::S16(-32768)]);
    check("u32", "i32", &[Val::U32(u32::MAX)]);
    check("s32", "i32", &[Val::S32(i32::MIN)]);
    check("u64", "i64", &[Val::U64(u64::MAX)]);
    check("s64", "i64", &[Val::S64(i64::MIN)]);
    check("f32", "f32", &[Val::Float32(-1.5), Val::Float32(f32::INFINITY)]);
    check("f64", "f64", &[Val::Float64(1e300)]);
    check("char", "i32", &[Val::Char('a'), Val::Char('\u{10FFFF}')]);
}

#[test]
fn strings_in_all_encodings() {
    check("string", "p p", &strings(&["", "hello", "Zoë ÿ", "日本 Ā", "😀 ok", "a\0b", "\u{FEFF}x"]));
    let long = "é😀x".repeat(1000);
    check("string", "p p", &strings(&[&long]));
}

#[test]
fn lists() {
    check("(list u8)", "p p", &[Val::List(vec![]), Val::List((0..=255).map(Val::U8).collect())]);
    check("(list u64)", "p p", &[Val::List(vec![Val::U64(1), Val::U64(u64::MAX)])]);
    check("(list string)", "p p", &[Val::List(strings(&["a", "", "Ā"]))]);
    let nested = Val::List(vec![Val::List(vec![Val::Bool(true)]), Val::List(vec![])]);
    check("(list (list bool))", "p p", &[nested]);
}

#[test]
fn records_and_tuples() {
    let record =
        |a: u8, b: &str| Val::Record(vec![("a-b".into(), Val::U8(a)), ("c".into(), Val::String(b.into()))]);
    let definitions = r#"
        (type $record' (record (field "a-b" u8) (field "c" string)))
        (import "record" (type $record (eq $record')))"#;
    Case { definitions, ty: "$record", flat: "i32 p p" }.check(&[record(7, "x"), record(0, "日")]);
    let tuple = Val::Tuple(vec![Val::U8(1), Val::U64(2), Val::Char('c')]);
    check("(tuple u8 u64 char)", "i32 i64 i32", &[tuple]);
}

#[test]
fn more_than_sixteen_flat_values_travel_through_memory() {
    let definitions = r#"
        (type $wide' (tuple u8 u64 u8 u64 u8 u64 u8 u64 u8 u64 u8 u64 u8 u64 u8 u64 string))
        (import "wide" (type $wide (eq $wide')))"#;
    let mut values: Vec<Val> = (0..8).flat_map(|i| [Val::U8(i), Val::U64(u64::from(i) << 40)]).collect();
    values.push(Val::String("end".into()));
    let flat = "i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 p p";
    Case { definitions, ty: "$wide", flat }.check(&[Val::Tuple(values)]);
}

#[test]
fn variants_join_their_payloads() {
    let definitions = r#"
        (type $v' (variant (case "none") (case "i" u32) (case "f" f32) (case "d" f64) (case "s" string)))
        (import "v" (type $v (eq $v')))"#;
    let case = |name: &str, payload: Option<Val>| Val::Variant(name.into(), payload.map(Box::new));
    Case { definitions, ty: "$v", flat: "i32 i64 p" }.check(&[
        case("none", None),
        case("i", Some(Val::U32(u32::MAX))),
        case("f", Some(Val::Float32(-0.5))),
        case("d", Some(Val::Float64(-0.5))),
        case("s", Some(Val::String("payload".into()))),
    ]);
}

#[test]
fn options_results_enums_and_flags() {
    let some = |v: Val| Val::Option(Some(Box::new(v)));
    check(
        "(option (option u8))",
        "i32 i32 i32",
        &[Val::Option(None), some(Val::Option(None)), some(some(Val::U8(3)))],
    );
    let ok = |v: Option<Val>| Val::Result(Ok(v.map(Box::new)));
    let err = |v: Option<Val>| Val::Result(Err(v.map(Box::new)));
    check("(result)", "i32", &[ok(None), err(None)]);
    check(
        "(result string (error u64))",
        "i32 i64 p",
        &[ok(Some(Val::String("x".into()))), err(Some(Val::U64(1 << 63)))],
    );
    let definitions = r#"
        (type $e' (enum "red" "dark-blue")) (import "e" (type $e (eq $e')))
        (type $f' (flags "r" "w" "x" "a" "b" "c" "d" "e" "g")) (import "f" (type $f (eq $f')))"#;
    Case { definitions, ty: "$e", flat: "i32" }.check(&[Val::Enum("dark-blue".into())]);
    let flags = |names: &[&str]| Val::Flags(names.iter().map(|n| n.to_string()).collect());
    Case { definitions, ty: "$f", flat: "i32" }.check(&[flags(&[]), flags(&["r", "x", "g"])]);
}

#[test]
fn maps_and_lists_of_fixed_length() {
    let map = Val::Map(vec![(Val::String("a".into()), Val::U8(1)), (Val::String("b".into()), Val::U8(2))]);
    check("(map string u8)", "p p", &[map]);
    check(
        "(list u16 3)",
        "i32 i32 i32",
        &[Val::FixedLengthList(vec![Val::U16(1), Val::U16(2), Val::U16(3)])],
    );
}

corefuse::record! {
    #[derive(Clone, Debug, PartialEq)]
    struct Person {
        "full-name" => name: String,
        "age" => age: Option<u8>,
        "access" => access: Access,
        "kind" => kind: Kind,
        "shape" => shape: Shape,
    }
}

corefuse::flags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Access {
        "read" => read,
        "write" => write,
    }
}

corefuse::enumeration! {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        "user" => User,
        "admin" => Admin,
    }
}

corefuse::variant! {
    #[derive(Clone, Debug, PartialEq)]
    enum Shape {
        "point" => Point,
        "circle" => Circle(f64),
        "polygon" => Polygon(Vec<(u32, u32)>),
    }
}

const PERSON: Case<'_> = Case {
    definitions: r#"
        (type $access' (flags "read" "write")) (import "access" (type $access (eq $access')))
        (type $kind' (enum "user" "admin")) (import "kind" (type $kind (eq $kind')))
        (type $shape' (variant (case "point") (case "circle" f64) (case "polygon" (list (tuple u32 u32)))))
        (import "shape" (type $shape (eq $shape')))
        (type $person' (record (field "full-name" string) (field "age" (option u8))
          (field "access" $access) (field "kind" $kind) (field "shape" $shape)))
        (import "person" (type $person (eq $person')))"#,
    ty: "$person",
    flat: "p p i32 i32 i32 i32 i32 i64 p",
};

#[test]
fn rust_types_of_records_variants_enums_and_flags() {
    let define = |linker: &mut Linker<Vec<String>>| {
        linker.root().func_wrap("echo", |_, (person,): (Person,)| Ok((person,))).unwrap();
    };
    let access = Access { write: true, ..Access::default() };
    let person =
        Person { name: "Zoë".into(), age: Some(30), access, kind: Kind::Admin, shape: Shape::Point };
    let people = [
        person.clone(),
        Person { shape: Shape::Circle(0.5), age: None, ..person.clone() },
        Person { shape: Shape::Polygon(vec![(1, 2), (3, 4)]), kind: Kind::User, ..person },
    ];
    let run = |mut live: Live, how: &str| {
        let run = live.instance.get_typed_func::<(&Person,), (Person,)>(&mut live.store, "run").unwrap();
        for person in &people {
            assert_eq!(run.call(&mut live.store, (person,)).unwrap().0, *person, "{how}");
        }
    };
    PERSON.each(run, define);
}

#[test]
fn rust_types_of_containers() {
    let case = Case {
        definitions: "",
        ty: "(tuple (list s16) (map string (list u8 2)) (result (error string)))",
        flat: "p p p p i32 p p",
    };
    let define = |linker: &mut Linker<Vec<String>>| {
        type Value = (Box<[i16]>, BTreeMap<String, [u8; 2]>, Result<(), String>);
        linker.root().func_wrap("echo", |_, (value,): (Value,)| Ok((value,))).unwrap();
    };
    let run = |mut live: Live, how: &str| {
        type Params<'a> = ((&'a [i16], BTreeMap<String, [u8; 2]>, Result<(), &'a str>),);
        type Return = ((Vec<i16>, BTreeMap<String, [u8; 2]>, Result<(), String>),);
        let run = live.instance.get_typed_func::<Params<'_>, Return>(&mut live.store, "run").unwrap();
        let map = BTreeMap::from([("a".to_string(), [1, 2]), ("b".to_string(), [3, 4])]);
        let result = run.call(&mut live.store, ((&[-1, 2, 3], map.clone(), Err("no")),)).unwrap().0;
        assert_eq!(result, (vec![-1, 2, 3], map, Err("no".to_string())), "{how}");
    };
    case.each(run, define);
}

#[test]
fn types_are_compared_before_anything_runs() {
    let mut live = live(&PERSON.component("i32", ENCODINGS[0]), |linker| {
        linker.root().func_wrap("echo", |_, (person,): (Person,)| Ok((person,))).unwrap();
    });
    let error = live.instance.get_typed_func::<(String,), (Person,)>(&mut live.store, "run").unwrap_err();
    assert_eq!(format!("{error:#}"), "in the parameters: expected `record`, found `string`");
    let error = live.instance.get_typed_func::<(Person,), ()>(&mut live.store, "run").unwrap_err();
    assert_eq!(format!("{error:#}"), "in the result: expected 1 values, found 0");
    // A wrong dynamic value is refused, and the component goes on.
    let wrong = Val::Record(vec![("full-name".into(), Val::U8(1))]);
    let error = live.error("run", &[wrong]);
    assert_eq!(error, "in parameter `x`: a record of 5 fields has 1");
    let run = live.instance.get_typed_func::<(Person,), (Person,)>(&mut live.store, "run").unwrap();
    let access = Access::default();
    let person = Person { name: String::new(), age: None, access, kind: Kind::User, shape: Shape::Point };
    assert_eq!(run.call(&mut live.store, (person.clone(),)).unwrap().0, person);
}

#[test]
fn types_are_written_as_in_wit() {
    let types = [
        ("(record (field \"a\" u8) (field \"b-c\" (list string)))", "record { a: u8, b-c: list<string> }"),
        ("(variant (case \"x\") (case \"y\" (tuple u8 char)))", "variant { x, y(tuple<u8, char>) }"),
        ("(enum \"a\" \"b\")", "enum { a, b }"),
        ("(flags \"r\" \"w\")", "flags { r, w }"),
        ("(result)", "result"),
        ("(result u8)", "result<u8>"),
        ("(result (error string))", "result<_, string>"),
        ("(result u8 (error (option f32)))", "result<u8, option<f32>>"),
    ];
    let engine = corefuse::host::Engine::default();
    let text = |ty: &str| {
        let component = format!(
            r#"(component (type $t' {ty}) (import "t" (type $t (eq $t'))) (import "f" (func (param "p" $t))))"#
        );
        let component = corefuse::host::Component::new(&engine, component).unwrap().component_type();
        let (_, corefuse::host::types::ComponentItem::ComponentFunc(f)) = component.imports().last().unwrap()
        else {
            panic!("no function");
        };
        f.params().next().unwrap().1.to_string()
    };
    for (ty, expected) in types {
        assert_eq!(text(ty), expected);
    }
    // Exponential if written out.
    let mut deep = String::from("u8");
    for _ in 0..6 {
        deep = format!("(tuple {deep} {deep} {deep})");
    }
    let written = text(&deep);
    assert!(written.ends_with("...>>>>>>") || written.contains("..."), "{written}");
    assert!(written.len() < 1000, "{written}");
}
