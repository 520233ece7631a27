//! Lists, maps (lists of pairs) and fixed-length lists.
//!
//! Lists whose elements need neither check nor change are copied whole, others element by element in a loop.
//!
//! Spec: `load_list_from_range`, `store_list_into_range`, `load_list_from_valid_range`.

use crate::abi::layout::record_layout;
use crate::abi::types::TypeId;
use crate::abi::{FlatType, MAX_LIST_BYTES, PointerWidth, Trap};
use crate::fact::func::{FuncBuilder, Local};
use crate::fact::memory::{Bytes, Range};
use crate::fact::place::{Address, Destination, DestinationPlace, SideId, Source, SourcePlace};

/// Fixed-length lists in memory of up to this many elements need no loop.
const MAX_UNROLLED: u32 = 4;

/// The elements of a list, all of them records of `fields`, from one memory to the other.
struct Elements<'e> {
    fields: &'e [TypeId],
    from: Cursor,
    to: Cursor,
    /// How many; a word of the source's width. It is not changed.
    count: Local,
}

/// Where the elements of a list are on one side.
#[derive(Clone, Copy)]
struct Cursor {
    side: SideId,
    /// Address of the first; it is not changed.
    start: Local,
    /// Distance from one to the next, in bytes.
    step: u32,
}

impl FuncBuilder<'_, '_> {
    /// A list whose elements are records of `fields` (records of one field are that field).
    pub(super) fn translate_list(&mut self, fields: &[TypeId], from: Source<'_>, to: Destination<'_>) {
        let layouts = self.module.dfg.types.layouts();
        let (from_width, to_width) = (self.width(from.side), self.width(to.side));
        let from_element = record_layout(fields.iter().copied(), from_width, layouts);
        let to_element = record_layout(fields.iter().copied(), to_width, layouts);

        let [pointer, count] = self.load_words(from);
        self.trap_if(Trap::ListOutOfBounds, |f| {
            f.get(count);
            f.word(from_width).constant(u64::from(MAX_LIST_BYTES / from_element.size.max(1))).gt_u();
        });
        let from_bytes = self.byte_size(count, from_element.size);
        let out_of_bounds = Trap::ListOutOfBounds;
        let range = Range { bytes: Bytes::Local(from_bytes), align: from_element.align, out_of_bounds };
        self.check_range(from.side, pointer, range);

        // An element is at most twice as large on the other side, so this fits even in 32 bits.
        let to_count = self.as_word(count, to_width);
        let to_bytes = match (to_count, to_element.size) == (count, from_element.size) {
            true => from_bytes,
            false => self.byte_size(to_count, to_element.size),
        };
        let range = Range { bytes: Bytes::Local(to_bytes), align: to_element.align, out_of_bounds };
        let to_pointer = self.temp(to_width.flat());
        self.allocate(to.side, to_pointer, range);

        if self.is_plain(fields, from_element.size) {
            self.copy_bytes((from.side, pointer), (to.side, to_pointer), from_bytes);
        } else {
            self.translate_elements(Elements {
                fields,
                from: Cursor { side: from.side, start: pointer, step: from_element.size },
                to: Cursor { side: to.side, start: to_pointer, step: to_element.size },
                count,
            });
        }
        self.store_words(to, [to_pointer, to_count]);
    }

    /// Moves `count` (an i32) values of `ty`, one after another, from one memory to another.
    pub(in crate::fact) fn move_values(
        &mut self,
        ty: TypeId,
        from: (SideId, Local),
        to: (SideId, Local),
        count: Local,
    ) {
        let layout = self.module.dfg.types.layout(ty);
        let (from_width, to_width) = (self.width(from.0), self.width(to.0));
        let (from_step, to_step) = (layout.form(from_width).size, layout.form(to_width).size);
        if layout.is_plain {
            // As many bytes fit into the memory with the narrower addresses, as whose words they are counted.
            let width = if from_width == to_width { from_width } else { PointerWidth::W32 };
            let [from_memory, to_memory] = [from.0, to.0].map(|side| self.module.memory(side));
            [to.1, from.1, count].iter().for_each(|&local| self.get(local));
            self.word(width).extend_i32().constant(u64::from(from_step)).mul();
            self.ins().memory_copy(to_memory, from_memory);
            return;
        }
        let count = self.as_word(count, from_width);
        self.translate_elements(Elements {
            fields: &[ty],
            from: Cursor { side: from.0, start: from.1, step: from_step },
            to: Cursor { side: to.0, start: to.1, step: to_step },
            count,
        });
    }

