//! The engine that cases run on: the Rust host.

use crate::case::Case;
use crate::compare::Outcome;
use crate::draw::Signature;
pub(crate) use corefuse::host::{
    Engine, Error, Instance, InstancePre, LiftList as Results, Linker, LowerList as Params, Store, TypedFunc,
};

/// The bit of a length that marks UTF-16 in `latin1+utf16`, where lengths have 64 bits.
pub(crate) const UTF16_TAG_64: u64 = 1 << 63;

/// Compiles a component in text form.
pub(crate) fn compile(engine: &Engine, text: &str) -> Result<corefuse::host::Component, Error> {
    corefuse::host::Component::new(engine, text)
}

/// Why a component cannot be built, if that is known and tolerated.
pub(crate) fn excuse_for_failure(_: &Signature, _: &Error) -> Option<&'static str> {
    None
}

/// Why an outcome differs from the model's, if that is known and tolerated.
pub(crate) fn excuse_for_outcome(_: &Case, _: &Outcome) -> Option<&'static str> {
    None
}
