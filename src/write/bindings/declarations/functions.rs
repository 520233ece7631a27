//! Functions of an interface: whose they are, and their parameters and results as TypeScript sees them.

use super::super::names::{FuncName, UniqueNames, binding};
use super::super::tree::ItemKind;
use super::super::ts::Flow;
use super::Printer;
use super::namespaces::Namespaces;
use crate::plan::TypeKind;
use indexmap::IndexMap;

/// The functions of one interface, by what they belong to.
#[derive(Default)]
pub(super) struct Functions<'a> {
    pub(super) free: Vec<(&'a str, usize)>,
    pub(super) by_resource: IndexMap<&'a str, Vec<(FuncName<'a>, usize)>>,
}

/// Whose a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Component,
    /// The host, as a function of an interface or of the world.
    Host,
    /// The host, as a member of a class.
    HostClass,
}

impl Printer<'_> {
    pub(super) fn functions<'s>(&self, spaces: &'s Namespaces<'_>, level: Option<usize>) -> Functions<'s> {
        let mut found = Functions::default();
        for &i in spaces.children(level) {
            let item = &spaces.tree.items[i];
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

    /// Parameters without the first `skip`, and the result; a result's error is thrown, so it does not show.
    pub(super) fn signature(
        &self,
        function: usize,
        scope: &str,
        skip: usize,
        owner: Owner,
    ) -> (String, String) {
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
