//! The runtime module: the state that adapters, guests and the host share, and the functions on it.
//!
//! It is generated for each graph and holds only what [`Needs`] asks for. It is the first core instance of a
//! plan, so that everything else can import from it; it imports nothing but what tells the host that one of
//! its resources was dropped. That keeps resource built-ins and handle transfers wasm-to-wasm.

pub mod names;

use super::Runtime;
use super::needs::Needs;
use crate::dfg::Dfg;

/// Emits the runtime module, or nothing where nothing needs one.
pub fn emit(_dfg: &Dfg<'_>, _needs: &Needs) -> Option<Runtime> {
    None
}
