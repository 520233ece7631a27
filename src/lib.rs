//! corefuse turns a WebAssembly component into what any core engine can run: its core modules, generated fused
//! adapter modules for the calls between the components inside it, and a JSON instantiation plan.
//!
//! ```
//! # fn main() -> anyhow::Result<()> {
//! let component = corefuse::component::from_text_or_binary(b"(component)")?;
//! let bundle = corefuse::build(&component, &corefuse::BuildOptions::default())?;
//! assert_eq!(bundle.files.keys().collect::<Vec<_>>(), ["component.plan.json"]);
//! # Ok(())
//! # }
//! ```
//!
//! [`build`] is the pipeline; each stage is a module with one function and one product, see `ARCHITECTURE.md`.
//! Errors that are not about invalid input can be downcast to the types in [`error`].

pub mod abi;
pub mod component;
pub mod dfg;
pub mod error;
pub mod fact;
#[cfg(feature = "host")]
pub mod host;
pub mod id;
pub mod intern;
pub mod plan;
pub mod write;

use anyhow::Result;
use component::Component;
use plan::BundleName;
use write::Bundle;

/// How to build.
#[derive(Default)]
pub struct BuildOptions {
    /// Name of the bundle, which all file names begin with.
    pub name: BundleName,
    /// Whether to write JavaScript and TypeScript for the component, and which.
    pub bindings: Option<write::bindings::Options>,
    /// Called when a stage begins.
    pub progress: Option<Box<dyn Fn(Stage)>>,
}

impl BuildOptions {
    fn begin(&self, stage: Stage) {
        if let Some(progress) = &self.progress {
            progress(stage);
        }
    }
}

/// A stage of [`build`] that can take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// [`component::read`]
    Read,
    /// [`dfg::inline`]
    Inline,
    /// [`fact::fuse`]
    Fuse,
    /// [`plan::linearise`]
    Linearise,
}

/// Builds the bundle of `input`, a component in the binary format
/// ([`component::from_text_or_binary`] assembles text). Guest modules in the bundle are slices of `input`.
///
/// # Errors
/// The input is not valid, or it is refused ([`error::Unsupported`], [`error::LimitExceeded`]).
pub fn build<'a>(input: &'a [u8], options: &BuildOptions) -> Result<Bundle<'a>> {
    options.begin(Stage::Read);
    build_component(component::read(input)?, options)
}

/// Builds the bundle of a component that was read: what [`build`] does from the second stage on.
///
/// # Errors
/// The component is refused ([`error::Unsupported`], [`error::LimitExceeded`]).
pub fn build_component<'a>(component: Component<'a>, options: &BuildOptions) -> Result<Bundle<'a>> {
    options.begin(Stage::Inline);
    let dfg = dfg::inline(&component)?;
    drop(component);
    options.begin(Stage::Fuse);
    let fused = fact::fuse(&dfg)?;
    options.begin(Stage::Linearise);
    let linearised = plan::linearise(&dfg, &fused, &options.name)?;
    write::bundle(&dfg, fused, linearised, options.bindings.as_ref())
}
