//! Runs the corpus's suites of calls on the Rust host. The notation is described by the corpus itself, in
//! `expect.json` under `about`; it leaves types out, so that values are read by the component's types.

use crate::exported::{exported, same};
use anyhow::{Context, Result, bail, ensure};
use corefuse::host::types::Type;
use corefuse::host::wasi::Wasi;
use corefuse::host::{Component, Instance, Store, Val};
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// An instance of a component.
pub(crate) struct Subject<'s, T: 'static> {
    pub(crate) store: &'s mut Store<T>,
    pub(crate) component: &'s Component,
    pub(crate) instance: Instance,
}

/// Resources that calls gave, by the names the corpus has for them.
type Kept = HashMap<String, Val>;

/// What a component wrote to its standard output.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the corpus says WASI gives, with the files written below `dir`.
pub(crate) fn wasi(given: &Value, component: &str, dir: &Path, stdout: &Captured) -> Result<Wasi> {
    let mut wasi = Wasi::new();
    wasi.stdout(stdout.clone()).arg(component);
    for arg in given["args"].as_array().into_iter().flatten() {
        wasi.arg(arg.as_str().unwrap_or_default());
    }
    for (name, value) in given["env"].as_object().into_iter().flatten() {
        wasi.env(name, value.as_str().unwrap_or_default());
    }
    wasi.stdin(io::Cursor::new(given["stdin"].as_str().unwrap_or_default().to_owned()));
    if let Some(files) = given["files"].as_object() {
        std::fs::create_dir_all(dir)?;
        for (name, content) in files {
            std::fs::write(dir.join(name), content.as_str().unwrap_or_default())?;
        }
        wasi.preopen(dir, "/")?;
    }
    Ok(wasi)
}

/// Runs suites in order on one instance; says what differs.
pub(crate) fn run_suites<T: Send + 'static>(subject: &mut Subject<'_, T>, suites: &[&Value]) -> Vec<String> {
    let mut kept = Kept::new();
    let mut failures = Vec::new();
    for step in suites.iter().flat_map(|suite| suite.as_array()).flatten() {
        if let Err(error) = subject.step(step, &mut kept) {
            failures.push(format!("{step}: {error:#}"));
        }
    }
    failures
}

impl<T: Send + 'static> Subject<'_, T> {
    fn step(&mut self, step: &Value, kept: &mut Kept) -> Result<()> {
        if let Some(name) = step["drop"].as_str() {
            let Some(Val::Resource(resource)) = kept.remove(name) else { bail!("nothing is kept as {name}") };
            return resource.resource_drop(&mut *self.store);
        }
        let path = step["call"].as_str().context("neither a call nor a drop")?;
        let func = exported(self.component, self.instance, self.store, path)?;
        let ty = func.ty(&*self.store)?;
        let args = step["args"].as_array().context("a call without arguments")?;
        let args = args.iter().zip(ty.params()).map(|(arg, (_, ty))| read(arg, &ty, kept));
        let args = args.collect::<Result<Vec<_>>>()?;
        let mut results = vec![Val::Bool(false); ty.results().len()];
        func.call(&mut *self.store, &args, &mut results)?;
        let (Some(actual), Some(ty)) = (results.pop(), ty.results().next()) else { return Ok(()) };
        match (&step["keep"], &step["result"], actual) {
            (Value::String(name), _, actual) => {
                kept.insert(name.clone(), actual);
                Ok(())
            }
            (Value::Array(names), _, Val::List(items)) => {
                let names = names.iter().filter_map(Value::as_str).map(str::to_owned);
                kept.extend(names.zip(items));
                Ok(())
            }
            (_, Value::Null, _) => Ok(()),
            (_, expected, actual) => judge(&actual, expected, &ty, kept),
        }
    }
}

fn judge(actual: &Val, expected: &Value, ty: &Type, kept: &Kept) -> Result<()> {
    if let Some(length) = expected["$length"].as_u64() {
        let found = match actual {
            Val::String(text) => text.chars().count(),
            Val::List(items) => items.len(),
            other => bail!("expected something with a length, got {other:?}"),
        };
        ensure!(found as u64 == length, "expected length {length}, got {found}");
        return Ok(());
    }
    if let Some(least) = expected["$min"].as_u64() {
        let found = match actual {
            Val::U32(found) => u64::from(*found),
            Val::U64(found) => *found,
            other => bail!("expected a number, got {other:?}"),
        };
        ensure!(found >= least, "expected at least {least}, got {found}");
        return Ok(());
    }
    let expected = read(expected, ty, kept)?;
    ensure!(same(actual, &expected), "expected {expected:?}, got {actual:?}");
    Ok(())
}

