//! Plans as JSON text: the same plan always gives the same bytes, laid out for people to read.
//!
//! A value is on one line where it fits, else its items are on a line each. Reading looks at the version before
//! anything else, so that a plan of another major version is refused by name and not by its first odd field.

use super::{Plan, VERSION, check};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

/// Longest line, in characters, of a value that is not broken up.
const MAX_LINE: usize = 110;

/// The JSON text of `plan`.
pub fn write(plan: &Plan) -> String {
    let value = to_value(plan);
    let mut out = String::new();
    print(&value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Reads and checks a plan.
///
/// # Errors
/// The text is not JSON, the version is not known, a field is missing, unknown or of the wrong type, or the plan
/// breaks a rule that [`check`] checks.
pub fn read(json: &str) -> Result<Plan> {
    let value: Value = serde_json::from_str(json).context("the plan is not JSON")?;
    let [_, minor] = version(&value)?;
    let plan = Plan::deserialize(&value).context("malformed plan")?;
    if minor <= VERSION[1] {
        known_fields_only(&value, &to_value(&plan), &mut String::new()).context("malformed plan")?;
    }
    check::check(&plan)?;
    Ok(plan)
}

fn to_value(plan: &Plan) -> Value {
    serde_json::to_value(plan).expect("plans have string keys and finite numbers only")
}

fn version(plan: &Value) -> Result<[u32; 2]> {
    let Some(found) = plan.get("version") else {
        bail!("not a corefuse plan: it has no `version`");
    };
    let Ok(version) = <[u32; 2]>::deserialize(found) else {
        bail!("not a corefuse plan: its `version` is {found}, not two numbers");
    };
    if version[0] != VERSION[0] {
        let [major, minor] = version;
        let advice = if major > VERSION[0] { "update corefuse" } else { "build the component again" };
        bail!(
            "plan format {major}.{minor} is not known to this corefuse, which reads {}.x; {advice}",
            VERSION[0]
        );
    }
    Ok(version)
}

/// Refuses what `read` has and `understood`, which was made from it, has not. `at` is the path to both.
///
/// serde cannot refuse unknown fields where structs are flattened; and a plan of a later minor version may have
/// more fields, so this depends on the plan.
fn known_fields_only(read: &Value, understood: &Value, at: &mut String) -> Result<()> {
    let length = at.len();
    match (read, understood) {
        (Value::Object(read), Value::Object(understood)) => {
            for (key, value) in read {
                at.push('/');
                at.push_str(key);
                match understood.get(key) {
                    Some(same) => known_fields_only(value, same, at)?,
                    None if value.is_null() => {}
                    None => bail!("unknown field {at}"),
                }
                at.truncate(length);
            }
        }
        (Value::Array(read), Value::Array(understood)) => {
            for (i, (value, same)) in read.iter().zip(understood).enumerate() {
                at.push_str(&format!("/{i}"));
                known_fields_only(value, same, at)?;
                at.truncate(length);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Prints `value`, whose text begins in column `column` of a line that is indented by `indent`.
fn print(value: &Value, indent: usize, column: usize, out: &mut String) {
    let start = out.len();
    print_inline(value, out);
    // One more column is for the comma that may follow.
    if indent > 0 && column + (out.len() - start) < MAX_LINE {
        return;
    }
    let inner = indent + 2;
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.truncate(start);
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                new_line(i, inner, out);
                print(item, inner, inner, out);
            }
            end_line(indent, ']', out);
        }
        Value::Object(fields) if !fields.is_empty() => {
            out.truncate(start);
            out.push('{');
            for (i, (key, field)) in fields.iter().enumerate() {
                new_line(i, inner, out);
                let key = format!("{}: ", quoted(key));
                out.push_str(&key);
                print(field, inner, inner + key.len(), out);
            }
            end_line(indent, '}', out);
        }
        _ => {}
    }
}

fn new_line(item: usize, indent: usize, out: &mut String) {
    out.push_str(if item == 0 { "\n" } else { ",\n" });
    out.extend(std::iter::repeat_n(' ', indent));
}

fn end_line(indent: usize, bracket: char, out: &mut String) {
    new_line(0, indent, out);
    out.push(bracket);
}

fn print_inline(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                print_inline(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (i, (key, field)) in fields.iter().enumerate() {
                out.push_str(if i == 0 { " " } else { ", " });
                out.push_str(&quoted(key));
                out.push_str(": ");
                print_inline(field, out);
            }
            out.push_str(if fields.is_empty() { "}" } else { " }" });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
    }
}

fn quoted(key: &str) -> String {
    Value::from(key).to_string()
}
