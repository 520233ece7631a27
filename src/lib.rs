//! corefuse turns a WebAssembly component into what any core engine can run: its core modules, generated fused
//! adapter modules for the calls between the components inside it, and a JSON instantiation plan.

pub mod abi;
pub mod component;
pub mod dfg;
pub mod error;
pub mod fact;
pub mod id;
pub mod intern;
pub mod plan;
pub mod write;
