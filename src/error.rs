//! Refusals by name: what a valid component may hold that corefuse does not build, and the limits it keeps.
//!
//! Every refusal comes from one of the two tables below, so that "what is not supported, why, and what can I do"
//! has one answer. Both errors travel inside `anyhow::Error` and can be downcast, which is how `corefuse check`
//! tells an invalid component from a valid one that cannot be built. Invalid input is reported with
//! `wasmparser`'s own error, whose message ends with the offset.

use std::fmt;

/// Declares [`Feature`] and its texts from one table.
macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident: $name:literal, $why:literal, $advice:literal;)*) => {
        /// Something a component may use that corefuse refuses.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Feature {
            $($(#[$doc])* $variant,)*
        }

        impl Feature {
            /// All features, in the order of the table.
            pub const ALL: &[Feature] = &[$(Feature::$variant),*];

            /// Name for people.
            pub fn name(self) -> &'static str {
                match self { $(Feature::$variant => $name,)* }
            }

            /// Why it is refused.
            pub fn why(self) -> &'static str {
                match self { $(Feature::$variant => $why,)* }
            }

            /// What the user can do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Feature::$variant => $advice,)* }
            }
        }
    };
}

features! {
    /// Value types as imports or exports, and the start section.
    Values: "component values",
        "the feature is gated in the specification and no toolchain produces it",
        "import or export a function that returns the value";
    /// Canonical options `gc` and `core-type`.
    Gc: "the GC canonical ABI",
        "the specification does not describe it yet",
        "lift and lower through a linear memory";
    /// A component among the imports or exports of the root.
    RootComponent: "components as imports or exports of the root",
        "a plan is one flat graph and cannot hold a component that the host instantiates",
        "compose the components into one before, for instance with `wac plug`";
    /// `shared-everything-threads` built-ins.
    SharedThreads: "shared-everything threads",
        "the proposal is at an early stage and no engine has it",
        "build the component without them";
    /// `stream.forward` and `future.forward`.
    Forward: "forwarding of streams and futures",
        "the feature is gated in the specification",
        "read from one end and write to the other";
    /// `[get]` and `[set]` in function names.
    Accessors: "accessor annotations",
        "the feature is gated in the specification",
        "use methods instead";
    /// `version-suffix` attributes of names.
    CanonNames: "canonical names with a version suffix",
        "the feature is gated in the specification",
        "put the whole version into the name";
    /// Continuations in core modules.
    StackSwitching: "stack switching in core modules",
        "no engine that corefuse targets has it",
        "build the core module without it";
    /// Memories with pages that are not 64 KiB.
    CustomPageSizes: "custom page sizes",
        "no engine that corefuse targets has them",
        "build the core module with pages of 64 KiB";
    /// Items of core modules or components that this version of corefuse has never heard of.
    Unknown: "a construct newer than this version of corefuse",
        "the parser knows it but corefuse does not",
        "update corefuse";
}

/// The input is valid as far as it was examined, but corefuse does not build it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// Which row of the table.
    pub feature: Feature,
    /// What in particular, such as `stream.new`; the feature's name where there is nothing more to say.
    pub item: &'static str,
    /// Where in the input, in bytes.
    pub offset: u64,
    /// The component instance or component it is in, such as `root/provider`.
    pub path: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unsupported { feature, item, offset, path } = self;
        write!(f, "unsupported: ")?;
        if *item == feature.name() {
            write!(f, "{item}")?;
        } else {
            write!(f, "`{item}` ({})", feature.name())?;
        }
        write!(f, " at offset {offset:#x} in component `{path}`: {}; {}", feature.why(), feature.advice())
    }
}

impl std::error::Error for Unsupported {}

