//! Functions that load and store values of composite types, specialised at build time.
//!
//! Each composite type that travels through memory gets one `loadN(cx, v, at)` and one `storeN(cx, x, at)`, N being
//! its index in the plan. `v` is the memory's view: lifting runs no guest code that could grow that memory, so it is
//! read once. Storing may call realloc, so there the view is read again for each value.
//! Offsets are numbers in the source; nothing about a type is looked up at run time.

use super::super::names::{camel, property, quoted};
use super::super::source::Source;
use super::lists::typed_array;
use super::words::{
    Width, accessor, address, discriminant_bytes, discriminant_get, discriminant_set, member, number_word,
    store_pair, word,
};
use crate::plan::{Plan, TypeKind};
use indexmap::IndexMap;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    Load,
    Store,
    /// A list's elements, in a loop of its own: engines do not inline what one loop calls for several types.
    ReadList,
    WriteList,
}

/// Specialised functions for types, made when first asked for.
#[derive(Debug)]
pub(super) struct TypeFunctions<'a> {
    plan: &'a Plan,
    /// By type: whether storing a value can call realloc, which may renew the memory's view.
    pub(super) reallocates: Vec<bool>,
    made: IndexMap<(Way, usize, Width), String>,
    /// Functions of `corefuse/bindings` in use.
    imports: BTreeSet<&'static str>,
}

