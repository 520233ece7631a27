//! Which component instances could call out while one of their realloc or post-return functions runs, which they must
//! not: those where the code of such a function leads to something that is not core code.
//!
//! Allocators rarely do. Where none can, there is no flag to clear and set again around each of their calls, and none to
//! check. What a reference leads to is not known here, nor what a module of the host does, so such code counts as calling out.
//! Only bodies that can be reached are read, and no more than a limit of them.

use super::calls::{Call, Function};
use crate::dfg::{CoreDef, CoreInstanceId, CoreInstanceSource, CoreKind, Dfg, InstanceId, ModuleId};
use crate::id::IdVec;
use std::collections::{HashMap, HashSet};
use wasmparser::{ExternalKind, FunctionBody, Parser, Payload, Result};

/// How many instructions are looked at in a component; what is not looked at counts as calling out.
const MAX_INSTRUCTIONS: usize = 1_000_000;

/// What is known of the instances of a graph.
pub(super) struct Leaving<'a> {
    dfg: &'a Dfg<'a>,
    /// Realloc and post-return functions by component instance.
    functions: IdVec<InstanceId, Vec<&'a CoreDef>>,
    /// `None` where a module could not be read.
    modules: HashMap<ModuleId, Option<Code<'a>>>,
    /// Instructions that may still be looked at.
    left: usize,
}

/// The functions of a module.
struct Code<'a> {
    /// Places of imported functions among all imports.
    imports: Vec<usize>,
    /// Of the others, in order.
    bodies: Vec<FunctionBody<'a>>,
    exports: HashMap<&'a str, Function>,
}

impl<'a> Leaving<'a> {
    pub(super) fn new(dfg: &'a Dfg<'a>) -> Self {
        let mut functions: IdVec<InstanceId, Vec<_>> = dfg.instances.ids().map(|_| Vec::new()).collect();
        for (_, options) in dfg.options.iter() {
            functions[options.instance].extend(options.realloc.iter().chain(&options.post_return));
        }
        Leaving { dfg, functions, modules: HashMap::new(), left: MAX_INSTRUCTIONS }
    }

    /// Whether a realloc or post-return function of `instance` could call something outside.
    pub(super) fn may_call_out(&mut self, instance: InstanceId) -> bool {
        self.only_core_code(instance).is_none()
    }

    /// Follows all calls; `None` as soon as one leads outside, or nobody knows where.
    fn only_core_code(&mut self, instance: InstanceId) -> Option<()> {
        let mut defs = self.functions[instance].clone();
        let mut seen = HashSet::new();
        while let Some(def) = defs.pop() {
            let CoreDef::Export(export) = def else { return None };
            let mut pending = vec![*self.code(export.instance)?.exports.get(&*export.name)?];
            while let Some(function) = pending.pop() {
                if !seen.insert((export.instance, function)) {
                    continue;
                }
                match self.import(export.instance, function)? {
                    Some(def) => defs.push(def),
                    None => pending.extend(self.callees(export.instance, function)?),
                }
            }
        }
        Some(())
    }

    fn module(&self, core_instance: CoreInstanceId) -> Option<(ModuleId, &'a [CoreDef])> {
        match &self.dfg.core_instances.get(core_instance)?.source {
            CoreInstanceSource::Static { module, args } => Some((*module, args)),
            CoreInstanceSource::Imported { .. } => None,
        }
    }

    fn code(&mut self, core_instance: CoreInstanceId) -> Option<&Code<'a>> {
        let (module, _) = self.module(core_instance)?;
        let known = &self.dfg.modules[module];
        let code = self.modules.entry(module).or_insert_with(|| {
            let imports = known.imports.iter().enumerate();
            let functions = imports.filter(|(_, import)| import.kind == CoreKind::Func);
            // It was validated with the component, so that this is no error.
            Code::read(known.bytes, functions.map(|(place, _)| place).collect()).ok()
        });
        code.as_ref()
    }

    /// What is given for a function, if it is imported.
    fn import(&mut self, core_instance: CoreInstanceId, function: Function) -> Option<Option<&'a CoreDef>> {
        let (_, args) = self.module(core_instance)?;
        let place = self.code(core_instance)?.imports.get(function as usize);
        Some(place.and_then(|&place| args.get(place)))
    }

    /// What the body of a function that is not imported calls. `None` where it calls by reference, or where too much was
    /// looked at already.
    fn callees(&mut self, core_instance: CoreInstanceId, function: Function) -> Option<Vec<Function>> {
        let mut left = self.left;
        let code = self.code(core_instance)?;
        let body = code.bodies.get((function as usize).checked_sub(code.imports.len())?)?;
        let callees = callees(body, &mut left);
        self.left = left;
        callees
    }
}

