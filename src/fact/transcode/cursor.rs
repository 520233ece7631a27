//! Two positions that move forward together: what is left of the source, and where the destination continues.

use crate::fact::code::{Bits, Code, Expr, Local, Memory};
use wasm_encoder::{Function, ValType};

/// The parameters of a transcoder, which it uses up as it goes.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) src: Memory,
    pub(super) dst: Memory,
    /// Address of the next source unit.
    pub(super) from: Local,
    /// How many source units are left.
    pub(super) left: Local,
    /// Address of the next destination unit.
    pub(super) to: Local,
}

impl Cursor {
    /// A function `(src, len, dst)`.
    pub(super) fn function(src: Memory, dst: Memory, body: impl FnOnce(&mut Code, Cursor)) -> Function {
        let (mut code, [from, left, to]) = Code::new([src.address(), ValType::I32, dst.address()]);
        body(&mut code, Cursor { src, dst, from, left, to });
        code.finish()
    }

    /// Sixteen bytes of the source at an offset, in bytes, from the position.
    pub(super) fn load128(&self, offset: u64) -> Expr {
        self.src.load128(self.from, offset)
    }

    /// One byte of the source.
    pub(super) fn load8(&self, offset: u64) -> Expr {
        self.src.load8(self.from, offset)
    }

    /// One 16-bit unit of the source.
    pub(super) fn load16(&self, offset: u64) -> Expr {
        self.src.load16(self.from, offset)
    }

    /// Stores sixteen bytes to the destination.
    pub(super) fn store128(&self, c: &mut Code, offset: u64, value: Expr) {
        c.store(Bits::B128, self.dst, self.to, offset, value);
    }

    /// Stores one byte to the destination.
    pub(super) fn store8(&self, c: &mut Code, offset: u64, value: Expr) {
        c.store(Bits::B8, self.dst, self.to, offset, value);
    }

    /// Stores one 16-bit unit to the destination.
    pub(super) fn store16(&self, c: &mut Code, offset: u64, value: Expr) {
        c.store(Bits::B16, self.dst, self.to, offset, value);
    }

    /// Moves on by constants: source bytes, destination bytes, source units.
    pub(super) fn advance(&self, c: &mut Code, read: i64, written: i64, units: i64) {
        c.add(self.from, read);
        c.add(self.to, written);
        c.set(self.left, self.left - units);
    }

    /// Moves on by `units` units, of `1 << read` source bytes and `1 << written` destination bytes each.
    pub(super) fn advance_by(&self, c: &mut Code, units: Local, read: i64, written: i64) {
        c.set(self.from, self.from + (units << read).to(self.src.address()));
        c.set(self.to, self.to + (units << written).to(self.dst.address()));
        c.set(self.left, self.left - units);
    }

    /// Moves back by as many bytes on both sides.
    pub(super) fn retreat_by(&self, c: &mut Code, bytes: Local) {
        c.set(self.from, self.from - bytes.get().to(self.src.address()));
        c.set(self.to, self.to - bytes.get().to(self.dst.address()));
        c.add(self.left, bytes);
    }

    /// Address after the last source unit, for units of `1 << log2` bytes.
    pub(super) fn source_end(&self, log2: i64) -> Expr {
        self.from + (self.left << log2).to(self.src.address())
    }

    /// Address after as many destination units of `1 << log2` bytes as there are source units.
    pub(super) fn dest_end(&self, log2: i64) -> Expr {
        self.to + (self.left << log2).to(self.dst.address())
    }
}
