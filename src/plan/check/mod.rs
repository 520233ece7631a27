//! Checks a plan that was read, so that hosts may trust its numbers.
//!
//! A plan may come from anywhere. After `check` every index is in range, every forest is well-founded and
//! shallow, nothing is used before an initializer makes it, file names stay in the plan's directory, and types
//! are as shallow and small as validation of a component allows, with layouts that are the Canonical ABI's.
//! Hosts need not check any of this again. What `check` cannot know is whether the modules' own types fit: the
//! engine finds that out when it links them. Time is linear in the size of the plan.

mod replay;
mod tasks;
mod types;

#[cfg(feature = "host")]
pub(crate) use types::types_of;

use super::name::check_file_name;
use super::{BundleName, Export, ExportKind, Import, ImportKind, Module, ModuleKind, Options, Plan};
use super::{Resource, Trampoline, VERSION};
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashSet;

/// How deep types, imports and exports may nest; validation of components has the same limit.
const MAX_DEPTH: u32 = 100;

/// Checks `plan`.
///
/// # Errors
/// The first rule that it breaks, with the place, such as ``exports[3]: options 7 does not exist``.
pub fn check(plan: &Plan) -> Result<()> {
    header(plan)?;
    each("modules", &plan.modules, |_, module| self::module(module))?;
    unique("modules", plan.modules.iter().map(|module| &module.file))?;
    instances(plan)?;
    let types = types::check(plan)?;
    each("resources", &plan.resources, |_, resource| self::resource(plan, resource))?;
    let made = replay::Made::by(&plan.initializers);
    each("options", &plan.options, |_, options| self::options(plan, options, &made))?;
    each("trampolines", &plan.trampolines, |_, trampoline| self::trampoline(plan, &types, trampoline))?;
    imports(plan)?;
    replay::check(plan)?;
    exports(plan, &types, &made)?;
    each("copiers", &plan.copiers, |_, copier| tasks::copier(plan, copier, &made))?;
    each("adapters", &plan.adapters, |_, adapter| {
        index("instance", adapter.caller, plan.instances.len())?;
        index("instance", adapter.callee, plan.instances.len())
    })?;
    each("bindings", &plan.bindings, |_, bindings| hashed_file(&bindings.file, &bindings.sha256))
}

/// Checks each item of a table and names the one that fails.
fn each<T>(table: &str, items: &[T], check: impl Fn(usize, &T) -> Result<()>) -> Result<()> {
    for (i, item) in items.iter().enumerate() {
        check(i, item).with_context(|| format!("{table}[{i}]"))?;
    }
    Ok(())
}

fn index(what: &str, index: usize, len: usize) -> Result<()> {
    ensure!(index < len, "{what} {index} does not exist, there are {len}");
    Ok(())
}

fn unique<T: std::hash::Hash + Eq + std::fmt::Debug>(
    what: &str,
    items: impl Iterator<Item = T>,
) -> Result<()> {
    let mut seen = HashSet::new();
    for item in items {
        let text = format!("{item:?}");
        ensure!(seen.insert(item), "{what}: {text} appears twice");
    }
    Ok(())
}

fn header(plan: &Plan) -> Result<()> {
    ensure!(plan.version[0] == VERSION[0], "version: format {} is not known", plan.version[0]);
    BundleName::new(&plan.name).context("name")?;
    let limits = [plan.limits.string_bytes, plan.limits.list_bytes];
    // So that hosts can add a pointer and a length, or double a length, in 64 bits and index in 32.
    ensure!(limits.iter().all(|&limit| i32::try_from(limit).is_ok()), "limits: larger than 2^31-1");
    Ok(())
}

fn module(module: &Module) -> Result<()> {
    hashed_file(&module.file, &module.sha256)
}

fn hashed_file(file: &str, sha256: &str) -> Result<()> {
    check_file_name(file).context("file")?;
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    ensure!(is_hash, "sha256: {sha256:?} is not 64 lower-case hexadecimal digits");
    Ok(())
}

fn instances(plan: &Plan) -> Result<()> {
    let (runtime, handles) = match &plan.runtime {
        Some(runtime) => (true, runtime.handles.is_some()),
        None => (false, false),
    };
    ensure!(!plan.instances.is_empty(), "instances: there must be a root");
    each("instances", &plan.instances, |i, instance| {
        match instance.parent {
            None => ensure!(i == 0, "only the first instance is without parent"),
            Some(parent) => ensure!(parent < i, "parent {parent} does not come before it"),
        }
        let held = instance.may_leave.is_some() || instance.context.is_some();
        ensure!(runtime || !held, "the runtime holds something for it, but there is no runtime");
        ensure!(
            handles || instance.table.is_none(),
            "it has a table, but the runtime has no handle functions"
        );
        Ok(())
    })?;
    unique("instances: table", plan.instances.iter().filter_map(|instance| instance.table))
}

fn resource(plan: &Plan, resource: &Resource) -> Result<()> {
    match resource {
        Resource::Imported { import } => {
            index("import", *import, plan.imports.len())?;
            let is_resource = matches!(plan.imports[*import].kind, ImportKind::Resource { .. });
            ensure!(is_resource, "import {import} is no resource");
        }
        // Its destructor is checked where its initializer is.
        Resource::Defined { instance, rep, dtor: _ } => {
            index("instance", *instance, plan.instances.len())?;
            ensure!(rep == "i32" || rep == "i64", "rep: {rep:?} is neither i32 nor i64");
        }
    }
    Ok(())
}

