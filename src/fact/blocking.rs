//! Which core functions may block the stack that they are called on: those from whose code something that blocks can
//! be reached. What a reference leads to is not followed: in a component instance, which shares tables with no other,
//! a call by reference can get to every function that there are references to.
//!
//! A stack on which nothing can block is entered by a plain call, which costs a fraction of one that can be suspended.
//! Where code is not known, because the host supplies a module, and in graphs that are too large, the component instance
//! as a whole decides (`tasks`).

use super::calls::{Function, ModuleCalls};
use crate::dfg::{
    AdapterId, CoreDef, CoreExport, CoreInstanceId, CoreInstanceSource, CoreKind, Dfg, InstanceId,
    LiftedFunc, ModuleId, Resource, Trampoline, TrampolineId,
};
use crate::id::IdVec;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// How many functions of core instances, and calls in them, are looked at; a module counts as often as it is instantiated.
const MAX_SIZE: usize = 8_000_000;

/// Core functions that may block.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockingFunctions(HashSet<CoreDef>);

impl BlockingFunctions {
    /// Whether a lifted function, or its callback, may block. Neither `realloc` nor `post-return` can: they may not
    /// call out.
    pub(super) fn contains(&self, dfg: &Dfg<'_>, func: &LiftedFunc) -> bool {
        let callback = dfg.options[func.options].callback.as_ref();
        self.0.contains(&func.callee) || callback.is_some_and(|callback| self.0.contains(callback))
    }

    /// Finds all functions from which one of `sources` can be reached, looking only at the code of `instances`.
    /// Time is linear in the size of the modules and, for functions that block, of their instances. `None` where that
    /// is not known.
    pub(super) fn of(
        dfg: &Dfg<'_>,
        sources: Vec<CoreDef>,
        instances: impl Fn(InstanceId) -> bool,
    ) -> Option<BlockingFunctions> {
        let mut search = Search::new(dfg, instances)?;
        search.pending = sources.into_iter().map(Node::Def).collect();
        while let Some(node) = search.pending.pop() {
            search.visit(node);
        }
        Some(BlockingFunctions(search.blocking))
    }
}

/// What may block.
enum Node {
    Def(CoreDef),
    Function(CoreInstanceId, Function),
    /// A call by reference in a component instance.
    Reference(InstanceId),
}

struct Search<'a> {
    dfg: &'a Dfg<'a>,
    /// With their sizes.
    modules: HashMap<ModuleId, (ModuleCalls<'a>, usize)>,
    /// Core instances whose code is looked at, with their modules, by component instance.
    core_instances: HashMap<InstanceId, Vec<(CoreInstanceId, ModuleId)>>,
    /// Imports that are given a function.
    importers: HashMap<&'a CoreDef, Vec<(CoreInstanceId, Function)>>,
    /// Synchronous calls of a function from other component instances.
    adapters: HashMap<&'a CoreDef, Vec<AdapterId>>,
    /// What calls a function as a destructor.
    drops: HashMap<&'a CoreDef, Vec<TrampolineId>>,
    pending: Vec<Node>,
    blocking: HashSet<CoreDef>,
    functions: HashMap<CoreInstanceId, Vec<bool>>,
    references: IdVec<InstanceId, bool>,
}

impl<'a> Search<'a> {
    /// `None` if there is unknown code, or too much.
    fn new(dfg: &'a Dfg<'a>, instances: impl Fn(InstanceId) -> bool) -> Option<Self> {
        let mut search = Search {
            dfg,
            modules: HashMap::new(),
            core_instances: HashMap::new(),
            importers: HashMap::new(),
            adapters: HashMap::new(),
            drops: HashMap::new(),
            pending: Vec::new(),
            blocking: HashSet::new(),
            functions: HashMap::new(),
            references: dfg.instances.ids().map(|_| false).collect(),
        };
        let mut left = MAX_SIZE;
        for (id, core_instance) in dfg.core_instances.iter().filter(|(_, c)| instances(c.instance)) {
            let CoreInstanceSource::Static { module, args } = &core_instance.source else { return None };
            let size = search.core_instance(id, core_instance.instance, *module, args)?;
            left = left.checked_sub(size)?;
        }
        search.callers();
        Some(search)
    }

