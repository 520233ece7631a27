//! Named types: records, variants and the like, and aliases of them.

use super::super::names::{camel, property};
use super::super::source::Source;
use super::super::tree::Item;
use super::super::ts::Flow;
use super::Printer;
use super::namespaces::{Namespaces, type_identifier};
use crate::plan::TypeKind;

impl Printer<'_> {
    pub(super) fn type_declaration(
        &self,
        spaces: &Namespaces<'_>,
        level: Option<usize>,
        item: &Item<'_>,
        ty: usize,
        out: &mut Source,
    ) {
        let scope = spaces.scope(level);
        let interface = spaces.interface(level);
        let name = type_identifier(item.name);
        out.docs(self.docs.item(spaces.side, interface, item.name));
        // The same structure under an earlier name: an alias keeps both names one type.
        let reference = self.ts.reference(ty, scope, Flow::Either);
        match self.ts.kind(ty) {
            _ if reference != name && !reference.contains(['{', '|', '\'']) => {
                out.line(format_args!("export type {name} = {reference};"));
            }
            TypeKind::Record { fields } => {
                out.block(format_args!("export interface {name} {{"), "}", |out| {
                    for field in fields {
                        out.docs(self.docs.member(spaces.side, interface, item.name, &field.name));
                        out.line(format_args!(
                            "{};",
                            self.ts.field(&field.name, field.ty, scope, Flow::Either)
                        ));
                    }
                })
            }
            TypeKind::Flags { names } => out.block(format_args!("export interface {name} {{"), "}", |out| {
                for flag in names {
                    out.docs(self.docs.member(spaces.side, interface, item.name, flag));
                    out.line(format_args!("{}?: boolean;", property(&camel(flag))));
                }
            }),
            _ => {
                out.line(format_args!("export type {name} = {};", self.ts.structure(ty, scope, Flow::Either)))
            }
        }
    }
}
