//! What guests do wrong at the host's boundary, and what becomes of them.

use crate::support::{allocator, live};
use corefuse::host::{AsContextMut, Trap, Val};

/// A component whose export `f` has a result of type `ty`, for which its core function does `body`.
fn returns(ty: &str, core: &str, body: &str) -> String {
    let libc = allocator("i32");
    format!(
        r#"(component {libc}
            (core module $m (import "libc" "memory" (memory 1)) (func (export "f") (result {core}) {body}))
            (core instance $m (instantiate $m (with "libc" (instance $libc))))
            (func (export "f") (result {ty}) (canon lift (core func $m "f") (memory $memory))))"#
    )
}

fn error(ty: &str, core: &str, body: &str) -> String {
    live(&returns(ty, core, body), |_| {}).error("f", &[])
}

/// A result pair at 16.
fn pair(pointer: &str, length: &str) -> String {
    format!(
        "(i32.store (i32.const 16) (i32.const {pointer})) (i32.store (i32.const 20) (i32.const {length}))
         (i32.const 16)"
    )
}

#[test]
fn results_are_checked() {
    let expect = |message: &str, ty: &str, core: &str, body: &str| {
        let error = error(ty, core, body);
        assert!(error.contains(message), "{ty}: {error}");
        assert!(error.starts_with("in the call of `f`: "), "{error}");
    };
    expect("invalid `char` bit pattern: 0xd800", "char", "i32", "(i32.const 0xd800)");
    expect(
        "discriminant 2 out of range [0..2)",
        "(option u8)",
        "i32",
        "(i32.store8 (i32.const 16) (i32.const 2)) (i32.const 16)",
    );
    expect("discriminant 7 out of range [0..2)", "(result)", "i32", "(i32.const 7)");
    expect("pointer not aligned", "(tuple u32 u32)", "i32", "(i32.const 2)");
    expect("pointer out of bounds of memory", "(tuple u32 u32)", "i32", "(i32.const 0xfffc)");
    expect("string pointer/length out of bounds of memory", "string", "i32", &pair("0xffff", "2"));
    expect("string pointer/length out of bounds of memory", "string", "i32", &pair("0", "0x10000000"));
    expect("list pointer is not aligned", "(list u16)", "i32", &pair("1", "0"));
    expect("list pointer/length out of bounds of memory", "(list u16)", "i32", &pair("0xfffe", "2"));
    expect("list pointer/length out of bounds of memory", "(list u64)", "i32", &pair("0", "0x20000000"));
    let invalid = format!("(i32.store8 (i32.const 0) (i32.const 0xff)) {}", pair("0", "1"));
    expect("invalid utf8 encoding: invalid utf-8 sequence", "string", "i32", &invalid);
    let cut = format!("(i32.store8 (i32.const 0) (i32.const 0xc3)) {}", pair("0", "1"));
    expect("incomplete utf-8 byte sequence", "string", "i32", &cut);
    expect("wasm `unreachable` instruction executed", "u8", "i32", "unreachable");
    expect("integer divide by zero", "u32", "i32", "(i32.div_u (i32.const 1) (i32.const 0))");
}

#[test]
fn a_trap_ends_the_component() {
    let mut live = live(&returns("u8", "i32", "unreachable"), |_| {});
    let func = live.instance.get_func(&live.store, "f").unwrap();
    let error = func.call(&mut live.store, &[], &mut [Val::Bool(false)]).unwrap_err();
    assert_eq!(error.downcast_ref::<Trap>().unwrap().reason(), "wasm `unreachable` instruction executed");
    let error = live.error("f", &[]);
    assert_eq!(error, "in the call of `f`: cannot enter component instance: it trapped before");
}

#[test]
fn reallocs_are_checked() {
    let component = |body: &str| {
        format!(
            r#"(component
                (core module $m (memory (export "memory") 1)
                  (func (export "realloc") (param i32 i32 i32 i32) (result i32) {body})
                  (func (export "f") (param i32 i32)))
                (core instance $m (instantiate $m))
                (func (export "f") (param "x" (list u32))
                  (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))"#
        )
    };
    let list = [Val::List(vec![Val::U32(1)])];
    for (body, message) in [
        ("(i32.const 2)", "realloc return: result not aligned"),
        ("(i32.const 0x10000)", "realloc return: beyond end of memory"),
        ("(i32.const -4)", "realloc return: beyond end of memory"),
        ("unreachable", "in realloc: wasm `unreachable` instruction executed"),
    ] {
        let error = live(&component(body), |_| {}).error("f", &list);
        assert_eq!(error, format!("in the call of `f`: {message}"));
    }
}

/// `f` calls the host's `h`; its post-return does, too, if `in_post` is a call.
fn calls_host(in_post: &str) -> String {
    format!(
        r#"(component
            (import "h" (func $h))
            (core func $h (canon lower (func $h)))
            (core module $m (import "" "h" (func $h))
              (func (export "f") (call $h))
              (func (export "post") {in_post}))
            (core instance $m (instantiate $m (with "" (instance (export "h" (func $h))))))
            (func (export "f") (canon lift (core func $m "f") (post-return (core func $m "post")))))"#
    )
}

#[test]
fn post_return_may_not_call_out() {
    let mut good = live(&calls_host(""), |linker| {
        linker.root().func_wrap("h", |_, ()| Ok(())).unwrap();
    });
    let f = good.instance.get_typed_func::<(), ()>(&mut good.store, "f").unwrap();
    f.call(&mut good.store, ()).unwrap();
    f.call(&mut good.store, ()).unwrap();
    let mut bad = live(&calls_host("(call $h)"), |linker| {
        linker.root().func_wrap("h", |_, ()| Ok(())).unwrap();
    });
    let error = bad.error("f", &[]);
    assert_eq!(
        error,
        "in the call of `f`: in post-return: in the host's `h`: cannot leave component instance"
    );
}

#[test]
fn errors_of_host_functions_reach_the_caller() {
    #[derive(Debug)]
    struct Mine;
    impl std::fmt::Display for Mine {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("mine")
        }
    }
    impl std::error::Error for Mine {}
    let mut live = live(&calls_host(""), |linker| {
        linker.root().func_wrap("h", |_, ()| -> Result<(), _> { Err(Mine.into()) }).unwrap();
    });
    let func = live.instance.get_func(&live.store, "f").unwrap();
    let error = func.call(&mut live.store, &[], &mut []).unwrap_err();
    assert!(error.downcast_ref::<Mine>().is_some());
    assert_eq!(format!("{error:#}"), "in the call of `f`: in the host's `h`: mine");
}

#[test]
fn a_component_cannot_be_entered_while_it_runs() {
    thread_local! {
        static FUNC: std::cell::Cell<Option<corefuse::host::Func>> = const { std::cell::Cell::new(None) };
    }
    let mut live = live(&calls_host(""), |linker| {
        linker
            .root()
            .func_wrap("h", |mut store, ()| {
                FUNC.get().unwrap().call(store.as_context_mut(), &[], &mut [])?;
                Ok(())
            })
            .unwrap();
    });
    FUNC.set(live.instance.get_func(&live.store, "f"));
    let error = live.error("f", &[]);
    assert!(
        error.contains("cannot enter component instance: a call of the host into it is still running"),
        "{error}"
    );
}
