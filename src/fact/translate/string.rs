//! Strings, in all nine pairs of encodings.
//!
//! One shared function per pair of sides checks the source, allocates, and runs transcoders (`transcode`), which
//! know nothing of allocation: see [`super::store_string`]. The calls of realloc are exactly those of the
//! specification, which guests can observe; every pointer that comes out of one is checked. latin1+utf16 is two
//! encodings: strings whose length has the tag bit are utf16, others latin1.
//!
//! Spec: `load_string_from_range`.

use crate::abi::{FlatType, MAX_STRING_BYTES, PointerWidth, StringEncoding, Trap};
use crate::fact::body::Body;
use crate::fact::func::{FuncBuilder, Local};
use crate::fact::memory::{Bytes, Range};
use crate::fact::module::{CoreType, ModuleBuilder, Shared};
use crate::fact::place::{Destination, DestinationPlace, SideId, Source};

/// How the code units of one string are encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    Latin1,
}

/// A string in the source's memory, checked but for its contents.
#[derive(Clone, Copy)]
pub(super) struct Text {
    pub(super) side: SideId,
    pub(super) encoding: Encoding,
    /// Whether it is utf16 by its tag, and so might have been latin1.
    pub(super) is_tagged: bool,
    /// Address.
    pub(super) pointer: Local,
    /// Code units, an i32.
    pub(super) units: Local,
}

/// Where the result of a translation goes: the address and the length word of the new string.
#[derive(Clone, Copy)]
pub(super) struct Output {
    pub(super) side: SideId,
    pub(super) pointer: Local,
    pub(super) length: Local,
}

impl Encoding {
    pub(super) fn unit_bytes(self) -> u32 {
        match self {
            Encoding::Utf8 | Encoding::Latin1 => 1,
            Encoding::Utf16 => 2,
        }
    }

    /// Why a string of this encoding can be invalid. (Every byte is latin1.)
    pub(super) fn invalid(self) -> Trap {
        match self {
            Encoding::Utf8 | Encoding::Latin1 => Trap::InvalidUtf8,
            Encoding::Utf16 => Trap::InvalidUtf16,
        }
    }
}

fn params(module: &ModuleBuilder<'_>, from: SideId) -> [FlatType; 3] {
    let word = module.width(from).flat();
    [word, word, FlatType::I32]
}

/// Type of the function that [`Shared::String`] describes.
pub(in crate::fact) fn string_type(module: &ModuleBuilder<'_>, from: SideId, to: SideId) -> CoreType {
    CoreType::new(&params(module, from), &[module.width(to).flat(); 2])
}

/// Name of the function that [`Shared::String`] describes.
pub(in crate::fact) fn string_name(module: &ModuleBuilder<'_>, from: SideId, to: SideId) -> String {
    let [from, to] = [from, to].map(|side| {
        let side = &module.sides[side];
        format!("{} {}", module.dfg.instances[side.instance].path, side.encoding.name())
    });
    format!("translate string {from} -> {to}")
}

/// Compiles the function that [`Shared::String`] describes.
pub(in crate::fact) fn compile_string(module: &mut ModuleBuilder<'_>, from: SideId, to: SideId) -> Body {
    let params = params(module, from);
    let word = module.width(to).flat();
    let mut f = FuncBuilder::new(module, &params, None);
    let [pointer, length] = [f.param(0), f.param(1)];
    let output = Output { side: to, pointer: f.temp(word), length: f.temp(word) };
    match f.side(from).encoding {
        StringEncoding::Utf8 => f.checked_string(from, Encoding::Utf8, [pointer, length], output),
        StringEncoding::Utf16 => f.checked_string(from, Encoding::Utf16, [pointer, length], output),
        StringEncoding::CompactUtf16 => f.compact_string(from, [pointer, length], output),
    }
    f.get(output.pointer);
    f.get(output.length);
    f.finish()
}

/// The bit of a length word that marks utf16 in latin1+utf16.
pub(super) fn tag(width: PointerWidth) -> u64 {
    match width {
        PointerWidth::W32 => 1 << 31,
        PointerWidth::W64 => 1 << 63,
    }
}

impl FuncBuilder<'_, '_> {
    pub(super) fn translate_string(&mut self, from: Source<'_>, to: Destination<'_>) {
        let [pointer, length] = self.load_words(from);
        self.get(pointer);
        self.get(length);
        self.push_site();
        let callee = self.module.shared(Shared::String { from: from.side, to: to.side });
        self.call(callee);
        let word = self.width(to.side).flat();
        match to.place {
            DestinationPlace::Stack(slots) => self.coerce_all(&[word; 2], slots),
            DestinationPlace::Memory(_) => {
                let length = self.pop(word);
                let pointer = self.pop(word);
                self.store_words(to, [pointer, length]);
            }
        }
    }

    fn compact_string(&mut self, from: SideId, [pointer, length]: [Local; 2], output: Output) {
        let width = self.width(from);
        self.get(length);
        self.word(width).constant(0).lt_s();
        self.if_else(
            wasm_encoder::BlockType::Empty,
            |f| {
                f.get(length);
                f.word(width).constant(tag(width)).xor();
                let length = f.pop(width.flat());
                f.checked_string(from, Encoding::Utf16, [pointer, length], output);
            },
            |f| f.checked_string(from, Encoding::Latin1, [pointer, length], output),
        );
    }

    /// Checks the source, whose length is in code units, and stores the string.
    fn checked_string(
        &mut self,
        from: SideId,
        encoding: Encoding,
        [pointer, length]: [Local; 2],
        output: Output,
    ) {
        let width = self.width(from);
        self.trap_if(Trap::StringOutOfBounds, |f| {
            f.get(length);
            f.word(width).constant(u64::from(MAX_STRING_BYTES / encoding.unit_bytes())).gt_u();
        });
        let units = match width {
            PointerWidth::W32 => length,
            PointerWidth::W64 => {
                self.get(length);
                self.ins().i32_wrap_i64();
                self.pop(FlatType::I32)
            }
        };
        let bytes = self.byte_length(units, encoding.unit_bytes(), width);
        let range = Range {
            bytes: Bytes::Local(bytes),
            align: self.side(from).encoding.alignment(),
            out_of_bounds: Trap::StringOutOfBounds,
        };
        self.check_range(from, pointer, range);
        let is_tagged =
            encoding == Encoding::Utf16 && self.side(from).encoding == StringEncoding::CompactUtf16;
        self.store_string(Text { side: from, encoding, is_tagged, pointer, units }, output);
    }
}
