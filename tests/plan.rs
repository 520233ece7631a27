//! Plans that come from anywhere: reading refuses what breaks a rule, says where, and never panics; and the JSON
//! Schema, the structs and the writer agree.

#[path = "plan/every.rs"]
mod every;

use corefuse::BuildOptions;
use corefuse::plan::{self, json};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The plan of `plan/sample.wat`, which has something in every table.
fn sample() -> Value {
    plan_of(include_bytes!("plan/sample.wat"))
}

/// The plan of `plan/async.wat`, which has all that is about tasks.
fn async_sample() -> Value {
    plan_of(include_bytes!("plan/async.wat"))
}

fn plan_of(text: &[u8]) -> Value {
    let component = corefuse::component::from_text_or_binary(text).unwrap();
    let bundle = corefuse::build(&component, &BuildOptions::default()).unwrap();
    serde_json::to_value(bundle.plan).unwrap()
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(plan::SCHEMA).unwrap()).unwrap()
}

/// What reading says about `plan`.
fn refusal(plan: &Value) -> Option<String> {
    json::read(&plan.to_string()).err().map(|error| format!("{error:#}"))
}

/// `plan` with the value at `pointer` replaced, or added where only its parent exists.
fn with(plan: &Value, pointer: &str, value: Value) -> Value {
    let mut plan = plan.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    match plan.pointer_mut(parent).expect("the parent exists") {
        Value::Object(fields) => {
            fields.insert(key.to_owned(), value);
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        scalar => panic!("{parent} is {scalar}"),
    }
    plan
}

/// JSON pointers of all values in `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| pointers(value, &format!("{at}/{i}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(at.to_owned());
}

#[test]
fn the_sample_is_read_back_and_satisfies_the_schema() {
    let plan = sample();
    assert_eq!(refusal(&plan), None);
    assert!(schema().is_valid(&plan));
    let asynchronous = async_sample();
    assert_eq!((refusal(&asynchronous), asynchronous["version"].clone()), (None, json!([1, 1])));
    assert!(schema().is_valid(&asynchronous));
    for (table, value) in plan.as_object().unwrap() {
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        assert!(!is_empty || table == "requires", "{table} is empty, so the tests here miss it");
    }
}

#[test]
fn the_version_is_looked_at_first() {
    let newer = json!({ "version": [2, 0], "anything": [] });
    let error = refusal(&newer).unwrap();
    assert!(error.starts_with("plan format 2.0 is not known"), "{error}");
    assert!(error.contains("update corefuse"), "{error}");
    assert!(
        refusal(&with(&sample(), "/version", json!([0, 9]))).unwrap().contains("build the component again")
    );
    for not_a_plan in [json!({}), json!([]), json!({ "version": "1.0" }), json!({ "version": [1, 0.5] })] {
        let error = refusal(&not_a_plan).unwrap();
        assert!(error.starts_with("not a corefuse plan"), "{error}");
    }
    assert!(json::read("{").unwrap_err().to_string().contains("not JSON"));
}

#[test]
fn unknown_fields_are_refused_unless_the_minor_version_is_larger() {
    for at in ["/later", "/limits/later", "/types/0/later", "/initializers/0/later", "/exports/0/later"] {
        let plan = with(&sample(), at, json!(1));
        assert_eq!(refusal(&plan), Some(format!("malformed plan: unknown field {at}")));
        assert!(!schema().is_valid(&plan), "{at}");
        assert_eq!(refusal(&with(&plan, "/version", json!([1, 7]))), None);
    }
    let operation = with(&sample(), "/initializers/0/op", json!("later"));
    assert!(
        refusal(&with(&operation, "/version", json!([1, 7]))).unwrap().contains("unknown variant `later`")
    );
}

#[test]
fn broken_rules_are_named_with_their_place() {
    broken(&sample(), include_str!("plan/broken.txt"));
    broken(&async_sample(), include_str!("plan/broken-async.txt"));
}

