//! Damaged and hostile plans: everything ends in an error or runs like any guest; nothing panics or grows without bound.

use crate::support::numbers::Numbers;
use corefuse::host::types::{ComponentItem, Type};
use corefuse::host::{Component, Config, Engine, Error, Instance, Linker, Store, StoreLimits, Val};
use corefuse::write::Bundle;
use corefuse::{BuildOptions, plan};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::time::{Duration, Instant};

const STRINGS: &str = r#"(component
    (import "f" (func $f (param "s" string)))
    (core module $libc (memory (export "m") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "m"))))
    (core module $m (import "" "f" (func $f (param i32 i32)))
      (func (export "g") (call $f (i32.const 0) (i32.const 0))))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "g") (canon lift (core func $i "g"))))"#;

#[test]
fn bundles_on_disk_are_checked() {
    let directory = tempfile::tempdir().unwrap();
    let bytes = wat::parse_str(STRINGS).unwrap();
    let bundle = corefuse::build(&bytes, &corefuse::BuildOptions::default()).unwrap();
    for (name, bytes) in &bundle.files {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    let engine = Engine::default();
    let plan = directory.path().join("component.plan.json");
    Component::from_bundle_file(&engine, &plan).unwrap();

    let module = directory.path().join(&bundle.plan.modules[0].file);
    let mut bytes = std::fs::read(&module).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&module, &bytes).unwrap();
    let error = format!("{:#}", Component::from_bundle_file(&engine, &plan).unwrap_err());
    assert!(error.contains("not the file that the plan was made with"), "{error}");

    let json = std::fs::read_to_string(&plan).unwrap();
    for (damaged, expected) in [
        (&json[..json.len() / 2], "not JSON"),
        (&json.replace("\"version\": [1, ", "\"version\": [2, ")[..], "plan format 2."),
        (&json.replace("\"op\": \"memory\"", "\"op\": \"memories\"")[..], "unknown variant `memories`"),
    ] {
        assert_ne!(damaged, json);
        std::fs::write(&plan, damaged).unwrap();
        let error = format!("{:#}", Component::from_bundle_file(&engine, &plan).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
}

/// Real plans: scalars, strings, records, variants, resources, several components, WASI.
const SOURCES: [(&str, &[u8]); 4] = [
    ("strings", STRINGS.as_bytes()),
    ("everything", include_bytes!("../declarations/everything.wat")),
    ("greeting", include_bytes!("../../examples/compose/greeting.wat")),
    ("shop", include_bytes!("../../examples/shop/shop.wasm")),
];

/// Mutations of each plan.
const ROUNDS: usize = 200;

/// How long one plan may take, in a debug build.
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn mutated_plans_end_in_errors_or_run() {
    let engine = Engine::new(Config::new().consume_fuel(true));
    for (name, source) in SOURCES {
        let bytes = corefuse::component::from_text_or_binary(source).unwrap();
        let bundle = corefuse::build(&bytes, &BuildOptions::default()).unwrap();
        let original = serde_json::to_value(&bundle.plan).unwrap();
        replay(&engine, &bundle, &original).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let mut numbers = Numbers::new(name.len() as u64);
        let mut refused = 0;
        for round in 0..ROUNDS {
            let mut plan = original.clone();
            for _ in 0..1 + numbers.below(2) {
                mutate(&mut plan, &mut numbers);
            }
            let start = Instant::now();
            refused += usize::from(replay(&engine, &bundle, &plan).is_err());
            assert!(start.elapsed() < LIMIT, "{name}, round {round} took {:?}", start.elapsed());
        }
        assert!(refused > ROUNDS / 2, "{name}: only {refused} of {ROUNDS} were refused");
    }
}

/// Reads a plan, instantiates it, and calls everything it exports with small values.
fn replay(engine: &Engine, bundle: &Bundle<'_>, plan: &Value) -> Result<(), Error> {
    let plan = plan::json::read(&plan.to_string())?;
    let component = Component::from_plan(engine, plan, |file| {
        let bytes = bundle.files.get(file).ok_or_else(|| Error::msg("no such file"))?;
        Ok(Cow::Borrowed(&bytes[..]))
    })?;
    let mut linker = Linker::new(engine);
    linker.define_unknown_imports_as_traps(&component)?;
    let mut store = Store::new(engine, ());
    store.set_fuel(1_000_000)?;
    store.set_limits(StoreLimits::default().memory_bytes(32 << 20).table_elements(100_000));
    let instance = linker.instantiate(&mut store, &component)?;
    let ty = component.component_type();
    for (name, item) in ty.exports() {
        call(&mut store, &component, instance, &[name], item);
    }
    Ok(())
}

/// Calls a function, or those of an instance. What comes out does not matter, as long as something does.
fn call(
    store: &mut Store<()>,
    component: &Component,
    instance: Instance,
    path: &[&str],
    item: &ComponentItem,
) {
    match item {
        ComponentItem::ComponentInstance(items) => {
            for (name, item) in items {
                call(store, component, instance, &[path, &[name]].concat(), item);
            }
        }
        ComponentItem::ComponentFunc(_) => {
            let step = |parent: Option<_>, name: &&str| component.get_export_index(parent.as_ref(), name);
            let (first, rest) = path.split_first().unwrap();
            let Some(index) =
                rest.iter().try_fold(step(None, first), |at, name| Some(step(at, name))).flatten()
            else {
                return;
            };
            let Some(func) = instance.get_func(&*store, index) else { return };
            let Ok(ty) = func.ty(&*store) else { return };
            let Some(params) = ty.params().map(|(_, ty)| small(&ty)).collect::<Option<Vec<_>>>() else {
                return;
            };
            let mut results = vec![Val::Bool(false); ty.results().len()];
            let _outcome = func.call(&mut *store, &params, &mut results);
        }
        _ => {}
    }
}

/// A value of a type; none where it takes more than a little to make one.
fn small(ty: &Type) -> Option<Val> {
    Some(match ty {
        Type::Bool => Val::Bool(true),
        Type::S8 => Val::S8(-1),
        Type::U8 => Val::U8(1),
        Type::S16 => Val::S16(-1),
        Type::U16 => Val::U16(1),
        Type::S32 => Val::S32(-1),
        Type::U32 => Val::U32(1),
        Type::S64 => Val::S64(-1),
        Type::U64 => Val::U64(1),
        Type::Float32 => Val::Float32(1.0),
        Type::Float64 => Val::Float64(1.0),
        Type::Char => Val::Char('x'),
        Type::String => Val::String("Zoë".to_owned()),
        Type::List(list) => Val::List(vec![small(&list.ty())?]),
        Type::Record(record) => {
            let fields = record.fields().map(|field| Some((field.name.to_owned(), small(&field.ty)?)));
            Val::Record(fields.collect::<Option<_>>()?)
        }
        Type::Tuple(tuple) => Val::Tuple(tuple.types().map(|ty| small(&ty)).collect::<Option<_>>()?),
        Type::Variant(variant) => {
            let case = variant.cases().last()?;
            let payload = case.ty.map(|ty| small(&ty).map(Box::new));
            Val::Variant(
                case.name.to_owned(),
                if let Some(payload) = payload { Some(payload?) } else { None },
            )
        }
        Type::Enum(cases) => Val::Enum(cases.names().last()?.to_owned()),
        Type::Option(option) => Val::Option(Some(Box::new(small(&option.ty())?))),
        Type::Flags(flags) => Val::Flags(flags.names().map(str::to_owned).collect()),
        _ => return None,
    })
}

/// Changes one thing somewhere in a plan.
fn mutate(plan: &mut Value, numbers: &mut Numbers) {
    let mut paths = Vec::new();
    collect(plan, String::new(), &mut paths);
    let path = &paths[numbers.below(paths.len())];
    // Half of the time something of the same kind from elsewhere, which is the hardest to tell from what is right.
    let other = plan.pointer(&paths[numbers.below(paths.len())]).cloned().unwrap_or_default();
    let Some(at) = plan.pointer_mut(path) else { return };
    let kind = std::mem::discriminant(&*at);
    *at = match (at.take(), numbers.below(6)) {
        (_, 0 | 1) if std::mem::discriminant(&other) == kind => other,
        (Value::Number(number), choice) => {
            let number = number.as_u64().unwrap_or(0);
            match choice {
                0 => json!(number.wrapping_add(1)),
                1 => json!(number.wrapping_sub(1)),
                2 => json!(0),
                3 => json!(u32::MAX),
                4 => json!(-1),
                _ => json!(numbers.below(64)),
            }
        }
        (Value::String(text), 2) => json!(format!("{text}x")),
        (Value::String(text), 3) => json!(text.chars().skip(1).collect::<String>()),
        (Value::Array(mut items), 2) => {
            items.pop();
            Value::Array(items)
        }
        (Value::Array(mut items), 3) => {
            items.extend(items.last().cloned());
            Value::Array(items)
        }
        (Value::Array(mut items), 4) => {
            items.reverse();
            Value::Array(items)
        }
        (Value::Object(mut fields), 2 | 3) => {
            let key = fields.keys().nth(numbers.below(fields.len().max(1))).cloned();
            key.and_then(|key| fields.remove(&key));
            Value::Object(fields)
        }
        (_, 4) => Value::Null,
        (Value::Bool(value), _) => json!(!value),
        (_, _) => other,
    };
}

/// JSON pointers to everything.
fn collect(json: &Value, at: String, into: &mut Vec<String>) {
    match json {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| collect(item, format!("{at}/{i}"), into));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, field)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            collect(field, format!("{at}/{key}"), into);
        }),
        _ => {}
    }
    into.push(at);
}
