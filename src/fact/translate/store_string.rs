//! Storing a string: which passes over it are made, and which calls of realloc between them.
//!
//! The table in [`crate::fact::transcode`] is an overview.
//!
//! Spec: `store_string_into_range` and the functions it calls.

use super::string::{Encoding, Output, Text, tag};
use crate::abi::{FlatType, PointerWidth, StringEncoding, Trap};
use crate::fact::func::{FuncBuilder, Local};
use crate::fact::memory::{Allocation, Bytes, Range};
use crate::fact::transcode::Transcoder;

/// What a first pass over a string did, each an i32: source units read, destination units written.
#[derive(Clone, Copy)]
struct Progress {
    read: Local,
    written: Local,
}

impl FuncBuilder<'_, '_> {
    /// `store_string_into_range`
    pub(super) fn store_string(&mut self, text: Text, output: Output) {
        let to = self.side(output.side).encoding;
        match (text.encoding, to) {
            (Encoding::Utf8, StringEncoding::Utf8) => self.store_copy(text, Transcoder::CopyUtf8, 1, output),
            (Encoding::Utf16, StringEncoding::Utf8) => {
                self.store_as_utf8(text, [Transcoder::Utf16ToAscii, Transcoder::Utf16ToUtf8], 3, output);
            }
            (Encoding::Latin1, StringEncoding::Utf8) => {
                self.store_as_utf8(text, [Transcoder::Latin1ToAscii, Transcoder::Latin1ToUtf8], 2, output);
            }
            (Encoding::Utf8, StringEncoding::Utf16) => self.store_utf8_as_utf16(text, output),
            (Encoding::Utf16, StringEncoding::Utf16) => {
                self.store_copy(text, Transcoder::CopyUtf16, 2, output)
            }
            (Encoding::Latin1, StringEncoding::Utf16) => {
                self.store_copy(text, Transcoder::Latin1ToUtf16, 2, output);
            }
            (Encoding::Latin1, StringEncoding::CompactUtf16) => {
                self.store_copy(text, Transcoder::CopyBytes, 1, output);
            }
            (Encoding::Utf16, StringEncoding::CompactUtf16) if text.is_tagged => {
                self.store_probably_utf16(text, output);
            }
            (Encoding::Utf8 | Encoding::Utf16, StringEncoding::CompactUtf16) => {
                self.store_as_latin1_or_utf16(text, output);
            }
        }
    }

    /// `store_string_copy`: the result has as many code units as the source, of `unit_bytes` bytes each.
    fn store_copy(&mut self, text: Text, op: Transcoder, unit_bytes: u32, output: Output) {
        let width = self.width(output.side);
        let bytes = self.byte_length(text.units, unit_bytes, width);
        self.allocate_string(output, bytes);
        let is_valid = match op {
            Transcoder::CopyUtf8 => Some(false),
            Transcoder::CopyUtf16 => Some(true),
            _ => None,
        };
        self.push_source(text, None);
        self.get(output.pointer);
        self.transcode(op, text.side, output.side);
        if let Some(is_or) = is_valid {
            let result = self.pop(FlatType::I32);
            self.trap_if(text.encoding.invalid(), |f| {
                f.get(result);
                match is_or {
                    true => _ = f.ins().i32_const(0).i32_lt_s(),
                    false => _ = f.ins().i32_eqz(),
                }
            });
        }
        self.set_length(output, text.units, 0);
    }

    /// `store_string_to_utf8`: `passes` are the first, which stops at what is not ASCII, and that for the rest.
    fn store_as_utf8(&mut self, text: Text, passes: [Transcoder; 2], worst_case: u32, output: Output) {
        let width = self.width(output.side);
        let [first, rest] = passes;
        let bytes = self.byte_length(text.units, 1, width);
        self.allocate_string(output, bytes);
        self.push_source(text, None);
        self.get(output.pointer);
        self.transcode(first, text.side, output.side);
        let done = self.pop(FlatType::I32);
        self.set_length(output, done, 0);
        self.get(done);
        self.get(text.units);
        self.ins().i32_lt_u();
        self.if_(|f| {
            let worst = f.byte_length(text.units, worst_case, width);
            f.resize_string(output, bytes, worst);
            f.push_source(text, Some(done));
            f.push_output(output, done, 1);
            f.transcode(rest, text.side, output.side);
            f.add_written(text, done);
            f.set_length(output, done, 0);
            f.get(output.length);
            f.get(worst);
            f.word(width).lt_u();
            f.if_(|f| f.resize_string(output, worst, output.length));
        });
    }

