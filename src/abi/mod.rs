//! 0. The Canonical ABI's vocabulary: types, layout, flattening, options, built-ins, traps.
//!
//! This module depends on no stage; every stage speaks in its terms. The numbers below are those of
//! `CanonicalABI.md`; they are constants here because the specification has changed some of them before.

pub mod built_in;
pub mod flat;
pub mod layout;
pub mod options;
pub mod trap;
pub mod types;

pub use built_in::BuiltIn;
pub use flat::FlatType;
pub use layout::{Layout, PointerWidth, VariantShape};
pub use options::StringEncoding;
pub use trap::Trap;
pub use types::{FuncType, FuncTypeId, ResourceId, TypeDef, TypeId, Types};

/// Flat parameters a lift or a synchronous lower may have before they spill to memory (`MAX_FLAT_PARAMS`).
pub const MAX_FLAT_PARAMS: usize = 16;
/// Flat parameters an asynchronous lower may have before they spill to memory (`MAX_FLAT_ASYNC_PARAMS`).
pub const MAX_FLAT_ASYNC_PARAMS: usize = 4;
/// Flat results a synchronous lift or lower may have before they spill to memory (`MAX_FLAT_RESULTS`).
pub const MAX_FLAT_RESULTS: usize = 1;
/// Largest byte length of a string (`MAX_STRING_BYTE_LENGTH`).
pub const MAX_STRING_BYTES: u32 = (1 << 28) - 1;
/// Largest byte length of a list (`MAX_LIST_BYTE_LENGTH`).
pub const MAX_LIST_BYTES: u32 = (1 << 28) - 1;