/// Declares [`Limit`] and its texts from one table.
macro_rules! limits {
    ($($(#[$doc:meta])* $variant:ident: $max:literal, $what:literal, $advice:literal;)*) => {
        /// How far a small input may grow when it is inlined.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Limit {
            $($(#[$doc])* $variant,)*
        }

        impl Limit {
            /// All limits, in the order of the table.
            pub const ALL: &[Limit] = &[$(Limit::$variant),*];

            /// The largest number allowed.
            pub fn max(self) -> usize {
                match self { $(Limit::$variant => $max,)* }
            }

            /// What is counted.
            pub fn what(self) -> &'static str {
                match self { $(Limit::$variant => $what,)* }
            }

            /// Why the number can be so large, and what the user can do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Limit::$variant => $advice,)* }
            }
        }
    };
}

limits! {
    /// Component instances, the root included.
    Instances: 100_000, "component instances",
        "components that instantiate each other several times multiply; instantiate fewer of them";
    /// Core instances and definitions of resources.
    Effects: 100_000, "core instances and resource definitions",
        "components that instantiate each other several times multiply; instantiate fewer of them";
    /// Imports, items of imported instances included.
    Imports: 100_000, "imported items",
        "instances that hold each other several times multiply; import fewer of them";
    /// Exports, items of exported instances included.
    Exports: 100_000, "exported items",
        "instances that hold each other several times multiply; export fewer of them";
    /// Outer modules and components that nested components refer to, once for each component between.
    Captures: 1_000_000, "steps from outer aliases to what they refer to",
        "each alias is passed on through every component between; pass modules and components as arguments";
    /// Functions that move elements: one for each built-in that writes and each that reads the same type.
    Copiers: 10_000, "pairs of built-ins that write and read streams or futures of the same type",
        "they multiply; instantiate fewer components, or give each interface element types of its own";
    /// Definitions executed, and parts of types converted, over all instantiations.
    Steps: 2_000_000, "definitions and parts of types over all instantiations",
        "a large component that is instantiated often multiplies; instantiate it less often";
}

/// The component grows beyond a limit when it is inlined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitExceeded {
    /// Which row of the table.
    pub limit: Limit,
    /// Where in the input, in bytes.
    pub offset: u64,
    /// The component instance or component that was one too many, such as `root/provider`.
    pub path: String,
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LimitExceeded { limit, offset, path } = self;
        write!(
            f,
            "too large: more than {} {} at offset {offset:#x} in component `{path}`: {}",
            limit.max(),
            limit.what(),
            limit.advice(),
        )
    }
}

impl std::error::Error for LimitExceeded {}

#[cfg(test)]
mod tests {
    use super::{Feature, Limit, LimitExceeded, Unsupported};

    #[test]
    fn a_refusal_says_what_where_why_and_what_to_do() {
        let error = Unsupported {
            feature: Feature::Forward,
            item: "stream.forward",
            offset: 0x1f4,
            path: "root/a".to_string(),
        };
        assert_eq!(
            error.to_string(),
            "unsupported: `stream.forward` (forwarding of streams and futures) at offset 0x1f4 in component \
             `root/a`: the feature is gated in the specification; read from one end and write to the other"
        );
    }

    #[test]
    fn a_refusal_does_not_repeat_itself() {
        let error = Unsupported {
            feature: Feature::Values,
            item: Feature::Values.name(),
            offset: 8,
            path: "root".to_string(),
        };
        assert!(
            error
                .to_string()
                .starts_with("unsupported: component values at offset 0x8 in component `root`: ")
        );
    }

    #[test]
    fn errors_survive_anyhow() {
        let error = LimitExceeded { limit: Limit::Instances, offset: 1, path: "root".to_string() };
        let any = anyhow::Error::from(error.clone()).context("while inlining");
        assert_eq!(any.downcast_ref::<LimitExceeded>(), Some(&error));
        assert!(any.root_cause().to_string().contains("more than 100000 component instances"));
    }

    #[test]
    fn every_row_of_the_table_is_complete() {
        for feature in Feature::ALL {
            for text in [feature.name(), feature.why(), feature.advice()] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{feature:?}: {text}");
            }
        }
    }
}