fn broken(sample: &Value, cases: &str) {
    for case in cases.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [pointer, value, message] = case.splitn(3, " | ").collect::<Vec<_>>()[..] else {
            panic!("malformed case {case:?}");
        };
        let value = serde_json::from_str(value).unwrap();
        let error = refusal(&with(sample, pointer, value)).unwrap_or_else(|| panic!("accepted: {case}"));
        assert!(error.contains(message), "{case}\n{error}");
    }
}

/// Every number that is an index is refused where nothing has it.
#[test]
fn no_index_is_out_of_range() {
    every_index_matters(&sample());
    every_index_matters(&async_sample());
}

fn every_index_matters(sample: &Value) {
    let mut all = Vec::new();
    pointers(sample, "", &mut all);
    let is_amount = |at: &str| {
        let is_header = at.starts_with("/limits") || at.starts_with("/version");
        let is_handle_table = at.starts_with("/instances") && at.ends_with("/table");
        is_header || at.ends_with("/size") || is_handle_table
    };
    for at in all.iter().filter(|at| sample.pointer(at).unwrap().is_number() && !is_amount(at)) {
        for value in [json!(4_000_000), json!(u32::MAX), json!(u64::MAX), json!(-1), json!(0.5), json!("0")] {
            assert!(refusal(&with(sample, at, value.clone())).is_some(), "{at} = {value}");
        }
    }
}

/// Each value of the sample, replaced by each of some others or removed: refused or not, reading never panics, and
/// what it accepts satisfies the schema.
#[test]
fn mutated_plans_never_panic_and_the_schema_follows() {
    mutate(&sample());
    mutate(&async_sample());
}

