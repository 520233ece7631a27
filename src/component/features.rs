//! What input is accepted, and which engine features a core module needs.
//!
//! Three tables. [`ACCEPTED`] is what the validator allows: more than corefuse builds, so that what is invalid is
//! told from what is only not built. `REFUSED` gives names to what the validator turned away because it is off.
//! [`EngineFeature`] is what a module may need beyond the baseline that every engine has (SIMD, bulk memory,
//! reference types, tail calls, multi-value, mutable globals).

use super::place::Place;
use crate::error::{Feature, Unsupported};
use wasmparser::WasmFeatures;

/// Features the validator accepts.
///
/// `CM_NESTED_NAMES` is not among them: with it, names of the official test suite are decided wrongly.
/// `CM_VALUES` is, only so that invalid uses of values are reported as such and valid ones refused by name.
pub const ACCEPTED: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::THREADS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::COMPACT_IMPORTS)
    .union(WasmFeatures::COMPONENT_MODEL)
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT)
    .union(WasmFeatures::CM_FIXED_LENGTH_LISTS)
    .union(WasmFeatures::CM_MAP)
    .union(WasmFeatures::CM64)
    .union(WasmFeatures::CM_IMPLEMENTS)
    .union(WasmFeatures::CM_VALUES);

/// Features the validator does not accept, but that have a name in the table of refusals.
const REFUSED: &[(WasmFeatures, Feature)] = &[
    (WasmFeatures::CM_GC, Feature::Gc),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, Feature::SharedThreads),
    (WasmFeatures::CM_FORWARD, Feature::Forward),
    (WasmFeatures::CM_ACCESSORS, Feature::Accessors),
    (WasmFeatures::CM_CANON_NAMES, Feature::CanonNames),
    (WasmFeatures::STACK_SWITCHING, Feature::StackSwitching),
    (WasmFeatures::CUSTOM_PAGE_SIZES, Feature::CustomPageSizes),
];

/// Turns a validation error at `place` into a refusal by name where the reason is a feature of the table.
pub(super) fn refuse(error: wasmparser::Error, place: Place) -> anyhow::Error {
    let missing = error.missing_wasm_feature();
    match REFUSED.iter().find(|(flag, _)| missing == Some(*flag)) {
        Some((_, feature)) => {
            let (item, offset) = (feature.name(), error.offset());
            Unsupported { feature: *feature, item, offset, path: place.component }.into()
        }
        None => {
            let error = anyhow::Error::from(error);
            let error = if place.is_all() { error } else { error.context(format!("in {place}")) };
            error.context("the component is not valid")
        }
    }
}

/// Declares [`EngineFeature`] from one table: variant, name, and the validator's flag where one exists.
macro_rules! engine_features {
    ($($(#[$doc:meta])* $variant:ident: $name:literal, $flag:expr;)*) => {
        /// Something a core module needs that not every engine has.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EngineFeature {
            $($(#[$doc])* $variant,)*
        }

        impl EngineFeature {
            /// All features, sorted by name.
            pub const ALL: &[EngineFeature] = &[$(EngineFeature::$variant),*];

            /// Name in plans.
            pub fn name(self) -> &'static str {
                match self { $(EngineFeature::$variant => $name,)* }
            }

            /// The validator's flag, where function bodies can use the feature unannounced by other sections.
            pub(super) fn flag(self) -> WasmFeatures {
                match self { $(EngineFeature::$variant => $flag,)* }
            }
        }
    };
}

engine_features! {
    /// The short encoding of imports that share a module name.
    CompactImports: "compact-imports", WasmFeatures::empty();
    /// `try_table`, `throw_ref`, tags, `exnref`.
    Exceptions: "exceptions", WasmFeatures::EXCEPTIONS;
    /// Arithmetic in constant expressions.
    ExtendedConst: "extended-const", WasmFeatures::empty();
    /// Typed function references, `call_ref`.
    FunctionReferences: "function-references", WasmFeatures::FUNCTION_REFERENCES;
    /// Structs, arrays, `i31`, casts, recursive type groups.
    Gc: "gc", WasmFeatures::GC;
    /// `try`, `catch`, `rethrow`, `delegate`.
    LegacyExceptions: "legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS;
    /// Memories with 64-bit addresses.
    Memory64: "memory64", WasmFeatures::empty();
    /// More than one memory.
    MultiMemory: "multi-memory", WasmFeatures::empty();
    /// Relaxed SIMD instructions.
    RelaxedSimd: "relaxed-simd", WasmFeatures::RELAXED_SIMD;
    /// Tables with 64-bit indices.
    Table64: "table64", WasmFeatures::empty();
    /// Shared memories and atomic instructions.
    Threads: "threads", WasmFeatures::THREADS;
    /// 128-bit arithmetic.
    WideArithmetic: "wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC;
}

/// A set of [`EngineFeature`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct EngineFeatures(u32);

impl EngineFeatures {
    /// The set with these bits.
    pub(super) fn from_bits(bits: u32) -> Self {
        EngineFeatures(bits)
    }

    /// The set as bits.
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// Adds a feature.
    pub(super) fn add(&mut self, feature: EngineFeature) {
        self.0 |= 1 << feature as u32;
    }

    /// Adds a feature if `condition` holds.
    pub(super) fn add_if(&mut self, condition: bool, feature: EngineFeature) {
        if condition {
            self.add(feature);
        }
    }

    /// Adds all features of another set.
    pub(super) fn add_all(&mut self, other: EngineFeatures) {
        self.0 |= other.0;
    }

    /// The features, sorted by name.
    pub(super) fn iter(self) -> impl Iterator<Item = EngineFeature> {
        EngineFeature::ALL.iter().copied().filter(move |&f| self.0 & (1 << f as u32) != 0)
    }

    /// Names, sorted.
    pub(super) fn names(self) -> Vec<&'static str> {
        self.iter().map(EngineFeature::name).collect()
    }

    /// The validator's flags for features that function bodies use.
    pub(super) fn flags(self) -> WasmFeatures {
        self.iter().fold(WasmFeatures::empty(), |flags, f| flags.union(f.flag()))
    }
}

#[cfg(test)]
mod tests {
    use super::EngineFeature;

    #[test]
    fn engine_features_are_sorted_by_name() {
        assert!(EngineFeature::ALL.is_sorted_by_key(|f| f.name()));
    }
}
