//! The specification as plain Rust, and random input for it: what adapters are compared with.

pub(crate) mod guest;
pub(crate) mod layout;
pub(crate) mod random;
mod string;
pub(crate) mod value;
