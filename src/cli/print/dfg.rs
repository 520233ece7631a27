//! The graph: effects in order, then the tables of values that they and the exports need.

use super::interface::{exports, imports};
use super::types::{TypePrinter, resource_name};
use corefuse::dfg::{
    BuiltInUse, CoreDef, CoreExport, CoreInstanceId, CoreInstanceSource, Dfg, Effect, Export, ExportKind,
    LiftedFunc, Options, Resource, Trampoline,
};
use corefuse::id::Id;

/// Prints `dfg`. Sections without entries are left out.
pub(in crate::cli) fn print(dfg: &Dfg<'_>) -> String {
    let mut types = TypePrinter::new(&dfg.types);
    let sections = [
        modules(dfg),
        instances(dfg),
        effects(dfg),
        resources(dfg),
        trampolines(dfg, &mut types),
        adapters(dfg, &mut types),
        imports(dfg, &mut types),
        exports(dfg, &mut types),
        lifts(dfg),
        options(dfg),
        format!("types\n{}", types.definitions()),
    ];
    sections.iter().filter(|section| section.lines().count() > 1).map(String::as_str).collect()
}

fn modules(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("modules\n");
    for (id, module) in dfg.modules.iter() {
        text += &format!(
            "  m{} = {} bytes, {} imports, {} exports",
            id.index(),
            module.bytes.len(),
            module.imports.len(),
            module.exports.len()
        );
        if !module.features.is_empty() {
            text += &format!(", needs {}", module.features.join(" "));
        }
        text += if module.may_throw { ", may throw\n" } else { "\n" };
    }
    text
}

fn instances(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("instances\n");
    for (id, instance) in dfg.instances.iter() {
        text += &format!("  i{} = {}", id.index(), instance.path);
        if let Some(parent) = instance.parent {
            text += &format!(", in i{}", parent.index());
        }
        text += if instance.may_throw { ", may throw\n" } else { "\n" };
    }
    text
}

fn effects(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("effects\n");
    for effect in &dfg.effects {
        text += &match effect {
            Effect::Instantiate(id) => instantiate(dfg, *id),
            Effect::DefineResource(id) => format!("  define {}\n", resource_name(*id)),
        };
    }
    text
}

fn instantiate(dfg: &Dfg<'_>, id: CoreInstanceId) -> String {
    let instance = &dfg.core_instances[id];
    let head =
        |what: String| format!("  c{} = instantiate {what} in i{}\n", id.index(), instance.instance.index());
    match &instance.source {
        CoreInstanceSource::Static { module, args } => {
            let mut text = head(format!("m{}", module.index()));
            for (import, arg) in dfg.modules[*module].imports.iter().zip(args) {
                text += &format!("    {:?} {:?} = {}\n", import.module, import.name, core_def(arg));
            }
            text
        }
        CoreInstanceSource::Imported { import, args } => {
            let mut text = head(format!("import n{}", import.index()));
            for (module, items) in args {
                for (name, arg) in items {
                    text += &format!("    {module:?} {name:?} = {}\n", core_def(arg));
                }
            }
            text
        }
    }
}

fn resources(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("resources\n");
    for (id, resource) in dfg.resources.iter() {
        text += &match resource {
            Resource::Imported(import) => format!("  {} = import n{}\n", resource_name(id), import.index()),
            Resource::Defined { instance, rep, dtor } => {
                let dtor = dtor.as_ref().map(|dtor| format!(", dtor {}", core_def(dtor))).unwrap_or_default();
                format!(
                    "  {} = defined in i{}, rep {}{dtor}\n",
                    resource_name(id),
                    instance.index(),
                    rep.name()
                )
            }
        };
    }
    text
}

