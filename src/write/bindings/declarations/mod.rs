//! `NAME.d.ts`: what a TypeScript user sees of a component.
//!
//! One file: `Imports` is what the host supplies, `Exports` what the component gives, each with a namespace that
//! holds the types, resource classes and functions of every interface. Keys are those of run time.

mod entry;
mod generics;

use super::docs::{self, Docs};
use super::exported::error_classes;
use super::names::{
    FuncName, UniqueNames, alias, binding, camel, interface_identifier, pascal, property, version_suffix,
};
use super::source::Source;
use super::tree::{Item, ItemKind, Tree};
use super::ts::{Declared, Flow, TypeScript};
use super::{Form, Options};
use crate::plan::{Plan, TypeKind};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// Writes the declarations of a plan's imports and exports.
pub(super) fn declarations(plan: &Plan, options: &Options) -> String {
    let imports = Side::new(docs::IMPORTS, Tree::imports(plan));
    let exports = Side::new(docs::EXPORTS, Tree::exports(plan));
    let mut ts = TypeScript::new(plan);
    imports.name_types(&mut ts);
    exports.name_types(&mut ts);
    let printer = Printer { plan, docs: &options.docs, ts: &ts, imports: &imports };
    let mut sides = Source::default();
    printer.side(&imports, &mut sides);
    printer.side(&exports, &mut sides);
    let sides = sides.finish();
    let mut out = Source::default();
    printer.header(&mut out);
    if matches!(options.form, Form::Instantiate) && !options.inline {
        out.line("");
        out.line("import type { Instance as ComponentInstance } from 'corefuse';");
    }
    let mut types = vec!["Imports", "Exports"];
    types.extend(generics::generics(&sides, &mut out));
    out.text(&sides);
    match options.form {
        Form::Instantiate => {
            entry::functions(plan, printer.needs_imports(), options.inline, &types, &mut out)
        }
        Form::Module(_) => entry::module(plan, &types, &mut out),
    }
    if options.inline {
        entry::errors(&error_classes(plan, &options.form), &mut out);
    }
    out.finish()
}

/// The imports or the exports, with a namespace for each instance.
struct Side<'a> {
    /// `Imports` or `Exports`.
    name: &'static str,
    tree: Tree<'a>,
    /// Dotted path of the namespace of each instance.
    scopes: HashMap<usize, String>,
}

impl<'a> Side<'a> {
    fn new(name: &'static str, tree: Tree<'a>) -> Self {
        let mut side = Side { name, tree, scopes: HashMap::new() };
        side.assign_scopes();
        side
    }

    /// Two versions of an interface get their versions in their identifiers; anything else that collides a number.
    fn assign_scopes(&mut self) {
        let mut pending = vec![(self.name.to_string(), self.tree.roots.clone())];
        while let Some((scope, items)) = pending.pop() {
            let instances: Vec<usize> =
                items.into_iter().filter(|&i| self.tree.items[i].kind == ItemKind::Instance).collect();
            let mut counts: HashMap<String, usize> = HashMap::new();
            for &i in &instances {
                *counts.entry(interface_identifier(self.tree.items[i].name)).or_default() += 1;
            }
            let mut names = UniqueNames::default();
            for i in instances {
                let name = self.tree.items[i].name;
                let mut identifier = interface_identifier(name);
                if counts[&identifier] > 1 {
                    identifier.push_str(&version_suffix(name));
                }
                let path = format!("{scope}.{}", names.take(identifier));
                pending.push((path.clone(), self.tree.items[i].children.clone()));
                self.scopes.insert(i, path);
            }
        }
    }

    fn scope(&self, instance: Option<usize>) -> &str {
        instance.map_or(self.name, |i| &self.scopes[&i])
    }

