//! What the generated module itself exports, as declarations.

use super::super::exported::exported;
use super::super::names::{UniqueNames, local, property, quoted};
use super::super::source::Source;
use crate::plan::{Export, ExportKind, Plan};

/// A module with `compile` and `instantiate`.
pub(super) fn functions(plan: &Plan, needs_imports: bool, inline: bool, types: &[&str], out: &mut Source) {
    let optional = if needs_imports { "" } else { "?" };
    let imports = offered(plan, out);
    let is_async = plan.version[1] > 0;
    instance(inline, is_async, out);
    out.line("");
    out.docs("How to instantiate.");
    out.block("interface Options {", "}", |out| {
        let otherwise = if inline { "it is in this file" } else { "it is read beside this file" };
        out.docs(&format!("Gives the module in the file of this name; by default {otherwise}."));
        out.line("getModule?: (file: string) => GivenModule | Promise<GivenModule>;");
        if !inline {
            out.docs("Where modules are that are not beside this file, by file name.");
            out.line("modules?: Record<string, string | URL>;");
        }
        if is_async {
            async_options(out);
        }
    });
    out.line("");
    out.docs("A core module, compiled or not; nothing for the one that would be taken by default.");
    out.line("type GivenModule = WebAssembly.Module | BufferSource | Response | null | undefined;");
    out.line("");
    out.docs("The component with its modules compiled.");
    out.block("interface Compiled {", "}", |out| {
        out.docs("Makes an instance; any number of times.");
        out.line(format_args!("instantiate(imports{optional}: {imports}): Promise<Instance>;"));
        out.docs("The same at once, which engines may refuse for large modules on a page's main thread.");
        out.line(format_args!("instantiateSync(imports{optional}: {imports}): Instance;"));
    });
    out.line("");
    out.docs("Compiles the component's modules.");
    out.line("export function compile(options?: Options): Promise<Compiled>;");
    instantiate(imports, optional, is_async, out);
    out.line("");
    let own = ["Instance", "Options", "Compiled"];
    let types: Vec<&str> = types.iter().copied().chain(own).collect();
    out.line(format_args!("export type {{ {} }};", types.join(", ")));
}

fn async_options(out: &mut Source) {
    out.docs(
        "Whether the exports that are not asynchronous return promises too, which these types do not show, so that what \
         they call may wait.",
    );
    out.line("asyncExports?: boolean;");
    out.docs(
        "What is done when nothing can go on unless the host calls again; by default the component traps.",
    );
    out.line("deadlock?: 'trap' | 'wait';");
    out.docs("Told what tasks, threads, streams and events do; `true` logs it.");
    out.line("trace?: boolean | ((kind: string, message: string) => void);");
}

/// Declares what may be given for imports, and returns its name. Versions may be left out, as preview2-shim does; that
/// each key may be either would be a union of all combinations, so it is all of them or those of WASI.
fn offered(plan: &Plan, out: &mut Source) -> &'static str {
    if !plan.imports.iter().any(|import| import.parent.is_none() && import.name.contains('@')) {
        return "Imports";
    }
    out.line("");
    out.docs("The imports by their names; versions may be left out, everywhere or in WASI's names.");
    out.line("type Offered = Imports | Unversioned<''> | Unversioned<'wasi:'>;");
    out.line("");
    out.docs("The imports, of which those with this prefix are named without version.");
    out.block("type Unversioned<Prefix extends string> = {", "};", |out| {
        out.line("[K in keyof Imports as K extends `${Prefix}${infer Name}@${string}` ? `${Prefix}${Name}` : K]: Imports[K];");
    });
    "Offered"
}

