//! The Rust host, through its public interface: components in text form are compiled, instantiated and called.

mod support;
mod values;