fn mutate(sample: &Value) {
    let schema = schema();
    let others = [json!(null), json!(7), json!(""), json!([]), json!(true)];
    let mut all = Vec::new();
    pointers(sample, "", &mut all);
    all.retain(|at| !at.is_empty() && !at.starts_with("/version") && !at.starts_with("/traps/"));
    for at in &all {
        let replaced = others.iter().map(|other| with(sample, at, other.clone()));
        for plan in replaced.chain([without(sample, at)]) {
            match json::read(&plan.to_string()) {
                Ok(read) => {
                    let written = serde_json::to_value(read).unwrap();
                    assert!(schema.is_valid(&written), "{at}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        // A field that may be left out is one that the schema does not require.
        let removed = without(sample, at);
        let is_field = !at.rsplit('/').next().unwrap().chars().all(|c| c.is_ascii_digit());
        // Which operands a built-in has depends on which one it is, which the schema does not say.
        let is_operand = at.starts_with("/trampolines/");
        if is_field && (is_operand || !schema.is_valid(&removed)) {
            continue;
        }
        assert!(!is_field || refusal(&removed).is_none(), "{at} is optional in the schema only");
    }
}

/// `sample` with these types added at the end of its table, each an object without layout.
fn with_types(types: impl Iterator<Item = Value>) -> Value {
    let mut plan = sample();
    let table = plan["types"].as_array_mut().unwrap();
    table.extend(types.map(|mut ty| {
        let layout = json!({ "size": [8, 16], "align": [4, 8], "flat": [["i32", "i32"], ["i64", "i64"]] });
        ty.as_object_mut().unwrap().extend(layout.as_object().unwrap().clone());
        ty
    }));
    plan
}

#[test]
fn types_are_no_deeper_than_validation_allows() {
    let first = sample()["types"].as_array().unwrap().len();
    let string = sample()["types"].as_array().unwrap().iter().position(|ty| ty["kind"] == "string").unwrap();
    let lists = |depth: usize| {
        let element = |i: usize| if i == 0 { string } else { first + i - 1 };
        with_types((1..depth).map(move |i| json!({ "kind": "list", "element": element(i - 1) })))
    };
    assert_eq!(refusal(&lists(100)), None);
    assert!(refusal(&lists(101)).unwrap().contains("nested deeper than 100"));
}

#[test]
fn imports_and_exports_are_no_deeper_than_validation_allows() {
    for table in ["imports", "exports"] {
        let chain = |depth: usize| {
            let mut plan = sample();
            let nodes = plan[table].as_array_mut().unwrap();
            let first = nodes.len();
            nodes.extend((0..depth).map(|i| {
                let parent = i.checked_sub(1).map(|i| first + i);
                json!({ "parent": parent, "name": "deep", "kind": "instance" })
            }));
            plan
        };
        assert_eq!(refusal(&chain(100)), None);
        assert!(refusal(&chain(101)).unwrap().contains("nested deeper than 100"));
    }
}

/// A tuple of two of the type before, again and again: small as a table, huge for whoever follows every part.
#[test]
fn types_have_no_more_parts_than_validation_allows() {
    let mut types =
        vec![json!({ "kind": "u8", "size": [1, 1], "align": [1, 1], "flat": [["i32"], ["i32"]] })];
    for i in 0..20 {
        let flat = (i < 4).then(|| vec!["i32"; 2 << i]);
        let size = 2 << i;
        types.push(json!({
            "kind": "tuple", "types": [i, i], "size": [size, size], "align": [1, 1], "flat": [flat, flat],
        }));
    }
    let plan = |count: usize| {
        let mut plan: Value = serde_json::from_str(&empty()).unwrap();
        plan["types"] = types[..count].into();
        plan
    };
    assert_eq!(refusal(&plan(19)), None);
    assert!(refusal(&plan(20)).unwrap().contains("consists of more than 1000000 types"));
}

/// The plan of the smallest component.
fn empty() -> String {
    let component = corefuse::component::from_text_or_binary(b"(component)").unwrap();
    json::write(&corefuse::build(&component, &BuildOptions::default()).unwrap().plan)
}

fn without(plan: &Value, pointer: &str) -> Value {
    let mut plan = plan.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match plan.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.shift_remove(key);
        }
        Value::Array(items) => {
            items.remove(key.parse().unwrap());
        }
        scalar => panic!("{parent} is {scalar}"),
    }
    plan
}

/// The schema and the structs know the same fields: a value of every struct and variant satisfies the schema, and
/// the schema names no field that none of them has.
#[test]
fn schema_and_structs_have_the_same_fields() {
    let every = serde_json::to_value(every::plan()).unwrap();
    let wrong: Vec<String> =
        schema().iter_errors(&every).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");

    let schema: Value = serde_json::from_str(plan::SCHEMA).unwrap();
    let (mut in_schema, mut in_plan) = (BTreeSet::new(), BTreeSet::new());
    properties(&schema, &mut in_schema);
    keys(&every, &mut in_plan);
    assert_eq!(in_schema, in_plan);
    assert_eq!(variants(&schema, "kind"), tags(&every, "kind"));
    assert_eq!(variants(&schema, "op"), tags(&every, "op"));
}

/// Names of all properties that a schema describes.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    if let Value::Object(properties) = &schema["properties"] {
        names.extend(properties.keys().cloned());
    }
    children(schema).for_each(|child| properties(child, names));
}

fn keys(value: &Value, names: &mut BTreeSet<String>) {
    if let Value::Object(fields) = value {
        names.extend(fields.keys().cloned());
    }
    children(value).for_each(|child| keys(child, names));
}

/// The constants that a schema allows for `tag`.
fn variants(schema: &Value, tag: &str) -> BTreeSet<String> {
    let rule = &schema["properties"][tag];
    let listed = rule["enum"].as_array().into_iter().flatten();
    let own = listed.chain(rule.get("const")).filter_map(Value::as_str).map(str::to_owned);
    own.chain(children(schema).flat_map(|child| variants(child, tag))).collect()
}

fn tags(value: &Value, tag: &str) -> BTreeSet<String> {
    let own = value.get(tag).and_then(Value::as_str).map(str::to_owned);
    own.into_iter().chain(children(value).flat_map(|child| tags(child, tag))).collect()
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Object(fields) => Box::new(fields.values()),
        Value::Array(items) => Box::new(items.iter()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Box::new(std::iter::empty()),
    }
}
