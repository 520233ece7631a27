//! `NAME.js`: the functions of a component's boundary, and how to instantiate it.

mod entry;
mod flat;
mod functions;
mod lists;
mod memory;
mod values;
mod words;

use super::exported::error_classes;
use super::source::Source;
use super::{Files, Options, inline, loader};
use crate::plan::{Export, ExportKind, Import, Plan, Trampoline};
use anyhow::Result;
use functions::Boundary;
use indexmap::IndexMap;
use memory::TypeFunctions;

/// Which of the two ways a function crosses the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Direction {
    /// From the guest to the host: an export.
    Lift,
    /// From the host to the guest: an import.
    Lower,
}

/// Writes the module.
pub(super) fn module(plan: &Plan, options: &Options, files: &Files<'_>) -> Result<String> {
    let mut types = TypeFunctions::new(plan);
    let mut functions: IndexMap<(Direction, Boundary), BoundaryFunction> = IndexMap::new();
    let lifts = table(Direction::Lift, exports(plan), &mut functions, &mut types);
    let lowers = table(Direction::Lower, imports(plan), &mut functions, &mut types);
    let (type_functions, imports) = types.finish();

    let mut out = Source::default();
    out.line(format_args!(
        "// Bindings of the component `{}`. Written by {}; do not edit.",
        plan.name, plan.tool
    ));
    let entry = entry::Entry::of(plan, &options.form);
    if !options.inline {
        out.line(format_args!("import {{ {} }} from 'corefuse';", entry.loader_names()));
        if !imports.is_empty() {
            let names: Vec<&str> = imports.into_iter().collect();
            out.line(format_args!("import {{ {} }} from 'corefuse/bindings';", names.join(", ")));
        }
    }
    entry.import_statements(&mut out);
    if options.inline {
        out.line("// The loader (https://www.npmjs.com/package/corefuse) follows: Apache-2.0 WITH LLVM-exception OR MIT.");
        out.text(&loader::source(plan.version[1] > 0)?);
    }
    for text in type_functions.into_iter().chain(functions.into_values().map(BoundaryFunction::finish)) {
        out.line("");
        out.text(&text);
    }
    out.line("");
    out.docs("The functions above by export of the plan, and by trampoline.");
    out.line(format_args!("const bindings = {{ lifts: {{ {lifts} }}, lowers: {{ {lowers} }} }};"));
    out.line("");
    if options.inline {
        inline::contents(plan, files, &mut out)?;
    } else {
        entry::places(plan, &mut out);
    }
    out.line("");
    out.line("const bundle = { bindings, modules };");
    out.line("");
    entry.exports(&mut out);
    if options.inline {
        let names = error_classes(plan, &options.form);
        out.line(format_args!("export {{ {} }};", names.join(", ")));
    }
    Ok(out.finish())
}

/// A function of the boundary with its position in the plan and its name for people.
struct Site {
    index: usize,
    boundary: Boundary,
    name: String,
}

fn exports(plan: &Plan) -> Vec<Site> {
    let site = |(index, export): (usize, &Export)| match export.kind {
        ExportKind::Func { function, options, .. } if !plan.has_tasks(function) => {
            let parent = export.parent.map(|p| plan.exports[p].name.as_str());
            Some(Site {
                index,
                boundary: Boundary { function, options },
                name: full_name(parent, &export.name),
            })
        }
        _ => None,
    };
    plan.exports.iter().enumerate().filter_map(site).collect()
}

fn imports(plan: &Plan) -> Vec<Site> {
    let site = |(index, trampoline): (usize, &Trampoline)| match *trampoline {
        Trampoline::LowerImport { import, function, options } if !plan.has_tasks(function) => {
            let Import { parent, name, .. } = &plan.imports[import];
            let parent = parent.map(|p| plan.imports[p].name.as_str());
            Some(Site { index, boundary: Boundary { function, options }, name: full_name(parent, name) })
        }
        // What is about tasks is done by the loader.
        _ => None,
    };
    plan.trampolines.iter().enumerate().filter_map(site).collect()
}

fn full_name(parent: Option<&str>, name: &str) -> String {
    parent.map_or_else(|| name.to_string(), |parent| format!("{parent}#{name}"))
}

/// A function that lifts or lowers.
struct BoundaryFunction {
    name: String,
    /// A line for each function of the component that it is for.
    comments: String,
    text: String,
}

impl BoundaryFunction {
    fn finish(self) -> String {
        self.comments + &self.text
    }
}

/// `index: function` for each site; functions of equal type and options are one.
fn table(
    direction: Direction,
    sites: Vec<Site>,
    functions: &mut IndexMap<(Direction, Boundary), BoundaryFunction>,
    types: &mut TypeFunctions<'_>,
) -> String {
    let mut entries = Vec::new();
    for Site { index, boundary, name } in sites {
        let next = functions.len();
        let function = functions.entry((direction, boundary)).or_insert_with(|| {
            let verb = match direction {
                Direction::Lift => "lift",
                Direction::Lower => "lower",
            };
            let own = format!("{verb}{next}");
            let mut out = Source::default();
            match direction {
                Direction::Lift => functions::lifted(&own, boundary, types, &mut out),
                Direction::Lower => functions::lowered(&own, boundary, types, &mut out),
            }
            BoundaryFunction { name: own, comments: String::new(), text: out.finish() }
        });
        let comment = name.replace("*/", "* /").replace(['\n', '\r', '\u{2028}', '\u{2029}'], " ");
        function.comments += &format!("// {comment}\n");
        entries.push(format!("{index}: {}", function.name));
    }
    entries.join(", ")
}