impl<'a> TypeFunctions<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut reallocates: Vec<bool> = Vec::with_capacity(plan.types.len());
        for ty in &plan.types {
            let own = matches!(ty.kind, TypeKind::String | TypeKind::List { .. } | TypeKind::Map { .. });
            reallocates.push(own || ty.kind.children().into_iter().any(|child| reallocates[child]));
        }
        TypeFunctions { plan, reallocates, made: IndexMap::new(), imports: BTreeSet::new() }
    }

    /// The plan's kind of a type.
    pub(super) fn kind(&self, ty: usize) -> &'a TypeKind {
        &self.plan.types[ty].kind
    }

    /// The plan.
    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Notes that generated code uses a function of `corefuse/bindings`, and gives its name.
    pub(super) fn import(&mut self, name: &'static str) -> &'static str {
        self.imports.insert(name);
        name
    }

    /// Sources of all functions made, and the imports they and their users need.
    pub(super) fn finish(self) -> (Vec<String>, BTreeSet<&'static str>) {
        (self.made.into_values().collect(), self.imports)
    }

    /// An expression for the value at `at + offset`, in terms of `cx`, `v` and `at`.
    pub(super) fn load(&mut self, ty: usize, at: &str, offset: u32, width: Width) -> String {
        let a = address(at, offset);
        if let Some((get, _, endian)) = accessor(self.kind(ty)) {
            return format!("v.{get}({a}{endian})");
        }
        match self.kind(ty) {
            TypeKind::Bool => format!("v.getUint8({a}) !== 0"),
            TypeKind::Char => format!("{}(v.getUint32({a}, true))", self.import("charFromCore")),
            TypeKind::Own { resource } => {
                format!("{}(cx, {resource}, v.getInt32({a}, true))", self.import("takeOwn"))
            }
            TypeKind::Borrow { resource } => {
                format!("{}(cx, {resource}, v.getInt32({a}, true))", self.import("liftBorrow"))
            }
            TypeKind::String => {
                format!("{}(cx, {}, {})", self.import("readText"), word(&a, 0, width), word(&a, 1, width))
            }
            TypeKind::List { .. } | TypeKind::Map { .. } => {
                let (pointer, length) = (number_word(&a, 0, width), number_word(&a, 1, width));
                self.read_range(ty, &pointer, &length, width)
            }
            _ => format!("{}(cx, v, {a})", self.function(Way::Load, ty, width)),
        }
    }

    /// An expression for the list or map at `pointer` with `length` elements.
    pub(super) fn read_range(&mut self, ty: usize, pointer: &str, length: &str, width: Width) -> String {
        match *self.kind(ty) {
            TypeKind::List { element } => match typed_array(self.kind(element)) {
                Some("Uint8Array") => format!("{}(cx, {pointer}, {length})", self.import("readBytes")),
                Some(array) => format!("{}(cx, {pointer}, {length}, {array})", self.import("readNumbers")),
                None => format!("{}(cx, {pointer}, {length})", self.function(Way::ReadList, ty, width)),
            },
            TypeKind::Map { key, value } => {
                let entry = self.entry(key, value, width);
                let (load_key, load_value) =
                    (self.load(key, "at", 0, width), self.load(value, "at", entry.value_at, width));
                let load = format!("(cx, v, at) => [{load_key}, {load_value}]");
                format!(
                    "new Map({}(cx, {pointer}, {length}, {}, {}, {load}))",
                    self.import("readList"),
                    entry.size,
                    entry.align
                )
            }
            _ => unreachable!("only lists and maps are ranges"),
        }
    }

    /// A statement that stores the value `x` at `at + offset`, in terms of `cx`.
    pub(super) fn store(&mut self, ty: usize, x: &str, at: &str, offset: u32, width: Width) -> String {
        self.store_through("cx.memory.view", ty, x, at, offset, width)
    }

    /// The same by way of `view`, an expression for the memory's view at this point.
    pub(super) fn store_through(
        &mut self,
        view: &str,
        ty: usize,
        x: &str,
        at: &str,
        offset: u32,
        width: Width,
    ) -> String {
        let a = address(at, offset);
        if let Some((_, set, endian)) = accessor(self.kind(ty)) {
            return format!("{view}.{set}({a}, {}{endian});", self.core_value(ty, x));
        }
        match self.kind(ty) {
            TypeKind::Bool => format!("{view}.setUint8({a}, {x} ? 1 : 0);"),
            TypeKind::Char => {
                format!("{view}.setUint32({a}, {}({x}), true);", self.import("charToCore"))
            }
            TypeKind::Own { .. } | TypeKind::Borrow { .. } => {
                format!("{view}.setInt32({a}, {}, true);", self.core_value(ty, x))
            }
            TypeKind::String | TypeKind::List { .. } | TypeKind::Map { .. } => {
                let write = match self.kind(ty) {
                    TypeKind::String => self.write_string(x),
                    _ => self.write_range(ty, x, width),
                };
                let put = self.import(store_pair(width, "storePair", "storePair64"));
                format!("{put}(cx, {write}, {a});")
            }
            _ => format!("{}(cx, {x}, {a});", self.function(Way::Store, ty, width)),
        }
    }

    /// An expression that writes the string `x`, as `write_range` does; by what `quickenAllocation` made, if there is but
    /// the usual encoding.
    pub(super) fn write_string(&mut self, x: &str) -> String {
        if self.plan.options.iter().all(|options| options.encoding == "utf8") {
            return format!("cx.writeText({x})");
        }
        format!("{}(cx, {x})", self.import("writeString"))
    }

    /// Whether storing a value can call realloc.
    pub(super) fn reallocates(&self, ty: usize) -> bool {
        self.reallocates[ty]
    }

    /// An expression that writes the list or map `x`: its address; `cx.storedLength` becomes its length.
    pub(super) fn write_range(&mut self, ty: usize, x: &str, width: Width) -> String {
        match *self.kind(ty) {
            TypeKind::List { element } => match typed_array(self.kind(element)) {
                Some("Uint8Array") => format!("{}(cx, {x})", self.import("writeBytes")),
                Some(array) => format!("{}(cx, {x}, {array})", self.import("writeNumbers")),
                None => format!("{}(cx, {x})", self.function(Way::WriteList, ty, width)),
            },
            TypeKind::Map { key, value } => {
                let entry = self.entry(key, value, width);
                let store_key = self.store(key, "x[0]", "at", 0, width);
                let store_value = self.store(value, "x[1]", "at", entry.value_at, width);
                let store = format!("(cx, x, at) => {{ {store_key} {store_value} }}");
                format!("{}(cx, {x}, {}, {}, {store})", self.import("writeMap"), entry.size, entry.align)
            }
            _ => unreachable!("only lists and maps are ranges"),
        }
    }

    /// An expression for a scalar or handle `x` as a core value.
    pub(super) fn core_value(&mut self, ty: usize, x: &str) -> String {
        match self.kind(ty) {
            TypeKind::Bool => format!("({x} ? 1 : 0)"),
            TypeKind::Char => format!("{}({x})", self.import("charToCore")),
            TypeKind::S64 | TypeKind::U64 => format!("{}({x})", self.import("bigint")),
            TypeKind::F32 | TypeKind::F64 => format!("+{x}"),
            TypeKind::Own { resource } => format!("{}(cx, {resource}, {x})", self.import("lowerOwn")),
            TypeKind::Borrow { resource } => format!("{}(cx, {resource}, {x})", self.import("lowerBorrow")),
            // What is stored is cut to its width. A number, so that engines need not look twice at what it is.
            _ => format!("{x} | 0"),
        }
    }

    /// Size and alignment of a type, in bytes.
    pub(super) fn layout(&self, ty: usize, width: Width) -> (u32, u32) {
        let ty = &self.plan.types[ty];
        (ty.size[width.index()], ty.align[width.index()])
    }

    /// Offsets of fields laid out one after another.
    pub(super) fn offsets(&self, fields: impl IntoIterator<Item = usize>, width: Width) -> Vec<u32> {
        let mut end = 0u32;
        let place = |field| {
            let (size, align) = self.layout(field, width);
            let at = end.next_multiple_of(align.max(1));
            end = at.saturating_add(size);
            at
        };
        fields.into_iter().map(place).collect()
    }

    fn entry(&self, key: usize, value: usize, width: Width) -> Entry {
        let ((_, key_align), (value_size, value_align)) =
            (self.layout(key, width), self.layout(value, width));
        let value_at = self.offsets([key, value], width)[1];
        let align = key_align.max(value_align);
        Entry { value_at, align, size: value_at.saturating_add(value_size).next_multiple_of(align.max(1)) }
    }

    /// A function `(cx, v, at) => value` for elements of a list.
    fn element_loader(&mut self, element: usize, width: Width) -> String {
        match self.kind(element) {
            kind if is_composite(kind) => self.function(Way::Load, element, width),
            _ => format!("(cx, v, at) => {}", self.load(element, "at", 0, width)),
        }
    }

    /// A function `(cx, x, at)` for elements of a list.
    fn element_storer(&mut self, element: usize, width: Width) -> String {
        match self.kind(element) {
            kind if is_composite(kind) => self.function(Way::Store, element, width),
            _ => format!("(cx, x, at) => {{ {} }}", self.store(element, "x", "at", 0, width)),
        }
    }

    /// The name of the specialised function for a composite type; the first use makes it.
    fn function(&mut self, way: Way, ty: usize, width: Width) -> String {
        let verb = match way {
            Way::Load => "load",
            Way::Store => "store",
            Way::ReadList => "readList",
            Way::WriteList => "writeList",
        };
        let name = format!("{verb}{ty}{}", width.suffix());
        if !self.made.contains_key(&(way, ty, width)) {
            let mut out = Source::default();
            match way {
                Way::Load => self.load_function(&name, ty, width, &mut out),
                Way::Store => self.store_function(&name, ty, width, &mut out),
                Way::ReadList => self.read_list_function(&name, ty, width, &mut out),
                Way::WriteList => self.write_list_function(&name, ty, width, &mut out),
            }
            self.made.insert((way, ty, width), out.finish());
        }
        name
    }

    fn load_function(&mut self, name: &str, ty: usize, width: Width, out: &mut Source) {
        match self.kind(ty) {
            TypeKind::Record { fields } => {
                let offsets = self.offsets(fields.iter().map(|f| f.ty), width);
                out.block(format_args!("const {name} = (cx, v, at) => ({{"), "});", |out| {
                    for (field, offset) in fields.iter().zip(offsets) {
                        let value = self.load(field.ty, "at", offset, width);
                        out.line(format_args!("{}: {value},", property(&camel(&field.name))));
                    }
                });
            }
            TypeKind::Tuple { types } => {
                let offsets = self.offsets(types.iter().copied(), width);
                let items: Vec<_> =
                    types.iter().zip(offsets).map(|(&t, offset)| self.load(t, "at", offset, width)).collect();
                out.line(format_args!("const {name} = (cx, v, at) => [{}];", items.join(", ")));
            }
            TypeKind::FixedList { element, length } => {
                let (size, _) = self.layout(*element, width);
                let load = self.element_loader(*element, width);
                let read = self.import("readFixed");
                out.line(format_args!(
                    "const {name} = (cx, v, at) => {read}(cx, v, at, {length}, {size}, {load});"
                ));
            }
            TypeKind::Flags { names } => {
                let get = discriminant_get(self.layout(ty, width).0, "at");
                let unpack = super::values::unpack_flags(names, "bits");
                out.line(format_args!(
                    "const {name} = (cx, v, at) => {{ const bits = {get}; return {unpack}; }};"
                ));
            }
            TypeKind::Enum { names } => {
                let get = discriminant_get(discriminant_bytes(names.len()), "at");
                let table = super::values::string_array(names);
                let check = self.import("enumCase");
                out.line(format_args!("const {name} = (cx, v, at) => {check}({table}, {get});"));
            }
            _ => self.load_variant(name, ty, width, out),
        }
    }

    fn load_variant(&mut self, name: &str, ty: usize, width: Width, out: &mut Source) {
        let form = super::values::VariantForm::of(self.plan, ty);
        let payload_at = form.payload_at(self, width);
        let get = discriminant_get(discriminant_bytes(form.cases.len()), "at");
        let bad = self.import("badCase");
        out.block(format_args!("const {name} = (cx, v, at) => {{"), "};", |out| {
            out.block(format_args!("switch ({get}) {{"), "}", |out| {
                for (i, case) in form.cases.iter().enumerate() {
                    let payload = case.ty.map(|ty| self.load(ty, "at", payload_at, width));
                    out.line(format_args!("case {i}: return {};", form.value(i, payload)));
                }
                out.line(format_args!("default: {bad}({get}, {});", form.cases.len()));
            });
        });
    }

    fn store_function(&mut self, name: &str, ty: usize, width: Width, out: &mut Source) {
        let open = format!("const {name} = (cx, x, at) => {{");
        let view = if self.reallocates[ty] { "cx.memory.view" } else { "v" };
        let read_view = |out: &mut Source| {
            if view == "v" {
                out.line("const { view: v } = cx.memory;");
            }
        };
        match self.kind(ty) {
            TypeKind::Record { fields } => {
                let offsets = self.offsets(fields.iter().map(|f| f.ty), width);
                out.block(open, "};", |out| {
                    out.line(format_args!("{}(x);", self.import("checkObject")));
                    read_view(out);
                    for (field, offset) in fields.iter().zip(offsets) {
                        let x = self.field("x", &field.name, field.ty);
                        out.line(self.store_through(view, field.ty, &x, "at", offset, width));
                    }
                });
            }
            TypeKind::Tuple { types } => {
                let offsets = self.offsets(types.iter().copied(), width);
                out.block(open, "};", |out| {
                    out.line(format_args!("{}(x, {});", self.import("checkArray"), types.len()));
                    read_view(out);
                    for (i, (&t, offset)) in types.iter().zip(offsets).enumerate() {
                        out.line(self.store_through(view, t, &format!("x[{i}]"), "at", offset, width));
                    }
                });
            }
            TypeKind::FixedList { element, length } => {
                let (size, _) = self.layout(*element, width);
                let store = self.element_storer(*element, width);
                let write = self.import("writeFixed");
                out.line(format_args!(
                    "const {name} = (cx, x, at) => {write}(cx, x, at, {length}, {size}, {store});"
                ));
            }
            TypeKind::Flags { names } => {
                let pack = super::values::pack_flags(names, "x");
                let set = discriminant_set(self.layout(ty, width).0, "at", &pack);
                out.line(format_args!(
                    "const {name} = (cx, x, at) => {{ x = {}(x); {set} }};",
                    self.import("flagsObject")
                ));
            }
            TypeKind::Enum { names } => {
                let find = format!("{}({}, x)", self.import("enumIndex"), super::values::string_array(names));
                let set = discriminant_set(discriminant_bytes(names.len()), "at", &find);
                out.line(format_args!("{open} {set} }};"));
            }
            _ => self.store_variant(&open, ty, width, out),
        }
    }

    fn store_variant(&mut self, open: &str, ty: usize, width: Width, out: &mut Source) {
        let form = super::values::VariantForm::of(self.plan, ty);
        let payload_at = form.payload_at(self, width);
        let bytes = discriminant_bytes(form.cases.len());
        out.block(open, "};", |out| {
            form.each_case(self, "x", out, |this, i, payload, out| {
                out.line(discriminant_set(bytes, "at", &i.to_string()));
                if let Some(ty) = form.cases[i].ty {
                    out.line(this.store(ty, payload, "at", payload_at, width));
                }
            });
        });
    }

    /// Whether a field of the type may be missing.
    pub(super) fn may_be_missing(&self, ty: usize) -> bool {
        matches!(self.kind(ty), TypeKind::Option { .. })
    }

    /// An expression for a field of `x`; one that must be there is checked.
    pub(super) fn field(&mut self, x: &str, name: &str, ty: usize) -> String {
        let key = camel(name);
        if self.may_be_missing(ty) {
            return member(x, &key);
        }
        format!("{}({}, {}, {x})", self.import("present"), member(x, &key), quoted(&key))
    }
}

struct Entry {
    value_at: u32,
    size: u32,
    align: u32,
}

/// Types that get functions of their own.
fn is_composite(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Record { .. }
            | TypeKind::Tuple { .. }
            | TypeKind::FixedList { .. }
            | TypeKind::Flags { .. }
            | TypeKind::Enum { .. }
            | TypeKind::Variant { .. }
            | TypeKind::Option { .. }
            | TypeKind::Result { .. }
    )
}