fn options(plan: &Plan, options: &Options, made: &replay::Made) -> Result<()> {
    index("instance", options.instance, plan.instances.len())?;
    let encoding = options.encoding.as_str();
    let known = matches!(encoding, "utf8" | "utf16" | "latin1+utf16");
    ensure!(known, "encoding: {encoding:?} is not known");
    ensure!(matches!(options.pointer, 32 | 64), "pointer: {} is neither 32 nor 64", options.pointer);
    ensure!(options.is_async || options.callback.is_none(), "callback: only asynchronous lifts have one");
    made.offers(options)
}

fn trampoline(plan: &Plan, types: &types::Boundary, trampoline: &Trampoline) -> Result<()> {
    match trampoline {
        Trampoline::LowerImport { import, function, options } => {
            index("import", *import, plan.imports.len())?;
            let is_func = matches!(plan.imports[*import].kind, ImportKind::Func { .. });
            ensure!(is_func, "import {import} is no function");
            index("function", *function, plan.functions.len())?;
            index("options", *options, plan.options.len())?;
            types.lower_has_what_it_needs(*function, &plan.options[*options])
        }
        Trampoline::DropHostResource { resource } => {
            index("resource", *resource, plan.resources.len())?;
            let is_imported = matches!(plan.resources[*resource], Resource::Imported { .. });
            ensure!(is_imported, "resource {resource} is not imported");
            Ok(())
        }
        task => {
            ensure!(plan.version[1] > 0, "version: plans of format 1.0 are synchronous");
            tasks::trampoline(plan, types, task)
        }
    }
}

/// Checks the parents of a forest whose nodes are given in order as (parent, may be a parent).
fn forest(nodes: impl Iterator<Item = (Option<usize>, bool)>) -> Result<()> {
    let mut depths: Vec<Option<u32>> = Vec::new();
    for (i, (parent, is_instance)) in nodes.enumerate() {
        let depth = match parent.map(|parent| (parent, depths.get(parent))) {
            None => 1,
            Some((_, Some(Some(depth)))) => depth + 1,
            Some((parent, Some(None))) => bail!("[{i}]: parent {parent} is no instance"),
            Some((parent, None)) => bail!("[{i}]: parent {parent} does not come before it"),
        };
        ensure!(depth <= MAX_DEPTH, "[{i}]: nested deeper than {MAX_DEPTH}");
        depths.push(is_instance.then_some(depth));
    }
    Ok(())
}

fn imports(plan: &Plan) -> Result<()> {
    let is_instance = |import: &Import| matches!(import.kind, ImportKind::Instance);
    forest(plan.imports.iter().map(|import| (import.parent, is_instance(import)))).context("imports")?;
    unique("imports: parent and name", plan.imports.iter().map(|import| (import.parent, &import.name)))?;
    each("imports", &plan.imports, |_, import| match &import.kind {
        ImportKind::Instance => Ok(()),
        ImportKind::Type { ty } => ty.map_or(Ok(()), |ty| index("type", ty, plan.types.len())),
        ImportKind::Func { function } => index("function", *function, plan.functions.len()),
        ImportKind::Module { imports, exports } => {
            let kinds = imports.iter().map(|(_, _, kind)| kind).chain(exports.iter().map(|(_, kind)| kind));
            kinds.map(String::as_str).try_for_each(core_kind)
        }
        ImportKind::Resource { resource } => {
            index("resource", *resource, plan.resources.len())?;
            let is_imported = matches!(plan.resources[*resource], Resource::Imported { .. });
            ensure!(is_imported, "resource {resource} is not imported");
            Ok(())
        }
    })
}

fn core_kind(kind: &str) -> Result<()> {
    let known = matches!(kind, "func" | "table" | "memory" | "global" | "tag");
    ensure!(known, "{kind:?} is no kind of core item");
    Ok(())
}

fn exports(plan: &Plan, types: &types::Boundary, made: &replay::Made) -> Result<()> {
    let is_instance = |export: &Export| matches!(export.kind, ExportKind::Instance);
    forest(plan.exports.iter().map(|export| (export.parent, is_instance(export)))).context("exports")?;
    unique("exports: parent and name", plan.exports.iter().map(|export| (export.parent, &export.name)))?;
    each("exports", &plan.exports, |_, export| match &export.kind {
        ExportKind::Instance => Ok(()),
        ExportKind::Type { ty } => ty.map_or(Ok(()), |ty| index("type", ty, plan.types.len())),
        ExportKind::Func { function, callee, options, may_block: _ } => {
            index("function", *function, plan.functions.len())?;
            index("options", *options, plan.options.len())?;
            replay::core_def(plan, callee, made)?;
            types.lift_has_what_it_needs(*function, &plan.options[*options])
        }
        ExportKind::Import { import } => index("import", *import, plan.imports.len()),
        ExportKind::Module { module } => {
            index("module", *module, plan.modules.len())?;
            let is_guest = plan.modules[*module].kind == ModuleKind::Guest;
            ensure!(is_guest, "module {module} is generated");
            Ok(())
        }
        ExportKind::Resource { resource } => index("resource", *resource, plan.resources.len()),
    })
}
