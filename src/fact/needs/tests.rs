//! Who needs what, in small graphs made by hand.

use super::{Needs, may_enter};
use crate::abi::types::{Field, FuncType, FuncTypeId, ResourceId, TypeDef, TypeId};
use crate::abi::{FlatType, PointerWidth, StringEncoding};
use crate::dfg::{
    Adapter, CoreDef, CoreExport, CoreInstanceId, Dfg, Export, ExportKind, ImportId, Instance, InstanceId,
    LiftedFunc, Options, OptionsId, Resource, Trampoline,
};
use crate::id::Id;

/// A graph of a root with two children, of which the second calls the first.
struct Graph(Dfg<'static>);

const ROOT: usize = 0;
const CALLEE: usize = 1;
const CALLER: usize = 2;

fn instance(index: usize) -> InstanceId {
    InstanceId::from_index(index)
}

fn core_func() -> CoreDef {
    CoreDef::Export(CoreExport { instance: CoreInstanceId::from_index(0), name: "f".into() })
}

impl Graph {
    fn new() -> Graph {
        let mut dfg = Dfg::default();
        for (parent, path) in [(None, "root"), (Some(0), "root/callee"), (Some(0), "root/caller")] {
            let parent = parent.map(instance);
            dfg.instances.push(Instance { parent, path: path.to_string(), may_throw: false });
        }
        Graph(dfg)
    }

    fn options(&mut self, of: usize, has_post_return: bool) -> OptionsId {
        self.0.options.intern(Options {
            instance: instance(of),
            encoding: StringEncoding::Utf8,
            memory: None,
            pointer: PointerWidth::W32,
            realloc: Some(core_func()),
            post_return: has_post_return.then(core_func),
            is_async: false,
            callback: None,
        })
    }

    fn ty(&mut self, def: TypeDef) -> TypeId {
        self.0.types.intern(def)
    }

    fn func(&mut self, params: &[TypeId], result: Option<TypeId>) -> FuncTypeId {
        let params = params.iter().map(|&ty| Field { name: "p".into(), ty }).collect();
        self.0.types.intern_func(FuncType { params, result, is_async: false })
    }

    fn resource(&mut self, definer: usize) -> ResourceId {
        let instance = instance(definer);
        self.0.resources.push(Resource::Defined { instance, rep: FlatType::I32, dtor: None })
    }

    fn adapter(&mut self, ty: FuncTypeId, lift: OptionsId, lower: OptionsId) -> Adapter {
        let callee = LiftedFunc { callee: core_func(), ty, options: lift };
        let adapter = Adapter { callee, lower, name: "f".into() };
        self.0.adapters.intern(adapter.clone());
        adapter
    }

    /// A call from one instance to the other with a function of this type.
    fn call(&mut self, params: &[TypeId], result: Option<TypeId>, has_post_return: bool) -> Needs {
        let ty = self.func(params, result);
        let (lift, lower) = (self.options(CALLEE, has_post_return), self.options(CALLER, false));
        self.adapter(ty, lift, lower);
        Needs::of(&self.0)
    }
}

fn flags(needs: &Needs) -> [bool; 3] {
    [ROOT, CALLEE, CALLER].map(|i| needs.instances[instance(i)].may_leave)
}

fn tables(needs: &Needs) -> [bool; 3] {
    [ROOT, CALLEE, CALLER].map(|i| needs.instances[instance(i)].table.is_some())
}

#[test]
fn a_call_of_numbers_needs_nothing() {
    let mut graph = Graph::new();
    let number = graph.ty(TypeDef::U32);
    let needs = graph.call(&[number], Some(number), false);
    assert!(!needs.has_runtime(), "{needs:?}");
}

#[test]
fn a_flag_needs_both_who_clears_and_who_checks_it() {
    let mut graph = Graph::new();
    let string = graph.ty(TypeDef::String);
    // The callee's realloc runs, but the callee has nothing that it could call.
    assert_eq!(flags(&graph.call(&[string], None, true)), [false, false, false]);
    // The result is allocated by the caller, which can call the callee.
    assert_eq!(flags(&graph.call(&[], Some(string), false)), [false, false, true]);
    let resource = graph.resource(CALLEE);
    let rep = Trampoline::ResourceRep { instance: instance(CALLEE), resource };
    graph.0.trampolines.intern(rep);
    assert_eq!(flags(&Needs::of(&graph.0)), [false, false, true]);
    let drop = Trampoline::ResourceDrop { instance: instance(CALLEE), resource };
    graph.0.trampolines.intern(drop);
    assert_eq!(flags(&Needs::of(&graph.0)), [false, true, true]);
}

#[test]
fn spilled_parameters_and_post_return_clear_the_flag() {
    for (count, has_post_return, expected) in [(16, false, false), (17, false, true), (1, true, true)] {
        let mut graph = Graph::new();
        let number = graph.ty(TypeDef::U32);
        let resource = graph.resource(CALLEE);
        let instance = instance(CALLEE);
        graph.0.trampolines.intern(Trampoline::ResourceNew { instance, resource });
        let needs = graph.call(&vec![number; count], None, has_post_return);
        assert_eq!(flags(&needs), [false, expected, false], "{count} {has_post_return}");
    }
}

#[test]
fn exports_of_the_root_count_too() {
    let mut graph = Graph::new();
    let string = graph.ty(TypeDef::String);
    let (ty, options) = (graph.func(&[string], None), graph.options(ROOT, false));
    let func = LiftedFunc { callee: core_func(), ty, options };
    let kind = ExportKind::Func(func);
    graph.0.exports.push(Export {
        parent: None,
        name: "f".into(),
        kind,
        implements: None,
        external_id: None,
    });
    let import = ImportId::from_index(0);
    let ty = graph.func(&[], None);
    graph.0.trampolines.intern(Trampoline::LowerImport { import, ty, options });
    assert_eq!(flags(&Needs::of(&graph.0)), [true, false, false]);
}

#[test]
fn a_borrow_of_the_callees_own_resource_needs_no_table_there() {
    for (definer, is_own, expected) in [
        (CALLEE, false, [false, false, true]),
        (CALLEE, true, [false, true, true]),
        (ROOT, false, [false, true, true]),
    ] {
        let mut graph = Graph::new();
        let resource = graph.resource(definer);
        let def = if is_own { TypeDef::Own(resource) } else { TypeDef::Borrow(resource) };
        let handle = graph.ty(def);
        let nested = graph.ty(TypeDef::List(handle));
        let needs = graph.call(&[nested], None, false);
        assert_eq!(tables(&needs), expected, "{definer} {is_own}");
        assert!(needs.trap_globals && needs.has_handles());
    }
}

#[test]
fn tables_are_numbered_without_gaps() {
    let mut graph = Graph::new();
    let resource = graph.resource(CALLEE);
    let own = graph.ty(TypeDef::Own(resource));
    let needs = graph.call(&[], Some(own), false);
    let numbers: Vec<_> = needs.instances.values().map(|i| i.table.map(|table| table.index())).collect();
    assert_eq!(numbers, [None, Some(0), Some(1)]);
}

#[test]
fn calls_within_an_instance_or_to_an_ancestor_never_happen() {
    let mut graph = Graph::new();
    let resource = graph.resource(CALLEE);
    let own = graph.ty(TypeDef::Own(resource));
    let ty = graph.func(&[own], None);
    for (callee, caller, enters) in
        [(CALLEE, CALLEE, false), (ROOT, CALLEE, false), (CALLEE, ROOT, false), (CALLEE, CALLER, true)]
    {
        let (lift, lower) = (graph.options(callee, false), graph.options(caller, false));
        let adapter = graph.adapter(ty, lift, lower);
        assert_eq!(may_enter(&graph.0, &adapter), enters);
        assert_eq!(Needs::of(&graph.0).has_handles(), enters);
    }
}
