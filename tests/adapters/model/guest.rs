//! A guest of the model: its memory, its allocator and its handle table, and how values are lifted from it and
//! lowered into it by the book.
//!
//! Spec: `load`, `store`, `lift_flat`, `lower_flat`, `lift_flat_values`, `lower_flat_values` in `definitions.py`,
//! without tasks.

use super::layout::{
    Shape, align_to, alignment, discriminant_bytes, flatten, max_case_alignment, record_alignment,
    record_size, shape, size,
};
use super::value::Value;
use crate::harness::{self, Event, Flat, SideOptions};
use corefuse::abi::{
    FlatType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, MAX_LIST_BYTES, PointerWidth, ResourceId, Trap, TypeDef,
    TypeId, Types,
};

/// A guest and everything that changes when values pass.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) who: harness::Guest,
    pub(crate) options: SideOptions,
    pub(crate) memory: Vec<u8>,
    /// Where the next allocation goes.
    pub(crate) next: u64,
    pub(crate) events: Vec<Event>,
    pub(crate) handles: Handles,
    /// Memory that was allocated for strings: what is in the part that is not used is not specified.
    pub(crate) scratch: Vec<std::ops::Range<u64>>,
    /// Strings are stored by the guest itself, exactly, instead of by an adapter.
    pub(crate) stores_exactly: bool,
}

/// A handle table.
#[derive(Clone, Default)]
pub(crate) struct Handles {
    pub(crate) entries: Vec<Option<Handle>>,
    free: Vec<u32>,
    /// Resources that this guest defines.
    pub(crate) defines: Vec<ResourceId>,
}

/// An entry of a handle table.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Handle {
    pub(crate) resource: ResourceId,
    pub(crate) rep: u32,
    pub(crate) is_own: bool,
    pub(crate) lends: u32,
}

/// What a call needs beside the guests.
#[derive(Clone, Copy)]
pub(crate) struct Values<'t> {
    pub(crate) types: &'t Types,
}

impl Handles {
    pub(crate) fn add(&mut self, handle: Handle) -> u32 {
        if self.entries.is_empty() {
            self.entries.push(None);
        }
        match self.free.pop() {
            Some(index) => {
                self.entries[index as usize] = Some(handle);
                index
            }
            None => {
                self.entries.push(Some(handle));
                self.entries.len() as u32 - 1
            }
        }
    }

    fn get(&mut self, index: u32, resource: ResourceId) -> Result<&mut Handle, Trap> {
        let handle =
            self.entries.get_mut(index as usize).and_then(Option::as_mut).ok_or(Trap::UnknownHandle)?;
        if handle.resource != resource {
            return Err(Trap::WrongHandleType);
        }
        Ok(handle)
    }

    fn take_own(&mut self, index: u32, resource: ResourceId) -> Result<u32, Trap> {
        let handle = *self.get(index, resource)?;
        if !handle.is_own {
            return Err(Trap::OwnFromBorrow);
        }
        if handle.lends > 0 {
            return Err(Trap::HandleLent);
        }
        self.entries[index as usize] = None;
        self.free.push(index);
        Ok(handle.rep)
    }
}

impl Guest {
    pub(crate) fn new(who: harness::Guest, options: SideOptions) -> Guest {
        let mut memory = vec![0; harness::MEMORY_BYTES as usize];
        memory.fill(0xAA);
        Guest {
            who,
            options,
            memory,
            next: 1024,
            events: Vec::new(),
            handles: Handles::default(),
            scratch: Vec::new(),
            stores_exactly: false,
        }
    }

    pub(crate) fn width(&self) -> PointerWidth {
        self.options.pointer
    }

    pub(crate) fn word(&self, value: u64) -> Flat {
        match self.width() {
            PointerWidth::W32 => Flat::I32(value as u32),
            PointerWidth::W64 => Flat::I64(value),
        }
    }

    pub(crate) fn load_int(&self, pointer: u64, bytes: u32) -> u64 {
        let mut all = [0; 8];
        all[..bytes as usize].copy_from_slice(&self.memory[pointer as usize..][..bytes as usize]);
        u64::from_le_bytes(all)
    }

    pub(crate) fn store_int(&mut self, pointer: u64, bytes: u32, value: u64) {
        self.memory[pointer as usize..][..bytes as usize]
            .copy_from_slice(&value.to_le_bytes()[..bytes as usize]);
    }

    pub(crate) fn realloc(&mut self, arguments: [u64; 4]) -> u64 {
        let pointer = harness::allocate(&mut self.memory, &mut self.next, arguments);
        self.events.push(Event::Realloc(self.who, arguments, pointer));
        pointer
    }

