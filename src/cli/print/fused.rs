//! What was generated: which adapter is where, and the modules as text.

use super::dfg::core_def;
use anyhow::{Context, Result};
use corefuse::dfg::Dfg;
use corefuse::fact::copiers::Pairing;
use corefuse::fact::{Fused, GeneratedModule, ImportSource, Placement, TaskFunction};
use corefuse::id::Id;

/// Prints what became of each adapter, and what each generated module imports.
pub(in crate::cli) fn partition(dfg: &Dfg<'_>, fused: &Fused) -> String {
    let mut text = String::new();
    for (id, placement) in fused.adapters.iter() {
        let name = &dfg.adapters[id].name;
        text += &match placement {
            Placement::Direct(def) => format!("a{} {name:?} is {}\n", id.index(), core_def(def)),
            Placement::Export { module, name: export } => {
                format!("a{} {name:?} is module {} {export:?}\n", id.index(), module.index())
            }
        };
    }
    for copier in &fused.copiers {
        let Pairing { ty, from, to } = copier.pairing;
        let (ty, from, to) = (ty.index(), from.index(), to.index());
        text +=
            &format!("copy t{ty} o{from} to o{to} is module {} {:?}\n", copier.module.index(), copier.name);
    }
    for (id, module) in fused.modules.iter() {
        text += &imports(&format!("module {}", id.index()), module);
    }
    if let Some(runtime) = &fused.runtime {
        text += &imports("runtime", &runtime.module);
        for (id, export) in &runtime.trampolines {
            text += &format!("  gives x{} as {export:?}\n", id.index());
        }
    }
    or_nothing(text)
}

/// An empty text leaves the reader in doubt whether something went wrong. This is a comment in the text format.
fn or_nothing(text: String) -> String {
    if text.is_empty() { NOTHING.to_owned() } else { text }
}

const NOTHING: &str = ";; nothing is generated: no call between components in this one needs translation\n";

fn imports(name: &str, module: &GeneratedModule) -> String {
    let needs = match &module.features[..] {
        [] => String::new(),
        features => format!(", needs {}", features.join(" ")),
    };
    let mut text = format!("{name}{needs}\n");
    for import in &module.imports {
        let source = match &import.source {
            ImportSource::Core(def) => core_def(def),
            ImportSource::Runtime(export) => format!("runtime {export:?}"),
            ImportSource::DropHostResource(resource) => format!("host drop r{}", resource.index()),
            ImportSource::Task(TaskFunction::Try(id)) => format!("host x{}", id.index()),
            ImportSource::Task(function) => format!("host {}", function.name()),
        };
        text += &format!("  {:?} {:?} = {source}\n", import.module, import.name);
    }
    text
}

/// The functions in the text of modules whose names begin with `prefix`.
pub(in crate::cli) fn functions(modules: &str, prefix: &str) -> String {
    let start = [format!("  (func ${prefix}"), format!("  (func $\"{prefix}")];
    let mut text = String::new();
    let mut is_inside = false;
    for line in modules.lines() {
        is_inside |= start.iter().any(|start| line.starts_with(start.as_str()));
        if is_inside {
            text += line;
            text.push('\n');
        }
        is_inside &= line != "  )";
    }
    text
}

/// The generated modules in the text format.
pub(in crate::cli) fn modules(fused: &Fused) -> Result<String> {
    let runtime = fused.runtime.iter().map(|runtime| &runtime.module);
    let modules = runtime.chain(fused.modules.values());
    let texts = modules
        .map(|module| wasmprinter::print_bytes(&module.wasm).context("a generated module cannot be printed"));
    Ok(or_nothing(texts.collect::<Result<_>>()?))
}
