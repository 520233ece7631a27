//! Resources: those of the component are classes, those of the host what its classes must have.

use super::super::names::{FuncName, camel, method};
use super::super::source::Source;
use super::super::tree::{Item, Side};
use super::functions::{Functions, Owner};
use super::namespaces::{Namespaces, type_identifier};
use super::{OUTSIDE, Printer};

/// A resource's declarations.
struct Class<'a> {
    name: &'a str,
    side: Side,
    /// The interface it is in, if it is in one.
    interface: Option<&'a str>,
    /// Dotted path of the namespace it is in.
    scope: &'a str,
    members: &'a [(FuncName<'a>, usize)],
}

impl Printer<'_> {
    pub(super) fn class_type(&self, resource: usize) -> String {
        let class = self.ts.class(resource, OUTSIDE);
        // Of the host's own, the declarations only say what it must have; also where the component exports it again.
        if class.starts_with("Imports.") { format!("{class}Class") } else { format!("typeof {class}") }
    }

    pub(super) fn class(
        &self,
        spaces: &Namespaces<'_>,
        level: Option<usize>,
        item: &Item<'_>,
        resource: usize,
        functions: &Functions<'_>,
        out: &mut Source,
    ) {
        let scope = spaces.scope(level);
        let name = type_identifier(item.name);
        let reference = self.ts.class(resource, scope);
        if reference != name {
            out.line(format_args!("export type {name} = {reference};"));
            return;
        }
        let members = functions.by_resource.get(item.name).map_or(&[][..], Vec::as_slice);
        let (side, interface) = (spaces.side, spaces.interface(level));
        out.docs(self.docs.item(side, interface, item.name));
        let class = Class { name: &name, side, interface, scope, members };
        match side {
            Side::Imports => self.host_class(&class, out),
            Side::Exports => self.guest_class(&class, out),
        }
    }

    /// A resource the component implements: a class.
    fn guest_class(&self, class: &Class<'_>, out: &mut Source) {
        out.block(format_args!("export class {} {{", class.name), "}", |out| {
            // So that an object of another class does not do, even if it has the same methods.
            out.line("#private;");
            if !class.members.iter().any(|(n, _)| matches!(n, FuncName::Constructor(_))) {
                out.docs("Only the component makes these.");
                out.line("private constructor();");
            }
            class.members.iter().for_each(|&member| self.class_member(class, member, out));
            out.docs(
                "Drops the resource now; without this it is dropped some time after it became unreachable.",
            );
            out.line("[Symbol.dispose](): void;");
        });
    }

    /// A resource the host implements: what its instances and its class must have.
    fn host_class(&self, class: &Class<'_>, out: &mut Source) {
        let (methods, others): (Vec<_>, Vec<_>) =
            class.members.iter().partition(|(name, _)| matches!(name, FuncName::Method(..)));
        out.block(format_args!("export interface {} {{", class.name), "}", |out| {
            methods.iter().for_each(|&member| self.class_member(class, member, out));
            // Alone it would make TypeScript refuse every class that does not have it.
            if !methods.is_empty() {
                out.docs("Called when the component drops the resource.");
                out.line("[Symbol.dispose]?(): void;");
            }
        });
        out.block(format_args!("export interface {}Class {{", class.name), "}", |out| {
            out.line(format_args!("readonly prototype: {};", class.name));
            others.iter().for_each(|&member| self.class_member(class, member, out));
        });
    }

    fn class_member(&self, class: &Class<'_>, (name, function): (FuncName<'_>, usize), out: &mut Source) {
        let is_host = class.side == Side::Imports;
        let (full, head, skip) = match name {
            FuncName::Constructor(r) if is_host => (format!("[constructor]{r}"), "new ".to_string(), 0),
            FuncName::Constructor(r) => (format!("[constructor]{r}"), "constructor".to_string(), 0),
            FuncName::Method(r, m) => (format!("[method]{r}.{m}"), method(&camel(m)), 1),
            // No class can have one: it is there for `getFunc` alone.
            FuncName::Static(_, "prototype") => return,
            FuncName::Static(r, m) => {
                let prefix = if is_host { "" } else { "static " };
                (format!("[static]{r}.{m}"), format!("{prefix}{}", method(&camel(m))), 0)
            }
            FuncName::Free(f) => (f.to_string(), method(&camel(f)), 0),
        };
        out.docs(self.docs.item(class.side, class.interface, &full));
        let owner = if is_host { Owner::HostClass } else { Owner::Component };
        let (params, result) = self.signature(function, class.scope, skip, owner);
        match name {
            FuncName::Constructor(_) if !is_host => out.line(format_args!("{head}({params});")),
            _ => out.line(format_args!("{head}({params}): {result};")),
        }
    }
}
