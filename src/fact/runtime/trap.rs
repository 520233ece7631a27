//! Traps: three globals say why, then `unreachable` does it. Hosts turn the globals into a message.

use super::module::{GlobalIndex, ModuleBuilder};
use super::names;
use crate::abi::Trap;
use crate::fact::code::{Code, Expr, FuncIndex, i32};
use wasm_encoder::ValType::I32;

/// The trap globals and the function that sets them.
#[derive(Clone, Copy)]
pub(super) struct Traps {
    fail: FuncIndex,
}

impl Traps {
    /// Adds them.
    pub(super) fn add(module: &mut ModuleBuilder) -> Traps {
        let globals: [GlobalIndex; 3] = [names::TRAP_CODE, names::TRAP_ARG, names::TRAP_SITE]
            .map(|name| module.global(name, I32, 0, true));
        let fail = module.function("trap", [I32; 3], &[], |c, values| {
            for (global, value) in globals.into_iter().zip(values) {
                c.set_global(global.0, value.get());
            }
            c.unreachable();
        });
        Traps { fail }
    }

    /// Traps with a reason, what `{arg}` in its message is, and the site.
    pub(super) fn trap(&self, code: &mut Code, reason: Trap, arg: Expr, site: Expr) {
        self.trap_computed(code, i32(reason.code().into()), arg, site);
    }

    /// Traps with a reason whose code is computed.
    pub(super) fn trap_computed(&self, code: &mut Code, reason: Expr, arg: Expr, site: Expr) {
        code.call(self.fail, [reason, arg, site]);
        code.unreachable();
    }
}