    /// `store_utf8_to_utf16`
    fn store_utf8_as_utf16(&mut self, text: Text, output: Output) {
        let width = self.width(output.side);
        let worst = self.byte_length(text.units, 2, width);
        self.allocate_string(output, worst);
        self.push_source(text, None);
        self.get(output.pointer);
        self.transcode(Transcoder::Utf8ToUtf16, text.side, output.side);
        let written = self.pop(FlatType::I32);
        self.trap_if_negative(text, written);
        self.set_length(output, written, 0);
        self.shrink(output, Progress { read: text.units, written }, worst, 2);
    }

    /// `store_string_to_latin1_or_utf16`
    fn store_as_latin1_or_utf16(&mut self, text: Text, output: Output) {
        let width = self.width(output.side);
        let bytes = self.byte_length(text.units, 1, width);
        self.allocate_string(output, bytes);
        let progress = self.first_latin1_pass(text, output);
        self.get(progress.read);
        self.get(text.units);
        self.ins().i32_lt_u();
        self.if_else(
            wasm_encoder::BlockType::Empty,
            |f| {
                let worst = f.byte_length(text.units, 2, width);
                f.resize_string(output, bytes, worst);
                f.get(output.pointer);
                f.get(progress.written);
                f.transcode(Transcoder::Inflate, output.side, output.side);
                f.store_rest_as_utf16(text, progress, output);
                if text.encoding == Encoding::Utf8 {
                    let total = Progress { read: text.units, written: progress.written };
                    f.shrink(output, total, worst, 2);
                }
                f.set_length(output, progress.written, tag(width));
            },
            |f| {
                f.set_length(output, progress.written, 0);
                if text.encoding == Encoding::Utf8 {
                    f.shrink(output, Progress { read: text.units, written: progress.written }, bytes, 1);
                }
            },
        );
    }

    /// Stores characters as latin1 up to the first that is none.
    fn first_latin1_pass(&mut self, text: Text, output: Output) -> Progress {
        self.push_source(text, None);
        self.get(output.pointer);
        if text.encoding == Encoding::Utf8 {
            self.transcode(Transcoder::Utf8ToLatin1, text.side, output.side);
            let written = self.pop(FlatType::I32);
            Progress { read: self.pop(FlatType::I32), written }
        } else {
            self.transcode(Transcoder::Utf16ToLatin1, text.side, output.side);
            let written = self.temp(FlatType::I32);
            self.tee(written);
            Progress { read: self.pop(FlatType::I32), written }
        }
    }

    /// Stores what a first pass left as utf16, after what it wrote, and adds to `written`.
    fn store_rest_as_utf16(&mut self, text: Text, progress: Progress, output: Output) {
        self.push_source(text, Some(progress.read));
        self.push_output(output, progress.written, 2);
        if text.encoding == Encoding::Utf8 {
            self.transcode(Transcoder::Utf8ToUtf16, text.side, output.side);
            self.add_written(text, progress.written);
        } else {
            self.transcode(Transcoder::CopyUtf16, text.side, output.side);
            let any = self.pop(FlatType::I32);
            self.trap_if_negative(text, any);
            // Both encodings have the same code units.
            self.get(text.units);
            self.set(progress.written);
        }
    }

    /// `store_probably_utf16_to_latin1_or_utf16`
    fn store_probably_utf16(&mut self, text: Text, output: Output) {
        let width = self.width(output.side);
        let bytes = self.byte_length(text.units, 2, width);
        self.allocate_string(output, bytes);
        self.push_source(text, None);
        self.get(output.pointer);
        self.transcode(Transcoder::CopyUtf16, text.side, output.side);
        let any = self.pop(FlatType::I32);
        self.trap_if_negative(text, any);
        self.get(any);
        self.ins().i32_const(0xFF).i32_gt_u();
        self.if_else(
            wasm_encoder::BlockType::Empty,
            |f| f.set_length(output, text.units, tag(width)),
            |f| {
                f.get(output.pointer);
                f.get(text.units);
                f.transcode(Transcoder::Deflate, output.side, output.side);
                f.set_length(output, text.units, 0);
                // The specification says alignment 1 here, its tests and Wasmtime want 2 and the check.
                f.resize_string(output, bytes, output.length);
            },
        );
    }