    /// Under which name the docs of an instance are, or of what the world has by itself.
    fn place(&self, instance: Option<usize>) -> &'a str {
        instance.map_or(self.name, |i| self.tree.items[i].name)
    }

    fn children(&self, instance: Option<usize>) -> &[usize] {
        instance.map_or(&self.tree.roots, |i| &self.tree.items[i].children)
    }

    fn levels(&self) -> impl Iterator<Item = Option<usize>> {
        let instances =
            self.tree.items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Instance);
        std::iter::once(None).chain(instances.map(|(i, _)| Some(i)))
    }

    fn name_types(&self, ts: &mut TypeScript<'_>) {
        for level in self.levels() {
            let scope = self.scope(level);
            for &i in self.children(level) {
                let item = &self.tree.items[i];
                let declared = Declared { scope: scope.to_string(), name: type_identifier(item.name) };
                match item.kind {
                    ItemKind::Type(Some(ty)) => ts.name_type(ty, declared),
                    ItemKind::Resource(resource) => ts.name_resource(resource, declared),
                    _ => {}
                }
            }
        }
    }
}

/// A type's identifier; names that TypeScript or this file gives a meaning get an underscore.
fn type_identifier(name: &str) -> String {
    let identifier = pascal(name);
    match identifier.as_str() {
        "Map" | "Array" | "AsyncIterable" | "Promise" | "PromiseLike" | "Disposable" | "Imports"
        | "Exports" | "WebAssembly" | "Symbol" => format!("{identifier}_"),
        shared if generics::is_shared(shared) => format!("{identifier}_"),
        _ if identifier.starts_with(|c: char| c.is_ascii_digit()) => format!("_{identifier}"),
        _ => identifier,
    }
}

/// The scope of code that stands in no namespace.
const OUTSIDE: &str = "";

/// The functions of one interface, by what they belong to.
#[derive(Default)]
struct Functions<'a> {
    free: Vec<(&'a str, usize)>,
    by_resource: IndexMap<&'a str, Vec<(FuncName<'a>, usize)>>,
}

/// Whose a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Component,
    /// The host, as a function of an interface or of the world.
    Host,
    /// The host, as a member of a class.
    HostClass,
}

struct Printer<'a> {
    plan: &'a Plan,
    docs: &'a Docs,
    ts: &'a TypeScript<'a>,
    imports: &'a Side<'a>,
}

