//! One JavaScript function for each function at the component's boundary.
//!
//! The loader calls what is made here with the live parts of a function (the core or host function, its `Context`)
//! and gets a function in the other world's terms. The order of steps is that of `js-loader/src/lift.js` and
//! `lower.js`, whose functions do all that does not depend on types.

use super::super::names::{UniqueNames, binding};
use super::super::source::Source;
use super::flat::FlatCode;
use super::memory::TypeFunctions;
use super::words::Width;
use crate::abi::{MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
use crate::plan::{Function, ModuleKind, Plan, Resource, TypeKind};

/// A function at the boundary: its type, and the options it is lifted or lowered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Boundary {
    /// Index into the plan's functions.
    pub(super) function: usize,
    /// Index into the plan's options.
    pub(super) options: usize,
}

/// How the values of a function travel.
struct Shape<'a> {
    ty: &'a Function,
    width: Width,
    has_memory: bool,
    has_post_return: bool,
    /// Whether its guest could call out when it must not.
    has_flag: bool,
    /// What handles its parameters can hold.
    takes: Handles,
    /// Whether its result can hold any.
    gives_handles: bool,
    /// The only parameter of an export that can hold a handle, if it is a borrow of a resource which the called instance
    /// itself defines: as a rule `self`. It is lowered last, so that no failure of another can come after it.
    lent: Option<Lent>,
    /// Number of core parameters, without a result pointer.
    core_params: usize,
    params_spill: bool,
    result_spills: bool,
}

/// What kinds of handles there are in values of a type.
#[derive(Clone, Copy, Default)]
struct Handles {
    owns: bool,
    borrows: bool,
}

impl Handles {
    /// Those of all the types. They are as deep as the validator allows, which is 100.
    fn of(plan: &Plan, types: impl IntoIterator<Item = usize>) -> Handles {
        let mut pending: Vec<usize> = types.into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        let mut found = Handles::default();
        while let Some(ty) = pending.pop() {
            let kind = &plan.types[ty].kind;
            found.owns |= matches!(kind, TypeKind::Own { .. });
            found.borrows |= matches!(kind, TypeKind::Borrow { .. });
            if seen.insert(ty) {
                pending.extend(kind.children());
            }
        }
        found
    }

    fn any(self) -> bool {
        self.owns || self.borrows
    }
}