fn callees(body: &FunctionBody<'_>, left: &mut usize) -> Option<Vec<Function>> {
    let mut callees = Vec::new();
    for operator in body.get_operators_reader().ok()? {
        *left = left.checked_sub(1)?;
        match Call::of(&operator.ok()?) {
            Some(Call::Direct(callee)) => callees.push(callee),
            Some(Call::ByReference) => return None,
            None => {}
        }
    }
    Some(callees)
}

impl<'a> Code<'a> {
    fn read(bytes: &'a [u8], imports: Vec<usize>) -> Result<Self> {
        let mut code = Code { imports, bodies: Vec::new(), exports: HashMap::new() };
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                            code.exports.insert(export.name, export.index);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => code.bodies.push(body),
                // Nothing else says what functions do.
                _ => {}
            }
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::Leaving;
    use crate::component;
    use crate::dfg::{InstanceId, inline};
    use crate::id::Id;

    /// Whether the root of a component may call out, in which `$out` is a function of the host and `rest` says what
    /// `$libc` is, a core instance with a memory and a realloc.
    fn may_call_out(rest: &str) -> bool {
        let text = format!(
            r#"(component
              (import "m" (core module $host (export "r" (func (param i32 i32 i32 i32) (result i32)))))
              (import "out" (func $out)) (core func $out (canon lower (func $out)))
              {rest}
              (alias core export $libc "memory" (core memory $memory))
              (core module $m (func (export "f") (param i32 i32)) (func (export "after")))
              (core instance $m (instantiate $m))
              (func (export "f") (param "s" string)
                (canon lift (core func $m "f") (memory $memory) (realloc (core func $libc "r")) (post-return (core func $m "after")))))"#
        );
        let bytes = wat::parse_str(text).unwrap();
        let component = component::read(&bytes).unwrap();
        let dfg = inline(&component).unwrap();
        Leaving::new(&dfg).may_call_out(InstanceId::from_index(0))
    }

    /// The same with a module that imports `$out`, and has a memory, a table and this code.
    fn code_may_call_out(code: &str) -> bool {
        may_call_out(&format!(
            r#"(core module $libc (import "" "out" (func $out)) (memory (export "memory") 1) (table 1 funcref) {code})
               (core instance $libc (instantiate $libc (with "" (instance (export "out" (func $out))))))"#
        ))
    }

    const REALLOC: &str = r#"(func (export "r") (param i32 i32 i32 i32) (result i32)"#;

    #[test]
    fn calls_are_followed() {
        for (code, expected) in [
            ("(i32.const 8))", false),
            ("(call $out) (i32.const 8))", true),
            // Nothing of it is called.
            ("(i32.const 8)) (func $other (call $out))", false),
            ("(call $inner) (i32.const 8)) (func $inner (call $last)) (func $last (return_call $out))", true),
            ("(call $inner) (i32.const 8)) (func $inner (call $inner) (call $last)) (func $last)", false),
            // Whatever is in the table.
            ("(call_indirect (i32.const 0)) (i32.const 8))", true),
            ("(call_ref $f (ref.null $f)) (i32.const 8)) (type $f (func))", true),
        ] {
            assert_eq!(code_may_call_out(&format!("{REALLOC} {code}")), expected, "{code}");
        }
    }

    #[test]
    fn calls_of_other_core_instances_are_followed() {
        for (inner, expected) in [("(call $out)", true), ("", false)] {
            let found = may_call_out(&format!(
                r#"(core module $inner (import "" "out" (func $out)) (memory (export "memory") 1) (func (export "grow") {inner}))
                   (core instance $inner (instantiate $inner (with "" (instance (export "out" (func $out))))))
                   (core module $libc (import "i" "memory" (memory 1)) (import "i" "grow" (func $grow))
                     (export "memory" (memory 0)) {REALLOC} (call $grow) (i32.const 8)))
                   (core instance $libc (instantiate $libc (with "i" (instance $inner))))"#
            ));
            assert_eq!(found, expected, "{inner}");
        }
    }

    /// What its code does is not known.
    #[test]
    fn a_module_of_the_host_may_do_anything() {
        assert!(may_call_out(
            r#"(core module $libc (import "h" "r" (func $r (param i32 i32 i32 i32) (result i32))) (memory (export "memory") 1)
                 (export "r" (func $r)))
               (core instance $host (instantiate $host))
               (core instance $libc (instantiate $libc (with "h" (instance $host))))"#
        ));
    }

    #[test]
    fn what_is_too_much_to_look_at_counts_as_calling_out() {
        let code = "(drop (i32.const 0)) ".repeat(super::MAX_INSTRUCTIONS / 2);
        assert!(code_may_call_out(&format!("{REALLOC} {code} (i32.const 8))")));
    }
}