/// `instantiate` in both forms. That of jco is at once a result where everything given is, and else a promise.
fn instantiate(imports: &str, optional: &str, is_async: bool, out: &mut Source) {
    // What ends an instance is with its exports, since they are all that there is in this form.
    let exports = if is_async { "Exports & Disposable" } else { "Exports" };
    out.line("");
    let get_module = |results: &str| format!("getCoreModule: (path: string) => {results}");
    let module = "WebAssembly.Module";
    let core = |results: &str| {
        format!("instantiateCore: (module: {module}, imports: Record<string, any>) => {results}")
    };
    let sync = [get_module(module), format!("imports: {imports}"), core("WebAssembly.Instance")].join(", ");
    let some = format!("((path: string) => {module} | Promise<{module}>) | null | undefined");
    out.docs("jco's form: with a synchronous `instantiateCore`, gives the exports at once where no file has to be waited for.");
    out.line(format_args!("export function instantiate({sync}): {exports};"));
    let any = core("WebAssembly.Instance | Promise<WebAssembly.Instance>");
    out.docs("jco's form.");
    out.line(format_args!("export function instantiate(getCoreModule: {some}, imports: {imports}, {any}): {exports} | Promise<{exports}>;"));
    out.docs("jco's form.");
    out.line(format_args!(
        "export function instantiate(getCoreModule: {some}, imports: {imports}): Promise<{exports}>;"
    ));
    // The last, since this is the one that TypeScript's own helpers and messages are about.
    out.docs("Instantiates the component.");
    out.line(format_args!(
        "export function instantiate(imports{optional}: {imports}, options?: Options): Promise<Instance>;"
    ));
}

/// What there is beside the exports: the loader's class, or the same written out where there is no loader.
fn instance(inline: bool, is_async: bool, out: &mut Source) {
    out.line("");
    if inline {
        out.docs("Exact access to exports, by the component model's names.");
        out.block("interface ComponentInstance {", "}", |out| {
            out.line("getFunc(...path: string[]): ((...args: any[]) => any) | undefined;");
            out.line("getModule(...path: string[]): WebAssembly.Module | undefined;");
            out.line("getResource(...path: string[]): (new (...args: any[]) => any) | undefined;");
            out.line("getInstance(...path: string[]): (ComponentInstance & { readonly exports: Record<string, any> }) | undefined;");
        });
        out.line("");
    }
    out.docs("An instance of the component.");
    out.block("interface Instance extends ComponentInstance {", "}", |out| {
        out.line("readonly exports: Exports;");
        if is_async {
            out.docs("Ends the instance: calls and reads that are not over are rejected, and so are all later ones.");
            out.line("[Symbol.dispose](): void;");
        }
    });
}

/// One of the loader's error classes.
struct ErrorClass {
    name: &'static str,
    base: &'static str,
    docs: &'static str,
    members: &'static [&'static str],
}

const ERRORS: [ErrorClass; 4] = [
    ErrorClass {
        name: "ComponentError",
        base: "Error",
        docs: "A function returned the error of its `result`; host functions throw it to do so.",
        members: &["constructor(payload: unknown);", "readonly payload: any;"],
    },
    ErrorClass {
        name: "LinkError",
        base: "WebAssembly.LinkError",
        docs: "An import is missing or of the wrong kind.",
        members: &[],
    },
    ErrorClass {
        name: "PlanError",
        base: "Error",
        docs: "The engine cannot run the component, or a module is none.",
        members: &[],
    },
    ErrorClass {
        name: "Trap",
        base: "WebAssembly.RuntimeError",
        docs: "The component broke a rule, or a host function threw: it cannot be used any more.",
        members: &["readonly rule: string;", "readonly where: string;"],
    },
];

/// The loader's error classes of these names, where there is no loader to import them from.
pub(super) fn errors(names: &[&str], out: &mut Source) {
    for ErrorClass { name, base, docs, members } in ERRORS.iter().filter(|class| names.contains(&class.name))
    {
        out.line("");
        out.docs(docs);
        out.block(format_args!("export class {name} extends {base} {{"), "}", |out| {
            members.iter().for_each(|member| out.line(member));
        });
    }
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