/// The value of type `ty` that `value` writes.
fn read(value: &Value, ty: &Type, kept: &Kept) -> Result<Val> {
    let mismatch = || format!("the corpus has {value} where the type is {}", ty.desc());
    let list = |of: &Type| -> Result<Vec<Val>> {
        value.as_array().with_context(mismatch)?.iter().map(|item| read(item, of, kept)).collect()
    };
    // A case is `name`, or `{name: payload}`.
    let case = || match value {
        Value::Object(fields) => fields.iter().next().map(|(name, payload)| (name.as_str(), payload)),
        other => other.as_str().map(|name| (name, &Value::Null)),
    };
    let payload = |ty: Option<Type>, payload: &Value| -> Result<Option<Box<Val>>> {
        ty.map(|ty| read(payload, &ty, kept).map(Box::new)).transpose()
    };
    if let Some(number) = number(value, ty) {
        return Ok(number);
    }
    Ok(match ty {
        Type::Bool => Val::Bool(value.as_bool().with_context(mismatch)?),
        Type::Char => Val::Char(value.as_str().and_then(|text| text.chars().next()).with_context(mismatch)?),
        Type::String => Val::String(value.as_str().with_context(mismatch)?.to_owned()),
        Type::List(of) => Val::List(list(&of.ty())?),
        Type::FixedLengthList(of) => Val::FixedLengthList(list(&of.ty())?),
        Type::Tuple(tuple) => {
            let items = value.as_array().with_context(mismatch)?.iter().zip(tuple.types());
            Val::Tuple(items.map(|(item, ty)| read(item, &ty, kept)).collect::<Result<_>>()?)
        }
        Type::Record(record) => {
            let fields = record.fields();
            let field = |field: corefuse::host::types::Field<'_>| {
                Ok((field.name.to_owned(), read(&value[field.name], &field.ty, kept)?))
            };
            Val::Record(fields.map(field).collect::<Result<_>>()?)
        }
        Type::Variant(variant) => {
            let (name, inner) = case().with_context(mismatch)?;
            let found = variant.cases().find(|case| case.name == name).with_context(mismatch)?;
            Val::Variant(name.to_owned(), payload(found.ty, inner)?)
        }
        Type::Result(result) => match case().with_context(mismatch)? {
            ("ok", inner) => Val::Result(Ok(payload(result.ok(), inner)?)),
            ("err", inner) => Val::Result(Err(payload(result.err(), inner)?)),
            _ => bail!(mismatch()),
        },
        Type::Option(option) => match value {
            Value::Null => Val::Option(None),
            value => Val::Option(payload(Some(option.ty()), value)?),
        },
        Type::Enum(_) => Val::Enum(value.as_str().with_context(mismatch)?.to_owned()),
        Type::Flags(flags) => {
            let set = value.as_array().with_context(mismatch)?;
            Val::Flags(
                flags.names().filter(|name| set.iter().any(|s| s == name)).map(str::to_owned).collect(),
            )
        }
        Type::Own(_) | Type::Borrow(_) => {
            let name = value["$"].as_str().with_context(mismatch)?;
            kept.get(name).cloned().with_context(|| format!("nothing is kept as {name}"))?
        }
        other => bail!("the corpus has no notation for {}", other.desc()),
    })
}

/// A number, of which the long ones are strings.
fn number(value: &Value, ty: &Type) -> Option<Val> {
    let long = || value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    Some(match ty {
        Type::S8 => Val::S8(long().parse().ok()?),
        Type::U8 => Val::U8(long().parse().ok()?),
        Type::S16 => Val::S16(long().parse().ok()?),
        Type::U16 => Val::U16(long().parse().ok()?),
        Type::S32 => Val::S32(long().parse().ok()?),
        Type::U32 => Val::U32(long().parse().ok()?),
        Type::S64 => Val::S64(long().parse().ok()?),
        Type::U64 => Val::U64(long().parse().ok()?),
        Type::Float32 => Val::Float32(value.as_f64()? as f32),
        Type::Float64 => Val::Float64(value.as_f64()?),
        _ => return None,
    })
}
