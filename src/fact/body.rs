//! The code of one function before its module is complete.
//!
//! Imports come before all functions in a module's index space and are known only at its end, so calls are kept as
//! relocations until then.

use super::code::val_type;
use super::module::FunctionId;
use crate::abi::FlatType;
use wasm_encoder::Encode;

/// Where the index of a function that code calls or refers to goes once all indices are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relocation {
    /// Offset in the code, in bytes.
    pub(super) at: usize,
    /// The function.
    pub(super) callee: Callee,
}

/// A function that code can call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Callee {
    /// Imported, with its index among imported functions.
    Import(u32),
    /// Defined in the same module.
    Defined(FunctionId),
}

/// The code of a function, finished but for the indices of other functions.
#[derive(Debug)]
pub(super) struct Body {
    /// Types of locals after the parameters.
    pub(super) locals: Vec<FlatType>,
    /// Instructions, the last `end` included.
    pub(super) code: Vec<u8>,
    /// Calls, in order of their place.
    pub(super) relocations: Vec<Relocation>,
}

impl Body {
    /// The function's bytes, without their length: locals, then code with indices filled in by `index`.
    pub(super) fn encode(&self, index: impl Fn(Callee) -> u32) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.code.len() + 5 * self.relocations.len());
        let mut runs: Vec<(u32, FlatType)> = Vec::new();
        for &ty in &self.locals {
            match runs.last_mut() {
                Some((count, last)) if *last == ty => *count += 1,
                _ => runs.push((1, ty)),
            }
        }
        runs.len().encode(&mut bytes);
        for (count, ty) in runs {
            count.encode(&mut bytes);
            val_type(ty).encode(&mut bytes);
        }
        let mut done = 0;
        for relocation in &self.relocations {
            bytes.extend_from_slice(&self.code[done..relocation.at]);
            index(relocation.callee).encode(&mut bytes);
            done = relocation.at;
        }
        bytes.extend_from_slice(&self.code[done..]);
        bytes
    }
}