    /// Whether records of `fields`, of `size` bytes, may be copied without looking at them.
    fn is_plain(&self, fields: &[TypeId], size: u32) -> bool {
        let layouts = self.module.dfg.types.layouts();
        let form = |&ty: &TypeId| layouts[ty].form(crate::abi::PointerWidth::W32);
        fields.iter().all(|&ty| layouts[ty].is_plain)
            && fields.iter().map(|ty| form(ty).size).sum::<u32>() == size
    }

    /// A local with a length as a word of `width`; the same one if it is that already.
    fn as_word(&mut self, length: Local, width: PointerWidth) -> Local {
        if length.ty == width.flat() {
            return length;
        }
        self.get(length);
        self.coerce(length.ty, width.flat());
        self.pop(width.flat())
    }

    /// A local with the size of `count` elements of `size` bytes.
    fn byte_size(&mut self, count: Local, size: u32) -> Local {
        if size == 1 {
            return count;
        }
        self.get(count);
        match count.ty {
            FlatType::I64 => _ = self.ins().i64_const(i64::from(size)).i64_mul(),
            _ => _ = self.ins().i32_const(size as i32).i32_mul(),
        }
        self.pop(count.ty)
    }

    fn translate_elements(&mut self, elements: Elements<'_>) {
        let width = self.width(elements.from.side);
        let from = self.copy_of(elements.from.start);
        let to = self.copy_of(elements.to.start);
        let left = self.copy_of(elements.count);
        self.get(left);
        self.word(width).is_not_zero();
        self.if_(|f| {
            f.loop_(|f, next| {
                let source = SourcePlace::Memory(Address { base: from, offset: 0 });
                let destination = DestinationPlace::Memory(Address { base: to, offset: 0 });
                f.translate_fields(
                    elements.fields,
                    Source { side: elements.from.side, place: source },
                    Destination { side: elements.to.side, place: destination },
                );
                f.advance(from, elements.from);
                f.advance(to, elements.to);
                f.get(left);
                f.word(width).constant(1).sub();
                f.tee(left);
                f.word(width).is_not_zero();
                f.br_if(next);
            });
        });
    }

    fn copy_of(&mut self, local: Local) -> Local {
        self.get(local);
        self.pop(local.ty)
    }

    fn advance(&mut self, address: Local, cursor: Cursor) {
        let width = self.width(cursor.side);
        self.get(address);
        self.word(width).constant(u64::from(cursor.step)).add();
        self.set(address);
    }

    pub(super) fn translate_fixed_list(
        &mut self,
        element: TypeId,
        length: u32,
        from: Source<'_>,
        to: Destination<'_>,
    ) {
        let layout = self.module.dfg.types.layout(element);
        let from_step = layout.form(self.width(from.side)).size;
        let to_step = layout.form(self.width(to.side)).size;
        let (SourcePlace::Memory(from_address), DestinationPlace::Memory(to_address)) =
            (from.place, to.place)
        else {
            // Only lists that are short when flat ever travel on the stack.
            return self.translate_fields(&vec![element; length as usize], from, to);
        };
        if length <= MAX_UNROLLED {
            return self.translate_fields(&vec![element; length as usize], from, to);
        }
        let (from_width, to_width) = (self.width(from.side), self.width(to.side));
        self.push_address(from.side, from_address);
        let from_start = self.pop(from_width.flat());
        self.push_address(to.side, to_address);
        let to_start = self.pop(to_width.flat());
        if layout.is_plain {
            self.word(from_width).constant(u64::from(from_step) * u64::from(length));
            let bytes = self.pop(from_width.flat());
            return self.copy_bytes((from.side, from_start), (to.side, to_start), bytes);
        }
        self.word(from_width).constant(u64::from(length));
        let count = self.pop(from_width.flat());
        self.translate_elements(Elements {
            fields: &[element],
            from: Cursor { side: from.side, start: from_start, step: from_step },
            to: Cursor { side: to.side, start: to_start, step: to_step },
            count,
        });
    }
}