    pub(crate) fn check_range(&self, pointer: u64, bytes: u64, align: u32, reason: Trap) -> Result<(), Trap> {
        if !pointer.is_multiple_of(u64::from(align)) {
            return Err(Trap::UnalignedPointer);
        }
        if u128::from(pointer) + u128::from(bytes) > self.memory.len() as u128 {
            return Err(reason);
        }
        Ok(())
    }

    pub(crate) fn allocate(&mut self, align: u32, bytes: u64, reason: Trap) -> Result<u64, Trap> {
        let pointer = self.realloc([0, 0, u64::from(align), bytes]);
        self.check_range(pointer, bytes, align, reason)?;
        Ok(pointer)
    }
}

impl Values<'_> {
    /// `lift_flat_values`
    pub(crate) fn lift(
        &self,
        guest: &mut Guest,
        flat: &[Flat],
        types: &[TypeId],
        max: usize,
    ) -> Result<Vec<Value>, Trap> {
        let width = guest.width();
        let wanted: usize = types.iter().map(|&ty| flatten(self.types, ty, width).len()).sum();
        if wanted > max {
            let pointer = flat[0].bits();
            let bytes = record_size(self.types, types, width);
            guest.check_range(
                pointer,
                bytes,
                record_alignment(self.types, types, width),
                Trap::OutOfBounds,
            )?;
            return self.load_record(guest, pointer, types);
        }
        let mut rest = flat;
        types.iter().map(|&ty| self.lift_flat(guest, &mut rest, ty)).collect()
    }

    /// `lower_flat_values`; `out` is where they go if they spill, or else they are allocated.
    pub(crate) fn lower(
        &self,
        guest: &mut Guest,
        values: &[Value],
        types: &[TypeId],
        max: usize,
        out: Option<u64>,
    ) -> Result<Vec<Flat>, Trap> {
        let width = guest.width();
        let wanted: usize = types.iter().map(|&ty| flatten(self.types, ty, width).len()).sum();
        if wanted <= max {
            let mut flat = Vec::new();
            for (value, &ty) in values.iter().zip(types) {
                flat.extend(self.lower_flat(guest, value, ty)?);
            }
            return Ok(flat);
        }
        let (bytes, align) =
            (record_size(self.types, types, width), record_alignment(self.types, types, width));
        let pointer = match out {
            Some(pointer) => pointer,
            None => guest.realloc([0, 0, u64::from(align), bytes]),
        };
        guest.check_range(pointer, bytes, align, Trap::OutOfBounds)?;
        self.store_record(guest, values, types, pointer)?;
        Ok(if out.is_none() { vec![guest.word(pointer)] } else { Vec::new() })
    }

    fn load(&self, guest: &mut Guest, pointer: u64, ty: TypeId) -> Result<Value, Trap> {
        let word = guest.width().bytes();
        match shape(self.types, ty) {
            Shape::Number { bytes, .. } => {
                let bits = guest.load_int(pointer, bytes);
                self.lift_number(guest, bits, ty)
            }
            Shape::Pointer => {
                let words = [guest.load_int(pointer, word), guest.load_int(pointer + u64::from(word), word)];
                self.load_pointer(guest, words, ty)
            }
            Shape::Record(fields) => Ok(Value::Record(self.load_record(guest, pointer, &fields)?)),
            Shape::Variant(cases) => {
                let discriminant = discriminant_bytes(cases.len());
                let case = guest.load_int(pointer, discriminant) as usize;
                let payload = *cases.get(case).ok_or(Trap::InvalidDiscriminant)?;
                let align = max_case_alignment(self.types, &cases, guest.width());
                let pointer = align_to(pointer + u64::from(discriminant), align);
                let payload = payload.map(|ty| self.load(guest, pointer, ty)).transpose()?;
                Ok(Value::Variant(case, payload.map(Box::new)))
            }
        }
    }

    fn load_record(
        &self,
        guest: &mut Guest,
        mut pointer: u64,
        fields: &[TypeId],
    ) -> Result<Vec<Value>, Trap> {
        let mut values = Vec::new();
        for &field in fields {
            pointer = align_to(pointer, alignment(self.types, field, guest.width()));
            values.push(self.load(guest, pointer, field)?);
            pointer += size(self.types, field, guest.width());
        }
        Ok(values)
    }

    fn lift_number(&self, guest: &mut Guest, bits: u64, ty: TypeId) -> Result<Value, Trap> {
        Ok(match self.types.def(ty) {
            TypeDef::Bool => Value::Number(u64::from(bits != 0)),
            TypeDef::Char => Value::Char(char::from_u32(bits as u32).ok_or(Trap::InvalidChar)?),
            TypeDef::Flags(labels) => Value::Number(bits & (u64::MAX >> (64 - labels.len()))),
            TypeDef::Own(resource) => {
                Value::Handle(*resource, guest.handles.take_own(bits as u32, *resource)?)
            }
            TypeDef::Borrow(resource) => {
                let handle = guest.handles.get(bits as u32, *resource)?;
                handle.lends += 1;
                Value::Handle(*resource, handle.rep)
            }
            _ => {
                let Shape::Number { bytes, .. } = shape(self.types, ty) else { panic!("not a number") };
                Value::Number(bits & (u64::MAX >> (64 - 8 * bytes)))
            }
        })
    }

    fn load_pointer(
        &self,
        guest: &mut Guest,
        [pointer, length]: [u64; 2],
        ty: TypeId,
    ) -> Result<Value, Trap> {
        let fields = match self.types.def(ty) {
            TypeDef::String => return super::string::load(guest, pointer, length),
            TypeDef::List(element) => vec![*element],
            TypeDef::Map(key, value) => vec![*key, *value],
            other => panic!("{other:?} is not a pointer"),
        };
        let step = record_size(self.types, &fields, guest.width());
        let bytes = u128::from(length) * u128::from(step);
        if bytes > u128::from(MAX_LIST_BYTES) {
            return Err(Trap::ListOutOfBounds);
        }
        let align = record_alignment(self.types, &fields, guest.width());
        guest.check_range(pointer, bytes as u64, align, Trap::ListOutOfBounds)?;
        let is_map = fields.len() == 2;
        let mut values = Vec::new();
        for i in 0..length {
            let mut element = self.load_record(guest, pointer + i * step, &fields)?;
            values.push(if is_map { Value::Record(element) } else { element.remove(0) });
        }
        Ok(Value::List(values))
    }

    fn store(&self, guest: &mut Guest, value: &Value, ty: TypeId, pointer: u64) -> Result<(), Trap> {
        let word = guest.width().bytes();
        match (shape(self.types, ty), value) {
            (Shape::Number { bytes, .. }, value) => {
                let bits = self.lower_number(guest, value, ty);
                guest.store_int(pointer, bytes, bits);
            }
            (Shape::Pointer, value) => {
                let [first, second] = self.store_pointer(guest, value, ty)?;
                guest.store_int(pointer, word, first);
                guest.store_int(pointer + u64::from(word), word, second);
            }
            (Shape::Record(fields), Value::Record(values)) => {
                self.store_record(guest, values, &fields, pointer)?;
            }
            (Shape::Variant(cases), Value::Variant(case, payload)) => {
                let discriminant = discriminant_bytes(cases.len());
                guest.store_int(pointer, discriminant, *case as u64);
                let align = max_case_alignment(self.types, &cases, guest.width());
                let pointer = align_to(pointer + u64::from(discriminant), align);
                if let (Some(ty), Some(payload)) = (cases[*case], payload) {
                    self.store(guest, payload, ty, pointer)?;
                }
            }
            (_, value) => panic!("{value:?} is not of its type"),
        }
        Ok(())
    }

    fn store_record(
        &self,
        guest: &mut Guest,
        values: &[Value],
        fields: &[TypeId],
        mut pointer: u64,
    ) -> Result<(), Trap> {
        for (value, &field) in values.iter().zip(fields) {
            pointer = align_to(pointer, alignment(self.types, field, guest.width()));
            self.store(guest, value, field, pointer)?;
            pointer += size(self.types, field, guest.width());
        }
        Ok(())
    }

    fn lower_number(&self, guest: &mut Guest, value: &Value, ty: TypeId) -> u64 {
        match (self.types.def(ty), value) {
            (TypeDef::Own(_), &Value::Handle(resource, rep)) => {
                u64::from(guest.handles.add(Handle { resource, rep, is_own: true, lends: 0 }))
            }
            (TypeDef::Borrow(_), &Value::Handle(resource, rep)) => {
                if guest.handles.defines.contains(&resource) && !guest.stores_exactly {
                    return u64::from(rep);
                }
                // What a guest passes as a borrow is an owning handle of its own.
                let is_own = guest.stores_exactly;
                u64::from(guest.handles.add(Handle { resource, rep, is_own, lends: 0 }))
            }
            (_, Value::Char(char)) => u64::from(u32::from(*char)),
            (_, Value::Number(bits)) => *bits,
            (def, value) => panic!("{value:?} is not a {def:?}"),
        }
    }

    fn store_pointer(&self, guest: &mut Guest, value: &Value, ty: TypeId) -> Result<[u64; 2], Trap> {
        let (fields, values) = match (self.types.def(ty), value) {
            (TypeDef::String, Value::String(from, chars)) => {
                return super::string::store(guest, *from, chars);
            }
            (TypeDef::List(element), Value::List(values)) => (vec![*element], values),
            (TypeDef::Map(key, value), Value::List(values)) => (vec![*key, *value], values),
            (def, value) => panic!("{value:?} is not a {def:?}"),
        };
        let step = record_size(self.types, &fields, guest.width());
        let bytes = values.len() as u64 * step;
        let align = record_alignment(self.types, &fields, guest.width());
        let pointer = guest.allocate(align, bytes, Trap::ListOutOfBounds)?;
        for (i, value) in values.iter().enumerate() {
            let element = match (value, fields.len()) {
                (Value::Record(pair), 2) => pair.as_slice(),
                (value, _) => std::slice::from_ref(value),
            };
            self.store_record(guest, element, &fields, pointer + i as u64 * step)?;
        }
        Ok([pointer, values.len() as u64])
    }

    fn lift_flat(&self, guest: &mut Guest, flat: &mut &[Flat], ty: TypeId) -> Result<Value, Trap> {
        let mut next = || {
            let (&first, rest) = flat.split_first().expect("there are as many values as types");
            *flat = rest;
            first.bits()
        };
        match shape(self.types, ty) {
            Shape::Number { flat: FlatType::I64 | FlatType::F64, .. } => {
                let bits = next();
                self.lift_number(guest, bits, ty)
            }
            Shape::Number { .. } => {
                // What is in an i64 slot of a variant is cut to 32 bits.
                let bits = next() & 0xFFFF_FFFF;
                self.lift_number(guest, bits, ty)
            }
            Shape::Pointer => {
                let cut = u64::MAX >> (64 - 8 * guest.width().bytes());
                let words = [next() & cut, next() & cut];
                self.load_pointer(guest, words, ty)
            }
            Shape::Record(fields) => {
                let values: Result<_, _> =
                    fields.into_iter().map(|field| self.lift_flat(guest, flat, field)).collect();
                Ok(Value::Record(values?))
            }
            Shape::Variant(cases) => {
                let case = (next() & 0xFFFF_FFFF) as usize;
                let slots = flatten(self.types, ty, guest.width()).len() - 1;
                let (mut payload, rest) = flat.split_at(slots);
                *flat = rest;
                let ty = *cases.get(case).ok_or(Trap::InvalidDiscriminant)?;
                let payload = ty.map(|ty| self.lift_flat(guest, &mut payload, ty)).transpose()?;
                Ok(Value::Variant(case, payload.map(Box::new)))
            }
        }
    }

    fn lower_flat(&self, guest: &mut Guest, value: &Value, ty: TypeId) -> Result<Vec<Flat>, Trap> {
        Ok(match (shape(self.types, ty), value) {
            (Shape::Number { bytes, flat }, value) => {
                let bits = self.lower_number(guest, value, ty);
                let is_signed = matches!(self.types.def(ty), TypeDef::S8 | TypeDef::S16);
                let unused = 64 - 8 * bytes;
                let bits = if is_signed { ((bits << unused) as i64 >> unused) as u64 } else { bits };
                vec![flat_value(flat, bits)]
            }
            (Shape::Pointer, value) => {
                let words = self.store_pointer(guest, value, ty)?;
                words.map(|word| guest.word(word)).to_vec()
            }
            (Shape::Record(fields), Value::Record(values)) => {
                let mut flat = Vec::new();
                for (value, &field) in values.iter().zip(&fields) {
                    flat.extend(self.lower_flat(guest, value, field)?);
                }
                flat
            }
            (Shape::Variant(cases), Value::Variant(case, payload)) => {
                let slots = flatten(self.types, ty, guest.width());
                let mut flat = vec![Flat::I32(*case as u32)];
                if let (Some(ty), Some(payload)) = (cases[*case], payload) {
                    let values = self.lower_flat(guest, payload, ty)?;
                    flat.extend(values.iter().zip(&slots[1..]).map(|(v, &slot)| flat_value(slot, v.bits())));
                }
                flat.extend(slots[flat.len()..].iter().map(|&slot| flat_value(slot, 0)));
                flat
            }
            (_, value) => panic!("{value:?} is not of its type"),
        })
    }
}

/// A flat value of type `ty` with these bits.
pub(crate) fn flat_value(ty: FlatType, bits: u64) -> Flat {
    match ty {
        FlatType::I32 => Flat::I32(bits as u32),
        FlatType::I64 => Flat::I64(bits),
        FlatType::F32 => Flat::F32(bits as u32),
        FlatType::F64 => Flat::F64(bits),
    }
}

/// Most flat parameters, as the specification has it.
pub(crate) const MAX_PARAMS: usize = MAX_FLAT_PARAMS;

/// Most flat results, as the specification has it.
pub(crate) const MAX_RESULTS: usize = MAX_FLAT_RESULTS;
