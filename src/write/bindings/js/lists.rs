//! Loops over lists in memory, one for each type of element: engines do not inline what one loop calls for several.

use super::super::names::{camel, quoted};
use super::super::source::Source;
use super::memory::TypeFunctions;
use super::words::{Width, member};
use crate::plan::TypeKind;

impl TypeFunctions<'_> {
    /// Element type of a list with its size and alignment.
    fn element(&self, list: usize, width: Width) -> (usize, u32, u32) {
        let TypeKind::List { element } = *self.kind(list) else { unreachable!("only lists have elements") };
        let (size, align) = self.layout(element, width);
        (element, size, align)
    }

    pub(super) fn read_list_function(&mut self, name: &str, list: usize, width: Width, out: &mut Source) {
        let (element, size, align) = self.element(list, width);
        out.block(format_args!("const {name} = (cx, address, length) => {{"), "};", |out| {
            out.line(format_args!("{}(cx, address, length, {size}, {align});", self.import("checkList")));
            out.line("const { view: v } = cx.memory;");
            out.line("const list = new Array(length);");
            let value = self.load(element, "at", 0, width);
            out.block(
                format_args!("for (let i = 0, at = address; i < length; i++, at += {size}) {{"),
                "}",
                |out| out.line(format_args!("list[i] = {value};")),
            );
            out.line("return list;");
        });
    }

    pub(super) fn write_list_function(&mut self, name: &str, list: usize, width: Width, out: &mut Source) {
        let (element, size, align) = self.element(list, width);
        out.block(format_args!("const {name} = (cx, value) => {{"), "};", |out| {
            out.line(format_args!("const list = {}(value);", self.import("arrayLike")));
            // Reading an element may run code that changes the list, for which there is no memory then.
            out.line("const length = list.length >>> 0;");
            out.line(format_args!(
                "const address = {}(cx, length, {size}, {align});",
                self.import("allocateList")
            ));
            match self.kind(element) {
                TypeKind::Record { .. } => self.store_records(element, size, width, out),
                _ => {
                    let store = self.store(element, "x", "at", 0, width);
                    let next = each_element(size);
                    out.block(next, "}", |out| {
                        out.line("const x = list[i];");
                        out.line(store);
                    });
                }
            }
            out.line("cx.storedLength = length;");
            out.line("return address;");
        });
    }

    /// The loop that stores the records of `list`. `in` throws where something is no object, and functions are objects
    /// too. What is wrong is found out behind the loop: engines make a loop twice as fast that calls nothing.
    fn store_records(&mut self, record: usize, size: u32, width: Width, out: &mut Source) {
        let TypeKind::Record { fields } = self.kind(record) else { unreachable!("the element is a record") };
        let offsets = self.offsets(fields.iter().map(|f| f.ty), width);
        let view = if self.reallocates[record] { "cx.memory.view" } else { "v" };
        if view == "v" {
            out.line("const { view: v } = cx.memory;");
        }
        let mut required = Vec::new();
        out.line("let i = 0;");
        out.block("try {", "} catch (error) {", |out| {
            out.block(format_args!("for (let at = address; i < length; i++, at += {size}) {{"), "}", |out| {
                out.line("const x = list[i];");
                for (n, (field, offset)) in fields.iter().zip(offsets).enumerate() {
                    let key = camel(&field.name);
                    if n == 0 {
                        out.line(format_args!(
                            "void ({} in x); // throws where x is no object",
                            quoted(&key)
                        ));
                    }
                    out.line(format_args!("const f{n} = {};", member("x", &key)));
                    if !self.may_be_missing(field.ty) {
                        out.line(format_args!("if (f{n} === undefined) break;"));
                        required.push(key);
                    }
                    out.line(self.store_through(view, field.ty, &format!("f{n}"), "at", offset, width));
                }
            });
        });
        let reason = self.import("reasonFor");
        out.indented(|out| out.line(format_args!("throw {reason}(list[i], error);")));
        out.line("}");
        if !required.is_empty() {
            let lacking = self.import("lacking");
            let keys = super::values::string_array(&required);
            out.line(format_args!("if (i < length) {lacking}(list[i], {keys});"));
        }
    }
}

/// The typed array that a list of this element is in JavaScript, if any.
pub(super) fn typed_array(element: &TypeKind) -> Option<&'static str> {
    Some(match element {
        TypeKind::S8 => "Int8Array",
        TypeKind::U8 => "Uint8Array",
        TypeKind::S16 => "Int16Array",
        TypeKind::U16 => "Uint16Array",
        TypeKind::S32 => "Int32Array",
        TypeKind::U32 => "Uint32Array",
        TypeKind::S64 => "BigInt64Array",
        TypeKind::U64 => "BigUint64Array",
        TypeKind::F32 => "Float32Array",
        TypeKind::F64 => "Float64Array",
        _ => return None,
    })
}

/// The head of a loop over `list`, whose elements go to `at`.
fn each_element(size: u32) -> String {
    format!("for (let i = 0, at = address; i < length; i++, at += {size}) {{")
}
