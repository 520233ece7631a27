//! One call of an exported function, written as text: `interface#function(arguments)`.

use anyhow::{Context, Result, bail, ensure};
use corefuse::host::types::{ComponentItem, Type};
use corefuse::host::wasi::Wasi;
use corefuse::host::{Component, ComponentExportIndex, Instance, Store, Val};

/// Makes the call; the result as text, if the function has one.
pub(super) fn call(
    store: &mut Store<Wasi>,
    component: &Component,
    instance: &Instance,
    call: &str,
) -> Result<Option<String>> {
    let (path, args) = split(call)?;
    let index = find(component, path)?;
    let func = instance.get_func(&*store, index).with_context(|| no_function(component, path))?;
    let ty = func.ty(&*store)?;
    let types: Vec<Type> = ty.params().map(|(_, ty)| ty).collect();
    let args = Val::args_from_wave(&types, args).with_context(|| {
        let params: Vec<_> = ty.params().map(|(name, ty)| format!("{name}: {ty}")).collect();
        format!("in the arguments of `{path}({})`", params.join(", "))
    })?;
    let mut results = vec![Val::Bool(false); ty.results().len()];
    func.call(&mut *store, &args, &mut results)?;
    results.first().map(Val::to_wave).transpose().context("the result cannot be printed")
}

/// The function's path and the text between the parentheses.
fn split(call: &str) -> Result<(&str, &str)> {
    let call = call.trim();
    match call.split_once('(') {
        Some((path, rest)) => {
            let args = rest.strip_suffix(')').with_context(|| format!("`{call}` does not end with `)`"))?;
            Ok((path.trim(), args))
        }
        None => {
            bail!(
                "`{call}` is no call: write the function's name and its arguments, such as `f()` or `f(1, \"two\")`"
            )
        }
    }
}

/// Finds an exported function by its name, or by interface and name.
fn find(component: &Component, path: &str) -> Result<ComponentExportIndex> {
    let (interface, name) = match path.split_once('#') {
        Some((interface, name)) => (Some(full_name(component, interface)?), name),
        None => (None, path),
    };
    let parent = match interface {
        Some(interface) => {
            Some(component.get_export_index(None, &interface).with_context(|| missing(component, path))?)
        }
        None => None,
    };
    component.get_export_index(parent.as_ref(), name).with_context(|| missing(component, path))
}

/// The interface's name with its version, where it was left out.
fn full_name(component: &Component, interface: &str) -> Result<String> {
    let ty = component.component_type();
    let is_meant = |name: &&str| *name == interface || name.split('@').next() == Some(interface);
    let names: Vec<&str> = ty.exports().map(|(name, _)| name).filter(is_meant).collect();
    ensure!(names.len() < 2, "`{interface}` is exported in several versions: {}", names.join(", "));
    Ok(names.first().map_or(interface, |name| name).to_owned())
}

/// Refuses a component that is no command, before anything of it runs.
pub(super) fn require_command(component: &Component) -> Result<()> {
    let is_run = |name: &str| name.split('@').next() == Some("wasi:cli/run");
    let is_command = component.component_type().exports().any(|(name, _)| is_run(name));
    let functions = functions(component);
    // A free function, if there is one: methods want a resource, which text cannot name.
    let advice = match functions.iter().find(|name| !name.contains('[')).or(functions.first()) {
        Some(function) => format!(". To call one: --invoke '{function}(...)'"),
        None => String::new(),
    };
    ensure!(is_command, "{}{advice}", missing(component, "wasi:cli/run"));
    Ok(())
}

/// What is exported instead of something that is not.
fn missing(component: &Component, path: &str) -> String {
    format!("the component does not export `{path}`; {}", its_functions(component))
}

/// What is exported beside something that cannot be called.
fn no_function(component: &Component, path: &str) -> String {
    format!("`{path}` is no function; {}", its_functions(component))
}

fn its_functions(component: &Component) -> String {
    let found = functions(component);
    match found.is_empty() {
        true => "it exports no function".to_owned(),
        false => format!("its functions are {}", found.join(", ")),
    }
}

/// The functions that can be called by name.
fn functions(component: &Component) -> Vec<String> {
    let ty = component.component_type();
    let mut found = Vec::new();
    for (name, item) in ty.exports() {
        match item {
            ComponentItem::ComponentFunc(_) => found.push(name.to_owned()),
            ComponentItem::ComponentInstance(items) => {
                let functions =
                    items.iter().filter(|(_, item)| matches!(item, ComponentItem::ComponentFunc(_)));
                found.extend(functions.map(|(function, _)| format!("{name}#{function}")));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn calls_are_split_at_the_outermost_parentheses() {
        assert_eq!(split("f()").unwrap(), ("f", ""));
        assert_eq!(split(" a:b/c@1.0.0#f ((1, 2), \")\")").unwrap(), ("a:b/c@1.0.0#f", "(1, 2), \")\""));
        assert!(split("f").unwrap_err().to_string().starts_with("`f` is no call: "));
        assert!(split("f(1").is_err());
    }
}
