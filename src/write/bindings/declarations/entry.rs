//! What the generated module itself exports, as declarations.

use super::super::exported::exported;
use super::super::names::{UniqueNames, local, property, quoted};
use super::super::source::Source;
use crate::plan::{Export, ExportKind, Plan};

/// A module with `compile` and `instantiate`.
pub(super) fn functions(needs_imports: bool, types: &[&str], out: &mut Source) {
    let optional = if needs_imports { "" } else { "?" };
    out.line("");
    out.docs("An instance of the component.");
    out.block("interface Instance extends ComponentInstance {", "}", |out| {
        out.line("readonly exports: Exports;")
    });
    out.line("");
    out.docs("How to instantiate.");
    out.block("interface Options {", "}", |out| {
        out.docs("Gives the module in the file of this name; by default it is read beside this file.");
        out.line("getModule?: (file: string) => WebAssembly.Module | BufferSource | Response | Promise<WebAssembly.Module | BufferSource | Response>;");
        out.docs("Where modules are that are not beside this file, by file name.");
        out.line("modules?: Record<string, string | URL>;");
    });
    out.line("");
    out.docs("The component with its modules compiled.");
    out.block("interface Compiled {", "}", |out| {
        out.docs("Makes an instance; any number of times.");
        out.line(format_args!("instantiate(imports{optional}: Imports): Promise<Instance>;"));
        out.docs("The same at once, which engines may refuse for large modules on a page's main thread.");
        out.line(format_args!("instantiateSync(imports{optional}: Imports): Instance;"));
    });
    out.line("");
    out.docs("Compiles the component's modules.");
    out.line("export function compile(options?: Options): Promise<Compiled>;");
    out.line("");
    out.docs("Instantiates the component.");
    out.line(format_args!(
        "export function instantiate(imports{optional}: Imports, options?: Options): Promise<Instance>;"
    ));
    out.line("");
    let own = ["Instance", "Options", "Compiled"];
    let types: Vec<&str> = types.iter().copied().chain(own).collect();
    out.line(format_args!("export type {{ {} }};", types.join(", ")));
}

/// A module whose exports are the component's.
pub(super) fn module(plan: &Plan, types: &[&str], out: &mut Source) {
    let mut locals = UniqueNames::default();
    let mut keys = UniqueNames::default();
    let mut exports = Vec::new();
    out.line("");
    for export in exported(plan) {
        let Export { name, kind, .. } = &plan.exports[export.item];
        let own = locals.take(local(name));
        let member = format!("Exports[{}]", quoted(&export.keys[0]));
        out.line(format_args!("declare const {own}: {member};"));
        if matches!(kind, ExportKind::Resource { .. }) {
            // Not `InstanceType`, which refuses classes without a public constructor.
            out.line(format_args!("type {own} = {member}['prototype'];"));
        }
        for key in export.keys {
            exports.push(format!("{own} as {}", property(&key)));
            keys.take(key);
        }
    }
    let value_lines =
        |out: &mut Source| exports.iter().for_each(|export| out.line(format_args!("{export},")));
    out.block("export {", "};", value_lines);
    let renamed = |&name: &&str| match keys.take(name.to_string()) {
        key if key == name => key,
        key => format!("{name} as {key}"),
    };
    let types: Vec<String> = types.iter().map(renamed).collect();
    out.line(format_args!("export type {{ {} }};", types.join(", ")));
}
