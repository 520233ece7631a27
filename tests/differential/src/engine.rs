//! The engine that cases run on: Wasmtime.

use crate::case::{Case, Expected, IN_POST_RETURN};
use crate::compare::{Outcome, message_of};
use crate::draw::Signature;
use crate::model::{Fault, PtrType, Ty};
use wasmtime::Config;
use wasmtime::component::{Component, ComponentNamedList, Lift, Lower};
pub(crate) use wasmtime::component::{Instance, InstancePre, Linker, TypedFunc};
pub(crate) use wasmtime::{Engine, Error, Store};

/// The bit of a length that marks UTF-16 in `latin1+utf16`, where lengths have 64 bits. The specification says 63
/// (`utf16_tag`), Wasmtime 48 does as with 32.
pub(crate) const UTF16_TAG_64: u64 = 1 << 31;

/// What a function takes.
pub(crate) trait Params: ComponentNamedList + Lower {}
impl<T: ComponentNamedList + Lower> Params for T {}

/// What a function gives.
pub(crate) trait Results: ComponentNamedList + Lift + 'static {}
impl<T: ComponentNamedList + Lift + 'static> Results for T {}

pub(crate) fn new() -> Result<Engine, Error> {
    let mut config = Config::new();
    config
        // For context slots.
        .wasm_component_model_async(true)
        .wasm_component_model_threading(true)
        .wasm_component_model_map(true)
        .wasm_component_model_memory64(true)
        .wasm_component_model_fixed_length_lists(true)
        .wasm_memory64(true)
        .wasm_multi_memory(true)
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}

/// Compiles a component in text form.
pub(crate) fn compile(engine: &Engine, text: &str) -> Result<Component, Error> {
    let bytes = wat::parse_str(text).map_err(|error| Error::msg(format!("{error}")))?;
    Component::new(engine, bytes)
}

/// Pairs of reasons that may be given for the same trap: what the model says, and what Wasmtime says. The
/// specification gives no reasons; where several things are wrong, another order of checks shows another one.
const OTHER_REASONS: [(Fault, Fault, &str); 5] = [
    (Fault::StringBounds, Fault::Unaligned, "allows longer strings, so that their alignment is looked at"),
    (Fault::ListBounds, Fault::Unaligned, "allows longer lists, so that their alignment is looked at"),
    (Fault::StringBounds, Fault::Utf16, "decodes beyond what is ASCII before it asks for more memory"),
    (Fault::WrongHandleType, Fault::HandleLent, "looks at lends before it looks at the type"),
    (Fault::HandleLent, Fault::OwnFromBorrow, "looks at ownership before it looks at lends"),
];

/// Why a component cannot be built, if that is known and tolerated.
pub(crate) fn excuse_for_failure(signature: &Signature, error: &Error) -> Option<&'static str> {
    let error = format!("{error:#}");
    if error.contains("unsupported context.get type: I64") {
        return Some("has context slots of 32 bits only");
    }
    let has_wide_memory =
        [signature.caller, signature.callee].iter().any(|side| side.ptr_type == PtrType::I64);
    let mut types = signature.params.iter().chain(&signature.result);
    let is_known = error.contains("type mismatch: expected i64, found i32")
        && has_wide_memory
        && types.any(has_map_or_fixed_list);
    is_known.then_some("its adapters for maps and fixed-length lists are invalid where memories have 64 bits")
}

fn has_map_or_fixed_list(ty: &Ty) -> bool {
    match ty {
        Ty::Map(..) | Ty::FixedList(..) => true,
        Ty::List(t) | Ty::Option(t) => has_map_or_fixed_list(t),
        Ty::Record(ts) | Ty::Tuple(ts) => ts.iter().any(has_map_or_fixed_list),
        Ty::Variant(cases) => cases.iter().flatten().any(has_map_or_fixed_list),
        Ty::Result(ok, err) => [ok, err].into_iter().flatten().any(|t| has_map_or_fixed_list(t)),
        Ty::Bool | Ty::S8 | Ty::U8 | Ty::S16 | Ty::U16 | Ty::S32 | Ty::U32 | Ty::S64 | Ty::U64 => false,
        Ty::F32 | Ty::F64 | Ty::Char | Ty::String | Ty::Enum(_) | Ty::Flags(_) => false,
        Ty::Own(_) | Ty::Borrow(_) => false,
    }
}

/// Why an outcome differs from the model's, if that is known and tolerated. Other reasons for a trap are, at the same
/// side of the call.
pub(crate) fn excuse_for_outcome(case: &Case, outcome: &Outcome) -> Option<&'static str> {
    let &Expected::Traps { fault, is_called: expected } = &case.expected else {
        return None;
    };
    if fault == Fault::CannotLeave && expected && case.callee.leave_at == Some(IN_POST_RETURN) {
        return Some("lets post-return leave its instance");
    }
    let Outcome::Trapped { message, is_called } = outcome else {
        return None;
    };
    let known = OTHER_REASONS
        .iter()
        .find(|(model, other, _)| *model == fault && message.contains(message_of(*other)))?;
    (expected == *is_called).then_some(known.2)
}