impl Printer<'_> {
    fn header(&self, out: &mut Source) {
        out.line(format_args!(
            "// Types of the component `{}`. Written by {}; do not edit.",
            self.plan.name, self.plan.tool
        ));
    }

    fn needs_imports(&self) -> bool {
        self.imports.tree.roots.iter().any(|&i| match self.imports.tree.items[i].kind {
            ItemKind::Type(_) => false,
            _ => self.is_needed(self.imports, i),
        })
    }

    /// An interface with a member for each item, and the namespaces behind it.
    fn side(&self, side: &Side<'_>, out: &mut Source) {
        let what =
            if side.name == "Imports" { "What the host supplies." } else { "What the component gives." };
        out.line("");
        out.docs(what);
        self.members(side, None, out);
        self.namespace(side, None, out);
    }

    fn namespace(&self, side: &Side<'_>, level: Option<usize>, out: &mut Source) {
        if !self.has_declarations(side, level) {
            return;
        }
        let scope = side.scope(level);
        let name = scope.rsplit('.').next().unwrap_or(scope);
        let open = match level {
            None => format!("declare namespace {name} {{"),
            Some(_) => format!("export namespace {name} {{"),
        };
        out.line("");
        out.block(open, "}", |out| {
            let functions = self.functions(side, level);
            for &i in side.children(level) {
                self.declaration(side, level, i, &functions, out);
            }
        });
    }

    fn has_declarations(&self, side: &Side<'_>, level: Option<usize>) -> bool {
        side.children(level).iter().any(|&i| {
            matches!(
                side.tree.items[i].kind,
                ItemKind::Instance | ItemKind::Type(Some(_)) | ItemKind::Resource(_)
            )
        })
    }

    fn declaration(
        &self,
        side: &Side<'_>,
        level: Option<usize>,
        i: usize,
        functions: &Functions<'_>,
        out: &mut Source,
    ) {
        let item = &side.tree.items[i];
        match item.kind {
            ItemKind::Instance => {
                out.docs(self.docs.interface(item.name));
                self.members(side, Some(i), out);
                self.namespace(side, Some(i), out);
            }
            ItemKind::Type(Some(ty)) => self.type_declaration(side, level, item, ty, out),
            ItemKind::Resource(resource) => self.class(side, level, item, resource, functions, out),
            ItemKind::Func { .. } | ItemKind::Module | ItemKind::Type(None) | ItemKind::SameAs(_) => {}
        }
    }

    fn functions<'s>(&self, side: &'s Side<'_>, level: Option<usize>) -> Functions<'s> {
        let mut found = Functions::default();
        for &i in side.children(level) {
            let item = &side.tree.items[i];
            let ItemKind::Func { function } = self.resolve(item.kind) else { continue };
            match FuncName::parse(item.name) {
                FuncName::Free(name) => found.free.push((name, function)),
                name @ (FuncName::Constructor(r) | FuncName::Method(r, _) | FuncName::Static(r, _)) => {
                    found.by_resource.entry(r).or_default().push((name, function));
                }
            }
        }
        found
    }

    /// What a re-exported import is.
    fn resolve(&self, kind: ItemKind) -> ItemKind {
        match kind {
            ItemKind::SameAs(import) => self.imports.tree.items[import].kind,
            kind => kind,
        }
    }

    /// `interface X { ... }`: the members of an instance, or of all imports or exports.
    fn members(&self, side: &Side<'_>, level: Option<usize>, out: &mut Source) {
        let scope = side.scope(level);
        let name = scope.rsplit('.').next().unwrap_or(scope);
        let interface = side.place(level);
        // What stands outside all namespaces is exported at the end, as types only: their classes are no values.
        let export = if level.is_some() { "export " } else { "" };
        out.block(format_args!("{export}interface {name} {{"), "}", |out| {
            let mut taken: HashSet<String> = HashSet::new();
            let functions = self.functions(side, level);
            for (name, function) in &functions.free {
                let key = camel(name);
                out.docs(self.docs.item(interface, name));
                // The members stand outside the namespace of their types, so those need their full paths.
                let of = if side.name == "Imports" { Owner::Host } else { Owner::Component };
                let (params, result) = self.signature(*function, OUTSIDE, 0, of);
                out.line(format_args!("{}({params}): {result};", property(&key)));
                taken.insert(key);
            }
            for &i in side.children(level) {
                self.member(side, i, &mut taken, out);
            }
            if side.name == "Exports" {
                self.aliases(side, level, &taken, out);
            }
        });
    }

    fn member(&self, side: &Side<'_>, i: usize, taken: &mut HashSet<String>, out: &mut Source) {
        let item = &side.tree.items[i];
        let (key, ty) = match (self.resolve(item.kind), item.kind) {
            (ItemKind::Instance, ItemKind::SameAs(import)) => {
                (item.name.to_string(), self.imports.scopes[&import].clone())
            }
            (ItemKind::Instance, _) => (item.name.to_string(), side.scopes[&i].clone()),
            (ItemKind::Resource(resource), _) => (pascal(item.name), self.class_type(resource)),
            (ItemKind::Module, _) if side.name == "Imports" => {
                (item.name.to_string(), "WebAssembly.Module".to_string())
            }
            // An exported module is found by `Instance.getModule`.
            (ItemKind::Func { .. } | ItemKind::Module | ItemKind::Type(_) | ItemKind::SameAs(_), _) => return,
        };
        let optional = if self.is_needed(side, i) { "" } else { "?" };
        out.line(format_args!("{}{optional}: {ty};", property(&key)));
        taken.insert(key);
    }

    /// Whether the host must supply this import: an instance of nothing but types may be left out.
    fn is_needed(&self, side: &Side<'_>, i: usize) -> bool {
        let has_values = |&c: &usize| !matches!(side.tree.items[c].kind, ItemKind::Type(_));
        let item = &side.tree.items[i];
        side.name == "Exports" || item.kind != ItemKind::Instance || item.children.iter().any(has_values)
    }

    /// Exported instances are reachable by the last part of their name too, where that is free and unambiguous.
    fn aliases(&self, side: &Side<'_>, level: Option<usize>, taken: &HashSet<String>, out: &mut Source) {
        let instances = |&&i: &&usize| self.resolve(side.tree.items[i].kind) == ItemKind::Instance;
        let mut aliases: IndexMap<String, Vec<usize>> = IndexMap::new();
        for &i in side.children(level).iter().filter(instances) {
            aliases.entry(alias(side.tree.items[i].name)).or_default().push(i);
        }
        for (alias, items) in aliases {
            if let [i] = items[..]
                && !taken.contains(&alias)
            {
                let scope = match side.tree.items[i].kind {
                    ItemKind::SameAs(import) => &self.imports.scopes[&import],
                    _ => &side.scopes[&i],
                };
                out.line(format_args!("{}: {scope};", property(&alias)));
            }
        }
    }

    fn class_type(&self, resource: usize) -> String {
        let class = self.ts.class(resource, OUTSIDE);
        // Of the host's own, the declarations only say what it must have; also where the component exports it again.
        if class.starts_with("Imports.") { format!("{class}Class") } else { format!("typeof {class}") }
    }

    fn type_declaration(
        &self,
        side: &Side<'_>,
        level: Option<usize>,
        item: &Item<'_>,
        ty: usize,
        out: &mut Source,
    ) {
        let scope = side.scope(level);
        let interface = side.place(level);
        let name = type_identifier(item.name);
        out.docs(self.docs.item(interface, item.name));
        // The same structure under an earlier name: an alias keeps both names one type.
        let reference = self.ts.reference(ty, scope, Flow::Either);
        match self.ts.kind(ty) {
            _ if reference != name && !reference.contains(['{', '|', '\'']) => {
                out.line(format_args!("export type {name} = {reference};"));
            }
            TypeKind::Record { fields } => {
                out.block(format_args!("export interface {name} {{"), "}", |out| {
                    for field in fields {
                        out.docs(self.docs.member(interface, item.name, &field.name));
                        out.line(format_args!(
                            "{};",
                            self.ts.field(&field.name, field.ty, scope, Flow::Either)
                        ));
                    }
                })
            }
            TypeKind::Flags { names } => out.block(format_args!("export interface {name} {{"), "}", |out| {
                for flag in names {
                    out.docs(self.docs.member(interface, item.name, flag));
                    out.line(format_args!("{}?: boolean;", property(&camel(flag))));
                }
            }),
            _ => {
                out.line(format_args!("export type {name} = {};", self.ts.structure(ty, scope, Flow::Either)))
            }
        }
    }

    fn class(
        &self,
        side: &Side<'_>,
        level: Option<usize>,
        item: &Item<'_>,
        resource: usize,
        functions: &Functions<'_>,
        out: &mut Source,
    ) {
        let scope = side.scope(level);
        let interface = side.place(level);
        let name = type_identifier(item.name);
        let reference = self.ts.class(resource, scope);
        if reference != name {
            out.line(format_args!("export type {name} = {reference};"));
            return;
        }
        let empty = Vec::new();
        let members = functions.by_resource.get(item.name).unwrap_or(&empty);
        out.docs(self.docs.item(interface, item.name));
        if side.name == "Imports" {
            self.host_class(&name, scope, interface, members, out);
        } else {
            self.guest_class(&name, scope, interface, members, out);
        }
    }

    /// A resource the component implements: a class.
    fn guest_class(
        &self,
        name: &str,
        scope: &str,
        interface: &str,
        members: &[(FuncName<'_>, usize)],
        out: &mut Source,
    ) {
        out.block(format_args!("export class {name} {{"), "}", |out| {
            // So that an object of another class does not do, even if it has the same methods.
            out.line("#private;");
            if !members.iter().any(|(n, _)| matches!(n, FuncName::Constructor(_))) {
                out.docs("Only the component makes these.");
                out.line("private constructor();");
            }
            for (func, function) in members {
                self.class_member(*func, *function, scope, interface, "static ", out);
            }
            out.docs(
                "Drops the resource now; without this it is dropped some time after it became unreachable.",
            );
            out.line("[Symbol.dispose](): void;");
        });
    }

    /// A resource the host implements: what its instances and its class must have.
    fn host_class(
        &self,
        name: &str,
        scope: &str,
        interface: &str,
        members: &[(FuncName<'_>, usize)],
        out: &mut Source,
    ) {
        let is_method = |name: &FuncName<'_>| matches!(name, FuncName::Method(..));
        out.block(format_args!("export interface {name} {{"), "}", |out| {
            for (func, function) in members.iter().filter(|(n, _)| is_method(n)) {
                self.class_member(*func, *function, scope, interface, "", out);
            }
            // Alone it would make TypeScript refuse every class that does not have it.
            if members.iter().any(|(n, _)| is_method(n)) {
                out.docs("Called when the component drops the resource.");
                out.line("[Symbol.dispose]?(): void;");
            }
        });
        out.block(format_args!("export interface {name}Class {{"), "}", |out| {
            out.line(format_args!("readonly prototype: {name};"));
            for (func, function) in members.iter().filter(|(n, _)| !is_method(n)) {
                self.class_member(*func, *function, scope, interface, "", out);
            }
        });
    }

    fn class_member(
        &self,
        name: FuncName<'_>,
        function: usize,
        scope: &str,
        interface: &str,
        prefix: &str,
        out: &mut Source,
    ) {
        let (full, head, skip) = match name {
            FuncName::Constructor(r) if prefix.is_empty() => {
                (format!("[constructor]{r}"), "new ".to_string(), 0)
            }
            FuncName::Constructor(r) => (format!("[constructor]{r}"), "constructor".to_string(), 0),
            // Without brackets TypeScript would take it for the class's constructor.
            FuncName::Method(r, m @ "constructor") => (format!("[method]{r}.{m}"), format!("['{m}']"), 1),
            FuncName::Method(r, m) => (format!("[method]{r}.{m}"), property(&camel(m)), 1),
            // No class can have one: it is there for `getFunc` alone.
            FuncName::Static(_, "prototype") => return,
            FuncName::Static(r, m) => {
                (format!("[static]{r}.{m}"), format!("{prefix}{}", property(&camel(m))), 0)
            }
            FuncName::Free(f) => (f.to_string(), property(&camel(f)), 0),
        };
        out.docs(self.docs.item(interface, &full));
        let owner = if prefix.is_empty() { Owner::HostClass } else { Owner::Component };
        let (params, result) = self.signature(function, scope, skip, owner);
        match (name, prefix.is_empty()) {
            (FuncName::Constructor(_), false) => out.line(format_args!("{head}({params});")),
            _ => out.line(format_args!("{head}({params}): {result};")),
        }
    }

    /// Parameters without the first `skip`, and the result; a result's error is thrown, so it does not show.
    fn signature(&self, function: usize, scope: &str, skip: usize, owner: Owner) -> (String, String) {
        let function = &self.plan.functions[function];
        let (given, returned) = match owner {
            Owner::Component => (Flow::ToComponent, Flow::FromComponent),
            Owner::Host | Owner::HostClass => (Flow::FromComponent, Flow::ToComponent),
        };
        let mut names = UniqueNames::default();
        let mut params: Vec<String> = function.params[skip.min(function.params.len())..]
            .iter()
            .map(|p| format!("{}: {}", names.take(binding(&p.name)), self.ts.reference(p.ty, scope, given)))
            .collect();
        let reference = |ty: usize| self.ts.reference(ty, scope, returned);
        let result = match function.result {
            None => "void".to_string(),
            Some(ty) => match self.ts.kind(ty) {
                TypeKind::Result { ok, .. } => ok.map_or("void".to_string(), reference),
                _ => reference(ty),
            },
        };
        let result = match owner {
            _ if !function.is_async => result,
            Owner::Component => {
                params.push(format!("{}?: CallOptions", names.take("options".to_string())));
                format!("Promise<{result}>")
            }
            Owner::Host => {
                params.insert(0, "this: HostCall".to_string());
                format!("{result} | PromiseLike<{result}>")
            }
            Owner::HostClass => format!("{result} | PromiseLike<{result}>"),
        };
        (params.join(", "), result)
    }
}