    /// Notes a core instance, and returns the size of its module.
    fn core_instance(
        &mut self,
        id: CoreInstanceId,
        instance: InstanceId,
        module: ModuleId,
        args: &'a [CoreDef],
    ) -> Option<usize> {
        let known = &self.dfg.modules[module];
        let (calls, size) = match self.modules.entry(module) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                // It was validated with the component, so that this is no error.
                let calls = ModuleCalls::read(known.bytes).ok()?;
                let size = calls.size();
                unread.insert((calls, size))
            }
        };
        self.functions.insert(id, vec![false; calls.len()]);
        let size = *size;
        let functions = known.imports.iter().zip(args).filter(|(import, _)| import.kind == CoreKind::Func);
        for ((_, arg), function) in functions.zip(0..) {
            self.importers.entry(arg).or_default().push((id, function));
        }
        self.core_instances.entry(instance).or_default().push((id, module));
        Some(size)
    }

    /// Notes who calls what from outside of core code.
    fn callers(&mut self) {
        for (id, adapter) in self.dfg.adapters.iter() {
            if !self.dfg.types.func(adapter.callee.ty).is_async {
                self.adapters.entry(&adapter.callee.callee).or_default().push(id);
            }
        }
        for (id, trampoline) in self.dfg.trampolines.iter() {
            if let Trampoline::ResourceDrop { resource, .. } = *trampoline
                && let Resource::Defined { dtor: Some(dtor), .. } = &self.dfg.resources[resource]
            {
                self.drops.entry(dtor).or_default().push(id);
            }
        }
    }

    fn visit(&mut self, node: Node) {
        match node {
            Node::Def(def) => {
                if !self.blocking.contains(&def) {
                    self.def(&def);
                    self.blocking.insert(def);
                }
            }
            Node::Function(core_instance, function) => {
                let seen = self.functions.get_mut(&core_instance).and_then(|f| f.get_mut(function as usize));
                if seen.is_some_and(|seen| !std::mem::replace(seen, true)) {
                    self.function(core_instance, function);
                }
            }
            Node::Reference(instance) => {
                if !std::mem::replace(&mut self.references[instance], true) {
                    self.reference(instance);
                }
            }
        }
    }

    /// Whoever calls `def` may block.
    fn def(&mut self, def: &CoreDef) {
        let importers = self.importers.get(def).into_iter().flatten();
        self.pending.extend(importers.map(|&(id, function)| Node::Function(id, function)));
        let adapters = self.adapters.get(def).into_iter().flatten();
        self.pending.extend(adapters.map(|&id| Node::Def(CoreDef::Adapter(id))));
        let drops = self.drops.get(def).into_iter().flatten();
        self.pending.extend(drops.map(|&id| Node::Def(CoreDef::Trampoline(id))));
    }

    /// Whoever calls a function of a core instance may block.
    fn function(&mut self, core_instance: CoreInstanceId, function: Function) {
        let CoreInstanceSource::Static { module, .. } = self.dfg.core_instances[core_instance].source else {
            return;
        };
        let Some((calls, _)) = self.modules.get_mut(&module) else { return };
        let callee = calls.callee(function);
        self.pending.extend(callee.callers.iter().map(|&caller| Node::Function(core_instance, caller)));
        self.pending.extend(callee.exports.iter().map(|&name| {
            Node::Def(CoreDef::Export(CoreExport { instance: core_instance, name: name.into() }))
        }));
        if callee.is_referenced {
            self.pending.push(Node::Reference(self.dfg.core_instances[core_instance].instance));
        }
    }

    /// Whoever calls by reference in a component instance may block.
    fn reference(&mut self, instance: InstanceId) {
        for &(id, module) in self.core_instances.get(&instance).into_iter().flatten() {
            let functions = self.modules[&module].0.by_reference.iter();
            self.pending.extend(functions.map(|&function| Node::Function(id, function)));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::component;
    use crate::dfg::{ExportKind, inline};
    use crate::fact::tasks::Tasks;

    /// The names of the exported functions that may block.
    fn blocking(text: &str) -> Vec<String> {
        let bytes = wat::parse_str(text).unwrap();
        let component = component::read(&bytes).unwrap();
        let dfg = inline(&component).unwrap();
        let tasks = Tasks::of(&dfg);
        let names = dfg.exports.values().filter_map(|export| match &export.kind {
            ExportKind::Func(func) => tasks.may_block(&dfg, func).then(|| export.name.to_string()),
            _ => None,
        });
        names.collect()
    }

    /// A component with `thread.yield` as `$y`, a core module of this `code`, which imports it, and its functions `a`,
    /// `b` and `c` as exports.
    fn module(code: &str) -> String {
        format!(
            r#"(component
              (core func $y (canon thread.yield))
              (core module $m (import "" "y" (func $y (result i32))) {code})
              (core instance $m (instantiate $m (with "" (instance (export "y" (func $y))))))
              {FUNCTIONS})"#
        )
    }

    /// Exports of `$m`.
    const FUNCTIONS: &str = r#"
        (func (export "a") async (canon lift (core func $m "a") async))
        (func (export "b") async (canon lift (core func $m "b") async))
        (func (export "c") async (canon lift (core func $m "c") async))"#;

    #[test]
    fn direct_calls_are_followed() {
        let found = blocking(&module(
            r#"(func (export "a") (drop (call $y)))
               (func $inner (call $last)) (func $last (drop (call $y)))
               (func (export "b") (call $inner))
               (func $quiet (call $quiet)) (func (export "c") (call $quiet))"#,
        ));
        assert_eq!(found, ["a", "b"]);
        let found = blocking(&module(
            r#"(func $tail (result i32) (return_call $y))
               (func (export "a") (drop (call $tail)))
               (func (export "b")) (func (export "c") unreachable)"#,
        ));
        assert_eq!(found, ["a"]);
    }

    #[test]
    fn calls_by_reference_lead_wherever_there_are_references() {
        let rest = r#"(func (export "b")) (func (export "c") (call_indirect (i32.const 0)))"#;
        for (code, expected) in [
            (
                r#"(table 1 funcref) (elem (i32.const 0) func $a) (func $a (export "a") (drop (call $y)))"#,
                &["a", "c"][..],
            ),
            (
                r#"(table 1 funcref) (elem (i32.const 0) funcref (ref.func $a)) (func $a (export "a") (drop (call $y)))"#,
                &["a", "c"],
            ),
            (
                r#"(table 1 funcref) (global funcref (ref.func $a)) (func $a (export "a") (drop (call $y)))"#,
                &["a", "c"],
            ),
            (
                r#"(table 1 funcref) (elem declare func $y) (func (export "a") (table.set (i32.const 0) (ref.func $y)))"#,
                &["c"],
            ),
            // Nothing that blocks is referred to.
            (
                r#"(table 1 funcref) (elem (i32.const 0) func $q) (func $q) (func (export "a") (drop (call $y)))"#,
                &["a"],
            ),
        ] {
            assert_eq!(blocking(&module(&format!("{code} {rest}"))), expected, "{code}");
        }
        let found = blocking(&module(
            r#"(type $f (func (result i32))) (elem declare func $y)
               (func (export "a") (drop (call_ref $f (ref.func $y))))
               (func $tail (result i32) (return_call_ref $f (ref.null $f)))
               (func (export "b") (drop (call $tail))) (func (export "c"))"#,
        ));
        assert_eq!(found, ["a", "b"]);
    }

    /// The table is another module's, which does not refer to what blocks itself; the function comes through a third one.
    #[test]
    fn core_instances_of_a_component_share_tables_and_functions() {
        let found = blocking(&format!(
            r#"(component
              (core func $y (canon thread.yield))
              (core module $table (table (export "t") 1 funcref))
              (core instance $table (instantiate $table))
              (core module $through (import "" "y" (func $y (result i32))) (export "again" (func $y)))
              (core instance $through (instantiate $through (with "" (instance (export "y" (func $y))))))
              (core module $fills (import "" "t" (table 1 funcref)) (import "" "again" (func $f (result i32)))
                (elem (i32.const 0) func $f))
              (core instance (instantiate $fills (with "" (instance
                (export "t" (table $table "t")) (export "again" (func $through "again"))))))
              (core module $m (import "" "t" (table 1 funcref)) (import "" "again" (func $f (result i32)))
                (func (export "a") (drop (call_indirect (result i32) (i32.const 0))))
                (func (export "b") (drop (call $f)))
                (func (export "c")))
              (core instance $m (instantiate $m (with "" (instance
                (export "t" (table $table "t")) (export "again" (func $through "again"))))))
              {FUNCTIONS})"#
        ));
        assert_eq!(found, ["a", "b"]);
    }

    #[test]
    fn a_callback_counts_and_what_runs_elsewhere_does_not() {
        let found = blocking(
            r#"(component
              (core func $y (canon thread.yield))
              (core module $m (import "" "y" (func $y (result i32)))
                (func (export "quiet") (result i32) (i32.const 0))
                (func (export "callback") (param i32 i32 i32) (result i32) (call $y))
                (func (export "quiet-callback") (param i32 i32 i32) (result i32) (i32.const 0))
                (func $start (drop (call $y))) (start $start))
              (core instance $m (instantiate $m (with "" (instance (export "y" (func $y))))))
              (func (export "a") async (canon lift (core func $m "quiet") async (callback (core func $m "callback"))))
              (func (export "b") async (canon lift (core func $m "quiet") async (callback (core func $m "quiet-callback")))))"#,
        );
        assert_eq!(found, ["a"]);
    }

    /// A synchronous call blocks if its callee does; an asynchronous one never does; a destructor is a synchronous call.
    #[test]
    fn calls_of_other_components() {
        let found = blocking(
            r#"(component
              (component $callee
                (core func $y (canon thread.yield))
                (core module $m (import "" "y" (func $y (result i32)))
                  (func (export "waits") (drop (call $y)))
                  (func (export "quiet"))
                  (func (export "drop") (param i32) (drop (call $y))))
                (core instance $m (instantiate $m (with "" (instance (export "y" (func $y))))))
                (type $r' (resource (rep i32) (dtor (core func $m "drop"))))
                (export $r "r" (type $r'))
                (func (export "waits") (canon lift (core func $m "waits")))
                (func (export "quiet") (canon lift (core func $m "quiet")))
                (func (export "later") async (canon lift (core func $m "waits") async)))
              (component $caller
                (import "r" (type $r (sub resource)))
                (import "waits" (func $waits)) (import "quiet" (func $quiet)) (import "later" (func $later async))
                (core func $waits (canon lower (func $waits)))
                (core func $quiet (canon lower (func $quiet)))
                (core func $later (canon lower (func $later) async))
                (core func $now (canon lower (func $later)))
                (core func $drop (canon resource.drop $r))
                (core module $m
                  (import "" "waits" (func $waits)) (import "" "quiet" (func $quiet))
                  (import "" "later" (func $later (result i32))) (import "" "now" (func $now))
                  (import "" "drop" (func $drop (param i32)))
                  (func (export "a") (call $waits)) (func (export "b") (call $quiet))
                  (func (export "c") (drop (call $later))) (func (export "d") (call $now))
                  (func (export "e") (call $drop (i32.const 1))))
                (core instance $m (instantiate $m (with "" (instance
                  (export "waits" (func $waits)) (export "quiet" (func $quiet)) (export "later" (func $later))
                  (export "now" (func $now)) (export "drop" (func $drop))))))
                (func (export "a") (canon lift (core func $m "a")))
                (func (export "b") (canon lift (core func $m "b")))
                (func (export "c") (canon lift (core func $m "c")))
                (func (export "d") (canon lift (core func $m "d")))
                (func (export "e") (canon lift (core func $m "e"))))
              (instance $callee (instantiate $callee))
              (instance $caller (instantiate $caller
                (with "r" (type $callee "r")) (with "waits" (func $callee "waits"))
                (with "quiet" (func $callee "quiet")) (with "later" (func $callee "later"))))
              (export "a" (func $caller "a")) (export "b" (func $caller "b")) (export "c" (func $caller "c"))
              (export "d" (func $caller "d")) (export "e" (func $caller "e")))"#,
        );
        assert_eq!(found, ["a", "d", "e"]);
    }

    /// What its code does is not known, so all functions of the component instance may block that could.
    #[test]
    fn a_module_of_the_host_may_do_anything() {
        let found = blocking(
            r#"(component
              (import "m" (core module $host (export "f" (func))))
              (core func $y (canon thread.yield))
              (core instance $host (instantiate $host))
              (core module $m (import "" "y" (func $y (result i32))) (func (export "a")))
              (core instance $m (instantiate $m (with "" (instance (export "y" (func $y))))))
              (func (export "a") async (canon lift (core func $m "a") async)))"#,
        );
        assert_eq!(found, ["a"]);
    }
}
