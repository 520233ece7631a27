//! The Rust host, through its public interface: components in text form are compiled, instantiated and called.

mod limits;
mod linking;
mod plans;
mod resources;
mod support;
mod traps;
mod values;
mod wasi;
