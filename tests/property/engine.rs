//! The engine that cases run on: the Rust host.

pub(crate) use corefuse::host::{
    Engine, Error, Instance, InstancePre, LiftList as Results, Linker, LowerList as Params, Store, TypedFunc,
};

/// The bit of a length that marks UTF-16 in `latin1+utf16`, where lengths have 64 bits.
pub(crate) const UTF16_TAG_64: u64 = 1 << 63;

/// Compiles a component in text form.
pub(crate) fn compile(engine: &Engine, text: &str) -> Result<corefuse::host::Component, Error> {
    corefuse::host::Component::new(engine, text)
}