    /// Shrinks an allocation of `bytes` for `read` units of `unit_bytes` if fewer were written.
    fn shrink(&mut self, output: Output, progress: Progress, bytes: Local, unit_bytes: u32) {
        let width = self.width(output.side);
        self.get(progress.written);
        self.get(progress.read);
        self.ins().i32_lt_u();
        self.if_(|f| {
            let used = f.byte_length(progress.written, unit_bytes, width);
            f.resize_string(output, bytes, used);
        });
    }

    fn allocate_string(&mut self, output: Output, bytes: Local) {
        let range = self.string_range(output, bytes);
        self.allocate(output.side, output.pointer, range);
    }

    fn resize_string(&mut self, output: Output, old: Local, new: Local) {
        let range = self.string_range(output, new);
        let old = Allocation { pointer: output.pointer, bytes: Bytes::Local(old) };
        self.reallocate(output.side, old, range);
    }

    fn string_range(&self, output: Output, bytes: Local) -> Range {
        let align = self.side(output.side).encoding.alignment();
        Range { bytes: Bytes::Local(bytes), align, out_of_bounds: Trap::StringOutOfBounds }
    }

    /// A local with `units * unit_bytes` as a word of `width`; at most three times the limit, so it fits.
    /// It may be the local itself.
    pub(super) fn byte_length(&mut self, units: Local, unit_bytes: u32, width: PointerWidth) -> Local {
        if unit_bytes == 1 && width == PointerWidth::W32 {
            return units;
        }
        self.get(units);
        let mut word = self.word(width);
        word.extend_i32();
        if unit_bytes > 1 {
            word.constant(u64::from(unit_bytes)).mul();
        }
        self.pop(width.flat())
    }

    /// Sets the length word of the result to `units`, an i32, with `tag`.
    fn set_length(&mut self, output: Output, units: Local, tag: u64) {
        let width = self.width(output.side);
        self.get(units);
        let mut word = self.word(width);
        word.extend_i32();
        if tag != 0 {
            word.constant(tag).or();
        }
        self.set(output.length);
    }

    /// Pushes the address and the number of the source units after the first `read`.
    fn push_source(&mut self, text: Text, read: Option<Local>) {
        let width = self.width(text.side);
        self.get(text.pointer);
        let Some(read) = read else {
            return self.get(text.units);
        };
        self.push_offset(read, text.encoding.unit_bytes(), width);
        self.get(text.units);
        self.get(read);
        self.ins().i32_sub();
    }

    /// Pushes the address after the first `written` units of the result.
    fn push_output(&mut self, output: Output, written: Local, unit_bytes: u32) {
        let width = self.width(output.side);
        self.get(output.pointer);
        self.push_offset(written, unit_bytes, width);
    }

    /// Adds `units * unit_bytes` to the address on the stack.
    fn push_offset(&mut self, units: Local, unit_bytes: u32, width: PointerWidth) {
        self.get(units);
        let mut word = self.word(width);
        word.extend_i32();
        if unit_bytes > 1 {
            word.constant(u64::from(unit_bytes)).mul();
        }
        word.add();
    }

    /// Adds the number on the stack, which is negative if the source was invalid, to `written`.
    fn add_written(&mut self, text: Text, written: Local) {
        let more = self.pop(FlatType::I32);
        self.trap_if_negative(text, more);
        self.get(written);
        self.get(more);
        self.ins().i32_add();
        self.set(written);
    }

    fn trap_if_negative(&mut self, text: Text, result: Local) {
        if text.encoding != Encoding::Latin1 {
            self.trap_if(text.encoding.invalid(), |f| {
                f.get(result);
                f.ins().i32_const(0).i32_lt_s();
            });
        }
    }
}
