//! How users of a generated module get at the component: the statements at its beginning and at its end.

use super::super::Form;
use super::super::exported::{Exported, exported, used_imports};
use super::super::import_map::{ImportMap, Target};
use super::super::names::{UniqueNames, local, property, quoted};
use super::super::source::Source;
use crate::plan::{ImportKind, Plan};
use indexmap::{IndexMap, IndexSet};

/// The way in.
pub(super) enum Entry {
    /// `compile` and `instantiate` are exported.
    Functions,
    /// What the component imports is imported, and what it exports is exported.
    Module(Module),
}

/// Names in a module with the component's own imports and exports. What is local ends with an underscore, as nothing
/// else in generated code does.
pub(super) struct Module {
    /// By module specifier: what is imported of it.
    statements: IndexMap<String, Vec<Imported>>,
    /// Name of each export, in their order.
    exports: Vec<(Exported, String)>,
}

/// An import of the component.
struct Imported {
    /// Key among the imports.
    key: String,
    /// Local name.
    local: String,
    part: Part,
}

/// What an import statement takes of a module.
enum Part {
    /// Everything in it.
    Whole,
    /// One export; `default` is one.
    Member(String),
}

impl Entry {
    pub(super) fn of(plan: &Plan, form: &Form) -> Entry {
        match form {
            Form::Instantiate => Entry::Functions,
            Form::Module(map) => Entry::Module(Module::of(plan, map)),
        }
    }

    /// What is needed of the loader.
    pub(super) fn loader_names(&self) -> &'static str {
        match self {
            Entry::Functions => "compile as compilePlan, instantiateBundle",
            Entry::Module(_) => "instantiateBundle",
        }
    }

    /// The statements that import what the component imports.
    pub(super) fn import_statements(&self, out: &mut Source) {
        let Entry::Module(module) = self else { return };
        for (specifier, parts) in &module.statements {
            let mut members = Vec::new();
            for Imported { local, part, .. } in parts {
                match part {
                    Part::Whole => out.line(format_args!("import * as {local} from {};", quoted(specifier))),
                    Part::Member(member) => members.push(format!("{} as {local}", property(member))),
                }
            }
            if !members.is_empty() {
                out.line(format_args!("import {{ {} }} from {};", members.join(", "), quoted(specifier)));
            }
        }
    }

    /// The statements that make what users see.
    pub(super) fn exports(&self, out: &mut Source) {
        match self {
            Entry::Functions => functions(out),
            Entry::Module(module) => module.exports(out),
        }
    }
}

/// Where the other files are. Bundlers rename files; they follow only expressions of exactly this form.
pub(super) fn places(plan: &Plan, out: &mut Source) {
    let url = |file: &str| format!("new URL({}, import.meta.url)", quoted(&format!("./{file}")));
    out.line(format_args!("const plan = {};", url(&format!("{}.plan.json", plan.name))));
    out.line("");
    out.block("const modules = {", "};", |out| {
        let files: IndexSet<&str> = plan.modules.iter().map(|module| module.file.as_str()).collect();
        for file in files {
            out.line(format_args!("{}: {},", quoted(file), url(file)));
        }
    });
}

fn functions(out: &mut Source) {
    out.docs("Compiles the component's modules; the result can be instantiated any number of times.");
    out.block("export function compile(options) {", "}", |out| {
        out.line("return compilePlan(plan, { ...bundle, ...options });");
    });
    out.line("");
    out.docs(
        "Instantiates the component: `instantiate(imports, options)`, or jco's `instantiate(getCoreModule, imports)`.",
    );
    out.block("export function instantiate(...args) {", "}", |out| {
        out.line("return instantiateBundle(plan, bundle, args);");
    });
}

impl Module {
    fn of(plan: &Plan, map: &ImportMap) -> Module {
        let mut names = UniqueNames::default();
        let mut local = |name: &str| names.take(local(name));
        let mut statements: IndexMap<String, Vec<Imported>> = IndexMap::new();
        for import in used_imports(plan) {
            let import = &plan.imports[import];
            let Target { specifier, member } = map.target(&import.name, import.implements.as_deref());
            let part = match (member, &import.kind) {
                (Some(member), _) => Part::Member(member),
                (None, ImportKind::Instance) => Part::Whole,
                // A module that is one thing offers it as its default export.
                (
                    None,
                    ImportKind::Func { .. }
                    | ImportKind::Module { .. }
                    | ImportKind::Resource { .. }
                    | ImportKind::Type { .. },
                ) => Part::Member("default".to_string()),
            };
            let imported = Imported { key: import.name.clone(), local: local(&import.name), part };
            statements.entry(specifier).or_default().push(imported);
        }
        let named = |export: Exported| {
            let local = local(&plan.exports[export.item].name);
            (export, local)
        };
        let exports = exported(plan).into_iter().map(named).collect();
        Module { statements, exports }
    }

    fn exports(&self, out: &mut Source) {
        out.block("const imports = {", "};", |out| {
            for Imported { key, local, .. } in self.statements.values().flatten() {
                out.line(format_args!("{}: {local},", property(key)));
            }
        });
        out.line("");
        out.line("const { exports } = await instantiateBundle(plan, bundle, [imports]);");
        for (Exported { keys, .. }, local) in &self.exports {
            out.line(format_args!("const {local} = exports[{}];", quoted(&keys[0])));
        }
        out.block("export {", "};", |out| {
            for (Exported { keys, .. }, local) in &self.exports {
                for key in keys {
                    out.line(format_args!("{local} as {},", property(key)));
                }
            }
        });
    }
}