fn trampolines(dfg: &Dfg<'_>, types: &mut TypePrinter<'_>) -> String {
    let mut text = String::from("trampolines\n");
    for (id, trampoline) in dfg.trampolines.iter() {
        let what = match trampoline {
            Trampoline::LowerImport { import, ty, options } => {
                format!("lower import n{} {} with o{}", import.index(), types.func(*ty), options.index())
            }
            Trampoline::ResourceNew { instance, resource } => {
                format!("resource.new {} in i{}", resource_name(*resource), instance.index())
            }
            Trampoline::ResourceRep { instance, resource } => {
                format!("resource.rep {} in i{}", resource_name(*resource), instance.index())
            }
            Trampoline::ResourceDrop { instance, resource } => {
                format!("resource.drop {} in i{}", resource_name(*resource), instance.index())
            }
            Trampoline::ContextGet { instance, ty, slot } => {
                format!("context.get {} {slot} in i{}", ty.name(), instance.index())
            }
            Trampoline::ContextSet { instance, ty, slot } => {
                format!("context.set {} {slot} in i{}", ty.name(), instance.index())
            }
            Trampoline::BuiltIn(used) => built_in(dfg, used, types),
        };
        text += &format!("  x{} = {what}\n", id.index());
    }
    text
}

fn built_in(dfg: &Dfg<'_>, used: &BuiltInUse, types: &mut TypePrinter<'_>) -> String {
    let BuiltInUse { instance, built_in, ty, options, is_async, thread } = used;
    let mut text = built_in.name().to_owned();
    text.extend(ty.map(|ty| format!(" {}", types.name(ty))));
    text += &format!(" in i{}", instance.index());
    text.extend(options.map(|options| format!(" with o{}", options.index())));
    text.push_str(if *is_async { ", async" } else { "" });
    if let Some(start) = thread {
        text += &format!(", table {}, start {}", core_export(&dfg.tables[start.table]), start.context.name());
    }
    text
}

fn adapters(dfg: &Dfg<'_>, types: &mut TypePrinter<'_>) -> String {
    let mut text = String::from("adapters\n");
    for (id, adapter) in dfg.adapters.iter() {
        let (callee, lower) = (&adapter.callee, adapter.lower.index());
        text += &format!("  a{} = {:?} {}\n", id.index(), adapter.name, types.func(callee.ty));
        text += &format!("    lower with o{lower}, {}\n", lift(callee));
    }
    text
}

/// What exported functions are lifted from.
fn lifts(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("lifts\n");
    for (id, export) in dfg.exports.iter() {
        if let Export { kind: ExportKind::Func(func), .. } = export {
            text += &format!("  e{} = {}\n", id.index(), lift(func));
        }
    }
    text
}

fn lift(func: &LiftedFunc) -> String {
    format!("lift {} with o{}", core_def(&func.callee), func.options.index())
}

fn options(dfg: &Dfg<'_>) -> String {
    let mut text = String::from("options\n");
    for (id, options) in dfg.options.iter() {
        text += &format!("  o{} = {}\n", id.index(), one_options(options));
    }
    text
}

fn one_options(options: &Options) -> String {
    let Options { instance, encoding, memory, pointer, realloc, post_return, is_async, callback } = options;
    let mut text = format!("i{}, {}", instance.index(), encoding.name());
    if let Some(memory) = memory {
        text += &format!(", {}-bit memory {}", pointer.bytes() * 8, core_export(memory));
    }
    for (name, def) in [("realloc", realloc), ("post-return", post_return), ("callback", callback)] {
        if let Some(def) = def {
            text += &format!(", {name} {}", core_def(def));
        }
    }
    text + if *is_async { ", async" } else { "" }
}

fn core_export(export: &CoreExport) -> String {
    format!("c{} {:?}", export.instance.index(), export.name)
}

/// Where a core item comes from: `c0 "memory"`, `x1`, `a2`.
pub(super) fn core_def(def: &CoreDef) -> String {
    match def {
        CoreDef::Export(export) => core_export(export),
        CoreDef::Trampoline(id) => format!("x{}", id.index()),
        CoreDef::Adapter(id) => format!("a{}", id.index()),
    }
}
