//! The rep of a borrow, looked up by the adapter module itself.
//!
//! A method call on a borrowed handle does little else, and a call into another instance costs as much as all of
//! the lookup. So adapter modules import the runtime's memory and have this function of their own, which does
//! what [`HandleFunction::BorrowRep`] does for handles that are as they should be. Others are left to that.
//!
//! [`HandleFunction::BorrowRep`]: super::names::HandleFunction::BorrowRep

use super::memory::Heap;
use super::names::TableId;
use super::tables::{Entries, RESOURCE, entry, table};
use crate::abi::FlatType;
use crate::abi::types::ResourceId;
use crate::fact::code::{Code, Expr, FuncIndex, Memory, i32, val_type};
use crate::fact::needs::Needs;
use crate::id::Id;
use wasm_encoder::Function;
use wasm_encoder::ValType::I32;

/// A lookup in one table for one resource.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::fact) struct Lookup {
    pub(in crate::fact) table: TableId,
    pub(in crate::fact) resource: ResourceId,
}

impl Lookup {
    /// Name for the name section.
    pub(in crate::fact) fn name(self) -> String {
        format!("lookup table {} resource {}", self.table.index(), self.resource.index())
    }

    /// The function, `(handle, site) -> rep`. `memory` is the runtime's, `slow` its `BorrowRep` for the resource.
    pub(in crate::fact) fn emit(self, needs: &Needs, memory: Memory, slow: FuncIndex) -> Function {
        let ty = val_type(self.rep(needs));
        let [table, resource] = [self.table.index(), self.resource.index()].map(|index| index as i64);
        let entries = Entries::new(needs.has_wide_reps());
        let (mut c, [handle, site]) = Code::new([I32; 2]);
        c.block(|c, is_wrong| {
            let description = c.variable(Heap::address(self.table));
            // Handle 0 is beyond the last one too.
            c.br_if(is_wrong, (handle - 1).ge(memory.load32(description, table::LAST)));
            let at = c.variable(entries.address(memory, description, handle));
            c.br_if(is_wrong, memory.load32(at, entry::TAG).ne(RESOURCE + resource));
            c.ret([entries.rep(memory, at).to(ty)]);
        });
        c.push(Expr::call(slow, [i32(table), i32(resource), handle.get(), site.get()], ty));
        c.finish()
    }

    /// Core type of the rep.
    pub(in crate::fact) fn rep(self, needs: &Needs) -> FlatType {
        needs.resources[self.resource].rep
    }
}
