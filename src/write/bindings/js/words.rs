//! The text of single accesses to memory and to objects: what is read and written as it is.

use super::super::names::property;
use crate::plan::TypeKind;

/// Width of the memory's pointers: an index into the plan's pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Width {
    W32,
    W64,
}

impl Width {
    /// Position in the plan's pairs.
    pub(super) fn index(self) -> usize {
        match self {
            Width::W32 => 0,
            Width::W64 => 1,
        }
    }

    /// Size of a pointer, in bytes.
    pub(super) fn bytes(self) -> u32 {
        match self {
            Width::W32 => 4,
            Width::W64 => 8,
        }
    }

    /// Ending of the names of functions that exist for both widths.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Width::W32 => "",
            Width::W64 => "w",
        }
    }
}

/// `x.key`, or `x['key']` where the key is no identifier.
pub(super) fn member(x: &str, key: &str) -> String {
    match property(key) {
        bare if bare == key => format!("{x}.{key}"),
        quoted => format!("{x}[{quoted}]"),
    }
}

/// `DataView` methods of types whose bytes are their value, with the arguments that follow.
pub(super) fn accessor(kind: &TypeKind) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match kind {
        TypeKind::S8 => ("getInt8", "setInt8", ""),
        TypeKind::U8 => ("getUint8", "setUint8", ""),
        TypeKind::S16 => ("getInt16", "setInt16", ", true"),
        TypeKind::U16 => ("getUint16", "setUint16", ", true"),
        TypeKind::S32 => ("getInt32", "setInt32", ", true"),
        TypeKind::U32 => ("getUint32", "setUint32", ", true"),
        TypeKind::S64 => ("getBigInt64", "setBigInt64", ", true"),
        TypeKind::U64 => ("getBigUint64", "setBigUint64", ", true"),
        TypeKind::F32 => ("getFloat32", "setFloat32", ", true"),
        TypeKind::F64 => ("getFloat64", "setFloat64", ", true"),
        _ => return None,
    })
}

pub(super) fn address(at: &str, offset: u32) -> String {
    if offset == 0 { at.to_string() } else { format!("{at} + {offset}") }
}

/// The word at `a`, or the next one: a pointer or length as the memory has it.
pub(super) fn word(a: &str, index: u32, width: Width) -> String {
    let a = address(a, index * width.bytes());
    match width {
        Width::W32 => format!("v.getUint32({a}, true)"),
        Width::W64 => format!("v.getBigUint64({a}, true)"),
    }
}

pub(super) fn number_word(a: &str, index: u32, width: Width) -> String {
    match width {
        Width::W32 => word(a, index, width),
        Width::W64 => format!("Number({})", word(a, index, width)),
    }
}

pub(super) fn store_pair(width: Width, narrow: &'static str, wide: &'static str) -> &'static str {
    match width {
        Width::W32 => narrow,
        Width::W64 => wide,
    }
}

/// Size in bytes of the discriminant of a variant with `cases` cases.
pub(super) fn discriminant_bytes(cases: usize) -> u32 {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

pub(super) fn discriminant_get(bytes: u32, at: &str) -> String {
    match bytes {
        1 => format!("v.getUint8({at})"),
        2 => format!("v.getUint16({at}, true)"),
        _ => format!("v.getUint32({at}, true)"),
    }
}

pub(super) fn discriminant_set(bytes: u32, at: &str, x: &str) -> String {
    match bytes {
        1 => format!("cx.memory.view.setUint8({at}, {x});"),
        2 => format!("cx.memory.view.setUint16({at}, {x}, true);"),
        _ => format!("cx.memory.view.setUint32({at}, {x}, true);"),
    }
}
