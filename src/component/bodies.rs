//! Function bodies: validated on all cores, and searched for instructions that not every engine has.
//!
//! The search costs nothing where there is nothing to find. A body is first validated with the baseline only. If
//! that fails it is validated again with everything accepted, which decides whether it is valid, and its
//! instructions are listed. What was found is then allowed in the module's other bodies from the start.

use super::StaticModuleId;
use super::features::{ACCEPTED, EngineFeature, EngineFeatures};
use crate::id::IdVec;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, ValidatorResources, WasmFeatures,
};

/// Bytes of function bodies below which starting threads takes longer than it saves.
const PARALLEL_BYTES: u64 = 256 * 1024;
/// Bytes of function bodies that a thread takes from the queue at once.
const CHUNK_BYTES: u64 = 64 * 1024;

/// A function body to be validated.
pub(super) struct Function<'a> {
    /// The module it belongs to.
    pub(super) module: StaticModuleId,
    /// What the validator needs to know of that module.
    pub(super) func: FuncToValidate<ValidatorResources>,
    /// The body.
    pub(super) body: FunctionBody<'a>,
}

impl Function<'_> {
    fn bytes(&self) -> u64 {
        let range = self.body.range();
        range.end - range.start
    }
}

/// Why a function body is not valid, and which it is.
pub(super) struct InvalidBody {
    /// The module it belongs to.
    pub(super) module: StaticModuleId,
    /// Its position among the functions of that module.
    pub(super) function: u32,
    /// What is wrong, with the offset.
    pub(super) error: wasmparser::Error,
}

/// Features found in each module's bodies so far, as bits, shared by all threads.
type Found = IdVec<StaticModuleId, AtomicU32>;

/// Validates all `functions`, which are in the order of the input, and returns for each of `modules` modules which
/// engine features its bodies use. The error is that of the first invalid body.
pub(super) fn validate(
    functions: Vec<Function<'_>>,
    modules: usize,
) -> Result<IdVec<StaticModuleId, EngineFeatures>, InvalidBody> {
    let found: Found = (0..modules).map(|_| AtomicU32::new(0)).collect();
    let total: u64 = functions.iter().map(Function::bytes).sum();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores == 1 || total < PARALLEL_BYTES {
        validate_chunk(functions, &found)?;
    } else {
        validate_in_parallel(functions, &found, cores)?;
    }
    Ok(found.values().map(|bits| EngineFeatures::from_bits(bits.load(Ordering::Relaxed))).collect())
}

/// Lets `cores` threads work off a queue of chunks. The first error in the order of the input wins, so that the
/// same input always gives the same error.
fn validate_in_parallel(
    functions: Vec<Function<'_>>,
    found: &Found,
    cores: usize,
) -> Result<(), InvalidBody> {
    let queue = Mutex::new(functions.into_iter());
    let next_chunk = || {
        let mut queue = queue.lock().expect("no thread panics while it takes a chunk");
        let mut bytes = 0;
        let mut chunk = Vec::new();
        while bytes < CHUNK_BYTES {
            let Some(function) = queue.next() else { break };
            bytes += function.bytes();
            chunk.push(function);
        }
        chunk
    };
    let work = || {
        let mut first: Option<InvalidBody> = None;
        loop {
            let chunk = next_chunk();
            if chunk.is_empty() {
                return first;
            }
            // Later chunks of the same thread lie behind, so their errors cannot come first.
            if first.is_none() {
                first = validate_chunk(chunk, found).err();
            }
        }
    };
    let errors = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut errors: Vec<_> = work().into_iter().collect();
        for thread in threads {
            match thread.join() {
                Ok(error) => errors.extend(error),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        errors
    });
    match errors.into_iter().min_by_key(|invalid| invalid.error.offset()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn validate_chunk(functions: Vec<Function<'_>>, found: &Found) -> Result<(), InvalidBody> {
    let mut allocations = FuncValidatorAllocations::default();
    for function in functions {
        let module = function.module;
        validate_body(&function, &found[module], &mut allocations).map_err(|error| InvalidBody {
            module,
            function: function.func.index,
            error,
        })?;
    }
    Ok(())
}

/// Validates a body, and adds to `found` what it needs.
fn validate_body(
    function: &Function<'_>,
    found: &AtomicU32,
    allocations: &mut FuncValidatorAllocations,
) -> wasmparser::Result<()> {
    let mut features = EngineFeatures::from_bits(found.load(Ordering::Relaxed));
    let mut listed = false;
    loop {
        let known = features;
        let Err(error) = validate_with(function, baseline().union(known.flags()), allocations) else { break };
        if !listed {
            validate_with(function, ACCEPTED, allocations)?;
            features.add_all(features_of_body(&function.body)?);
            listed = true;
        }
        // Types of locals and blocks may need a feature that no instruction shows.
        let missing = error.missing_wasm_feature().unwrap_or(WasmFeatures::empty());
        let by_type = EngineFeature::ALL.iter().find(|f| !f.flag().is_empty() && f.flag() == missing);
        by_type.into_iter().for_each(|&f| features.add(f));
        if features == known {
            break;
        }
    }
    found.fetch_or(features.bits(), Ordering::Relaxed);
    Ok(())
}

fn validate_with(
    function: &Function<'_>,
    features: WasmFeatures,
    allocations: &mut FuncValidatorAllocations,
) -> wasmparser::Result<()> {
    let FuncToValidate { ref resources, index, ty, .. } = function.func;
    let func = FuncToValidate { resources: resources.clone(), index, ty, features };
    let mut validator = func.into_validator(std::mem::take(allocations));
    let result = validator.validate(&function.body);
    *allocations = validator.into_allocations();
    result
}

/// What is accepted, less what is searched for.
fn baseline() -> WasmFeatures {
    EngineFeature::ALL.iter().fold(ACCEPTED, |features, f| features.difference(f.flag()))
}

fn features_of_body(body: &FunctionBody<'_>) -> wasmparser::Result<EngineFeatures> {
    let mut features = EngineFeatures::default();
    for op in body.get_operators_reader()? {
        if let Some(feature) = operator_feature(&op?) {
            features.add(feature);
        }
    }
    Ok(features)
}

/// The engine feature an instruction needs beyond the baseline.
pub(super) fn operator_feature(op: &Operator<'_>) -> Option<EngineFeature> {
    macro_rules! by_proposal {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match op {
                $(Operator::$op { .. } => by_proposal!(of $proposal),)*
                // Newer than the list above can only be what the validator does not accept.
                _ => None,
            }
        };
        (of exceptions) => { Some(EngineFeature::Exceptions) };
        (of function_references) => { Some(EngineFeature::FunctionReferences) };
        (of gc) => { Some(EngineFeature::Gc) };
        (of legacy_exceptions) => { Some(EngineFeature::LegacyExceptions) };
        (of relaxed_simd) => { Some(EngineFeature::RelaxedSimd) };
        (of threads) => { Some(EngineFeature::Threads) };
        (of wide_arithmetic) => { Some(EngineFeature::WideArithmetic) };
        // Baseline, or not accepted by the validator.
        (of $other:ident) => { None };
    }
    wasmparser::for_each_operator!(by_proposal)
}