impl<'a> Shape<'a> {
    fn of(plan: &'a Plan, boundary: Boundary) -> Shape<'a> {
        let ty = &plan.functions[boundary.function];
        let options = &plan.options[boundary.options];
        let width = if options.pointer == 64 { Width::W64 } else { Width::W32 };
        let flat = |ty: usize| plan.types[ty].flat[width.index()].as_ref().map(Vec::len);
        let params: Option<usize> = ty.params.iter().map(|p| flat(p.ty)).sum();
        let params = params.filter(|&n| n <= MAX_FLAT_PARAMS);
        let result = ty.result.map(|ty| flat(ty).is_some_and(|n| n <= MAX_FLAT_RESULTS));
        let takes = Handles::of(plan, ty.params.iter().map(|p| p.ty));
        Shape {
            ty,
            width,
            has_memory: options.memory.is_some(),
            has_post_return: options.post_return.is_some(),
            has_flag: plan.instances[options.instance].may_leave.is_some(),
            takes,
            gives_handles: Handles::of(plan, ty.result).any(),
            lent: Lent::of(plan, ty, options.instance).filter(|_| params.is_some()),
            core_params: params.unwrap_or(1),
            params_spill: params.is_none(),
            result_spills: result == Some(false),
        }
    }

    fn is_fallible(&self, plan: &Plan) -> bool {
        self.ty.result.is_some_and(|ty| matches!(plan.types[ty].kind, TypeKind::Result { .. }))
    }

    /// Names for the parameters, and an underscore behind those that generated code uses itself.
    fn param_names(&self) -> Vec<String> {
        let mut names = UniqueNames::default();
        for own in [
            "cx",
            "item",
            "root",
            "callee",
            "postReturn",
            "host",
            "area",
            "params",
            "step",
            "result",
            "value",
            "v",
            "error",
        ] {
            names.take(own.to_string());
        }
        self.ty.params.iter().map(|p| names.take(format!("{}_", binding(&p.name)))).collect()
    }
}

/// [`Shape::lent`]
#[derive(Clone, Copy)]
struct Lent {
    /// Index of the parameter.
    param: usize,
    /// Index into the plan's resources.
    resource: usize,
}

impl Lent {
    fn of(plan: &Plan, ty: &Function, instance: usize) -> Option<Lent> {
        let mut holding = (0..ty.params.len()).filter(|&i| Handles::of(plan, [ty.params[i].ty]).any());
        let (Some(param), None) = (holding.next(), holding.next()) else {
            return None;
        };
        let TypeKind::Borrow { resource } = plan.types[ty.params[param].ty].kind else {
            return None;
        };
        match plan.resources[resource] {
            Resource::Defined { instance: definer, .. } if definer == instance => {
                Some(Lent { param, resource })
            }
            Resource::Defined { .. } | Resource::Imported { .. } => None,
        }
    }
}

/// `const NAME = (cx, item) => (params) => result`: an export, and what it is in the plan.
pub(super) fn lifted(name: &str, boundary: Boundary, types: &mut TypeFunctions<'_>, out: &mut Source) {
    let shape = Shape::of(types.plan(), boundary);
    let names = shape.param_names();
    let fallible = shape.is_fallible(types.plan());
    let calls_runtime = shape.gives_handles || (shape.takes.any() && shape.lent.is_none());
    let given = if calls_runtime { "cx, item" } else { "cx" };
    out.block(format_args!("const {name} = ({given}) => {{"), "};", |out| {
        if shape.params_spill || shape.ty.params.iter().any(|param| types.reallocates(param.ty)) {
            out.line(format_args!("{}(cx);", types.import("quickenAllocation")));
        }
        if calls_runtime {
            out.line(format_args!("{}(cx, item);", types.import("quickenHandles")));
        }
        if shape.has_post_return {
            out.line(format_args!("{}(cx);", types.import("quickenPostReturn")));
        }
        let post_return = if shape.has_post_return { ", postReturn" } else { "" };
        out.line(format_args!("const {{ root, callee{post_return} }} = cx;"));
        out.block(format_args!("return ({}) => {{", names.join(", ")), "};", |out| {
            let enter = types.import("enter");
            out.line("let step = 0;");
            if shape.ty.result.is_some() {
                out.line("let result;");
            }
            out.line(format_args!("{enter}(cx);"));
            out.line("try {");
            out.indented(|out| call_guest(&shape, &names, types, out));
            let failed = types.import("failed");
            out.block("} catch (error) {", "}", |out| {
                out.line(format_args!("throw {failed}(cx, step, error);"))
            });
            out.line("root.leave();");
            match (shape.ty.result, fallible) {
                (Some(_), true) => out.line(format_args!("return {}(result);", types.import("settle"))),
                (Some(_), false) => out.line("return result;"),
                (None, _) => {}
            }
        });
    });
}

fn call_guest(shape: &Shape<'_>, names: &[String], types: &mut TypeFunctions<'_>, out: &mut Source) {
    let mut code = FlatCode::new(types, shape.width, out);
    let core = if shape.params_spill {
        store_params(shape, names, &mut code)
    } else {
        lower_params(shape, names, &mut code)
    };
    // A step below zero is the guest's: what goes wrong from here on is a trap.
    code.out.line("step = -1;");
    let call = format!("callee({})", core.join(", "));
    match shape.ty.result {
        Some(_) => code.out.line(format_args!("const value = {call};")),
        None => code.out.line(format_args!("{call};")),
    }
    if let Some(ty) = shape.ty.result {
        if shape.has_memory {
            code.out.line("cx.memory.refresh();");
        }
        let value = if shape.result_spills {
            let (size, align) = code.types.layout(ty, shape.width);
            code.out.line(format_args!("const area = cx.area(value, {align}, {size});"));
            code.out.line("const { view: v } = cx.memory;");
            code.types.load(ty, "area", 0, shape.width)
        } else {
            code.lift(ty, &["value".to_string()])
        };
        code.out.line(format_args!("result = {value};"));
    }
    if let Some(Lent { param, resource }) = shape.lent {
        let take_back = code.types.import("takeBack");
        code.out.line(format_args!("{take_back}(cx, {resource}, {});", names[param]));
    } else if shape.takes.any() {
        let end = code.types.import("endLoans");
        code.out.line(format_args!("{end}(cx);"));
    }
    if shape.has_post_return {
        let value = if shape.ty.result.is_some() { "value" } else { "" };
        code.out.line(format_args!("postReturn({value});"));
    }
}

fn lower_params(shape: &Shape<'_>, names: &[String], code: &mut FlatCode<'_, '_>) -> Vec<String> {
    let mut core = vec![Vec::new(); names.len()];
    let lent = shape.lent.map(|lent| lent.param);
    let mut step = 0;
    for i in (0..names.len()).filter(|&i| Some(i) != lent).chain(lent) {
        if i != step {
            code.out.line(format_args!("step = {i};"));
            step = i;
        }
        core[i] = match shape.lent {
            Some(Lent { param, resource }) if param == i => vec![code.lend(resource, &names[i])],
            _ => code.lower(shape.ty.params[i].ty, &names[i]),
        };
    }
    core.concat()
}

fn store_params(shape: &Shape<'_>, names: &[String], code: &mut FlatCode<'_, '_>) -> Vec<String> {
    let params: Vec<usize> = shape.ty.params.iter().map(|p| p.ty).collect();
    let (size, align) = record_size(code.types, &params, shape.width);
    code.out.line(format_args!("const params = cx.allocate({align}, {size});"));
    let offsets = code.types.offsets(params.iter().copied(), shape.width);
    for (i, ((&ty, offset), name)) in params.iter().zip(offsets).zip(names).enumerate() {
        if i > 0 {
            code.out.line(format_args!("step = {i};"));
        }
        let store = code.types.store(ty, name, "params", offset, shape.width);
        code.out.line(store);
    }
    vec![match shape.width {
        Width::W32 => "params".into(),
        Width::W64 => "BigInt(params)".into(),
    }]
}

/// `const NAME = (cx) => (core values) => core value`: an import.
pub(super) fn lowered(name: &str, boundary: Boundary, types: &mut TypeFunctions<'_>, out: &mut Source) {
    let shape = Shape::of(types.plan(), boundary);
    let mut core: Vec<String> = (0..shape.core_params).map(|i| format!("c{i}")).collect();
    if shape.result_spills {
        core.push("area".into());
    }
    out.block(format_args!("const {name} = (cx) => {{"), "};", |out| {
        if shape.ty.result.is_some_and(|ty| types.reallocates(ty)) {
            out.line(format_args!("{}(cx);", types.import("quickenAllocation")));
        }
        if shape.takes.borrows && !shape.takes.owns {
            out.line(format_args!("{}(cx);", types.import("quickenBorrows")));
        } else if shape.takes.any() || shape.gives_handles {
            out.line(format_args!("{}(cx);", types.import("quickenHandles")));
        }
        out.line("const { callee: host } = cx;");
        out.block(format_args!("return ({}) => {{", core.join(", ")), "};", |out| {
            out.line("try {");
            out.indented(|out| call_host(&shape, &core, types, out));
            let fail = types.import("fail");
            out.block("} catch (error) {", "}", |out| out.line(format_args!("return {fail}(cx, error);")));
        });
    });
}

fn call_host(shape: &Shape<'_>, core: &[String], types: &mut TypeFunctions<'_>, out: &mut Source) {
    if shape.has_flag {
        // In a component without adapters, nothing but JavaScript clears it.
        let is_bare = types.plan().modules.iter().all(|module| module.kind != ModuleKind::Adapter);
        let check = types.import(if is_bare { "checkLeaves" } else { "checkLeave" });
        out.line(format_args!("{check}(cx);"));
    }
    if shape.has_memory {
        out.line("cx.memory.refresh();");
    }
    let fallible = shape.is_fallible(types.plan());
    let mut code = FlatCode::new(types, shape.width, out);
    let args = lift_params(shape, core, &mut code);
    let call = format!("host({})", args.join(", "));
    let (begin_call, end_call) = if fallible {
        (format!("value = {}(cx, {call});", code.types.import("resultOfHost")), "value = ")
    } else {
        (format!("value = {}({call});", code.types.import("checked")), "")
    };
    let caught = code.types.import(if fallible { "errorOfHost" } else { "trapInHost" });
    code.out.line("let value;");
    code.out.block("try {", "} catch (error) {", |out| out.line(begin_call));
    code.out.indented(|out| out.line(format_args!("{end_call}{caught}(cx, error);")));
    code.out.line("}");
    let mut result = None;
    if let Some(ty) = shape.ty.result {
        if shape.has_memory {
            code.out.line("cx.memory.refresh();");
        }
        if shape.result_spills {
            let (size, align) = code.types.layout(ty, shape.width);
            code.out.line(format_args!("const at = cx.area(area, {align}, {size});"));
            let store = code.types.store(ty, "value", "at", 0, shape.width);
            code.out.line(store);
        } else {
            result = code.lower(ty, "value").into_iter().next();
        }
    }
    if shape.takes.borrows {
        let end = code.types.import("endLoans");
        code.out.line(format_args!("{end}(cx);"));
    }
    if let Some(result) = result {
        code.out.line(format_args!("return {result};"));
    }
}

fn lift_params(shape: &Shape<'_>, core: &[String], code: &mut FlatCode<'_, '_>) -> Vec<String> {
    let params: Vec<usize> = shape.ty.params.iter().map(|p| p.ty).collect();
    let mut args = Vec::new();
    if shape.params_spill {
        let (size, align) = record_size(code.types, &params, shape.width);
        code.out.line(format_args!("const params = cx.area(c0, {align}, {size});"));
        code.out.line("const { view: v } = cx.memory;");
        let offsets = code.types.offsets(params.iter().copied(), shape.width);
        for (&ty, offset) in params.iter().zip(offsets) {
            args.push(code.types.load(ty, "params", offset, shape.width));
        }
    } else {
        let mut rest = core;
        for ty in params {
            let (own, after) = rest.split_at(code.flat_types(ty).len());
            rest = after;
            args.push(code.lift(ty, own));
        }
    }
    // Each is lifted before the host runs, so that a wrong one is the guest's trap and not the host's error.
    args.into_iter()
        .map(|value| {
            let name = code.temporary();
            code.out.line(format_args!("const {name} = {value};"));
            name
        })
        .collect()
}

fn record_size(types: &TypeFunctions<'_>, fields: &[usize], width: Width) -> (u32, u32) {
    let align = fields.iter().map(|&ty| types.layout(ty, width).1).max().unwrap_or(1).max(1);
    let ends = types.offsets(fields.iter().copied(), width).into_iter().zip(fields);
    let end = ends.map(|(at, &ty)| at.saturating_add(types.layout(ty, width).0)).max().unwrap_or(0);
    (end.next_multiple_of(align), align)
}
