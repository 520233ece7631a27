//! 3. Fused adapters: from the graph to generated core modules.
//!
//! An adapter is a core function that takes a call in the caller's representation, translates the parameters
//! into the callee's, calls, and translates the results back. It is WebAssembly, not host code: that is what
//! makes a call between components cost nanoseconds, and lets an engine suspend a stack that contains one.
//!
//! `needs` finds out what the generated code needs at run time, `partition` decides which adapters share a
//! module, `runtime` emits the module that holds what they share (handle tables, may-leave flags, context slots,
//! trap globals), and the rest of this stage compiles the adapters.

mod adapter;
mod async_adapter;
mod blocking;
mod body;
mod borrows;
mod calls;
mod code;
pub mod copiers;
mod elide;
mod func;
mod imports;
mod leaving;
mod memory;
mod module;
pub mod needs;
pub mod partition;
mod place;
pub mod runtime;
mod signature;
pub mod tasks;
pub mod transcode;
mod translate;
mod word;

use crate::abi::FlatType;
use crate::abi::types::{ResourceId, TypeId};
use crate::dfg::{AdapterId, CoreDef, Dfg, InstanceId, TrampolineId};
use crate::id::{Id, IdVec, define_id};
use anyhow::Result;
use copiers::Copier;
use indexmap::IndexMap;
use needs::Needs;
use tasks::Tasks;

define_id! {
    /// A generated module of adapters.
    pub struct AdapterModuleId;
}

/// Generates everything that calls between the components of a graph need.
///
/// # Errors
/// If the graph breaks one of its own invariants.
pub fn fuse(dfg: &Dfg<'_>) -> Result<Fused> {
    let mut needs = Needs::of(dfg);
    let direct = elide::elide(dfg, &needs);
    let partition = partition::partition(dfg, |id| direct[id].is_none())?;

    let mut modules = IdVec::new();
    let mut placements: IndexMap<AdapterId, Placement> = IndexMap::new();
    let mut uses_trap_globals = false;
    for adapters in partition.values() {
        let (module, can_trap) = module::compile(dfg, &needs, adapters);
        debug_assert!(is_valid(&module), "generated modules are valid");
        uses_trap_globals |= can_trap;
        let id = modules.push(module);
        placements.extend(
            adapters.iter().map(|&adapter| {
                (adapter, Placement::Export { module: id, name: module::export_name(adapter) })
            }),
        );
    }
    let mut copiers = Vec::new();
    for (moment, group) in copiers::groups(dfg) {
        let (module, can_trap) = copiers::compile(dfg, &needs, &group);
        debug_assert!(is_valid(&module), "generated modules are valid");
        uses_trap_globals |= can_trap;
        let module = modules.push(module);
        copiers.extend(group.into_iter().map(|pairing| Copier {
            module,
            name: pairing.name(),
            pairing,
            moment,
        }));
    }
    needs.trap_globals |= uses_trap_globals;
    let adapters = direct
        .iter()
        .map(|(id, direct)| match direct {
            Some(def) => Placement::Direct(def.clone()),
            None => placements[&id].clone(),
        })
        .collect();
    Ok(Fused { runtime: runtime::emit(dfg, &needs), modules, adapters, copiers, tasks: needs.tasks })
}

/// Whether a call through an adapter has scopes for borrows.
pub fn is_scoped(dfg: &Dfg<'_>, adapter: AdapterId) -> bool {
    borrows::is_scoped(dfg, adapter)
}

/// Whether an engine with only the features that the module asks for accepts it.
fn is_valid(module: &GeneratedModule) -> bool {
    match wasmparser::Validator::new_with_features(features(&module.features)).validate_all(&module.wasm) {
        Ok(_) => true,
        Err(error) => panic!("{error}"),
    }
}

/// The baseline and these features, for validation.
fn features(names: &[&str]) -> wasmparser::WasmFeatures {
    use wasmparser::WasmFeatures;
    let baseline = WasmFeatures::WASM1
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::SIMD;
    names.iter().fold(baseline, |features, name| {
        features
            | match *name {
                "multi-memory" => WasmFeatures::MULTI_MEMORY,
                "memory64" => WasmFeatures::MEMORY64,
                "exceptions" => WasmFeatures::EXCEPTIONS,
                name => unreachable!("generated modules never need `{name}`"),
            }
    })
}

/// Everything this stage generates.
#[derive(Debug, Default)]
pub struct Fused {
    /// The runtime module, if anything needs one.
    pub runtime: Option<Runtime>,
    /// Modules of adapters; one may use another only if that comes before it.
    pub modules: IdVec<AdapterModuleId, GeneratedModule>,
    /// What each adapter of the graph became.
    pub adapters: IdVec<AdapterId, Placement>,
    /// What moves elements of streams and futures.
    pub copiers: Vec<Copier>,
    /// Which component instances have to do with tasks.
    pub tasks: Tasks,
}

/// What became of an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It would do nothing observable: callers get this core function itself.
    Direct(CoreDef),
    /// An export of a generated module.
    Export {
        /// The module.
        module: AdapterModuleId,
        /// Name of the export.
        name: String,
    },
}

/// A generated core module.
#[derive(Debug)]
pub struct GeneratedModule {
    /// The module, with a name section.
    pub wasm: Vec<u8>,
    /// Its imports in order.
    pub imports: Vec<GeneratedImport>,
    /// Engine features beyond the safe baseline that it needs, sorted.
    pub features: Vec<&'static str>,
}

/// An import of a generated module and what must be supplied for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedImport {
    /// First name.
    pub module: String,
    /// Second name.
    pub name: String,
    /// What to supply.
    pub source: ImportSource,
}

/// What to supply for an import of a generated module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ImportSource {
    /// A core item of the graph.
    Core(CoreDef),
    /// An export of the runtime module.
    Runtime(String),
    /// A host function `(rep)`, called when an owning handle of this host resource is dropped.
    DropHostResource(ResourceId),
    /// A function of the host's scheduler.
    Task(TaskFunction),
}

/// A function of the host's scheduler; [`crate::plan::Trampoline`] says what each does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskFunction {
    /// The host's part of a trampoline that may block, of the same signature: it does the call or says that it must
    /// wait.
    Try(TrampolineId),
    /// `()`: waits until the current thread can go on.
    Wait,
    /// `() -> result`: makes the thread that waited the current one again.
    Resumed(Option<FlatType>),
    /// A call of an asynchronous function through this adapter.
    StartCall(AdapterId),
    /// `(code)`: the current task's function returned this, as callbacks do.
    TaskCode,
    /// `()`: the current task's function returned.
    TaskExit,
    /// `()`: the current task's function returned its result, which is translated next.
    TaskCheck,
    /// `(result)`: the current task returned.
    TaskReturned(Option<FlatType>),
    /// `()`: a synchronous call into an instance begins, through the adapter or of a destructor.
    EnterSync(InstanceId, Option<AdapterId>),
    /// `()`: the synchronous call that began last ends.
    ExitSync,
    /// `(handle) -> handle`: passes a stream, future or error context on.
    Transfer {
        /// Its type.
        ty: TypeId,
        /// Who has it.
        from: InstanceId,
        /// Who gets it.
        to: InstanceId,
    },
}

impl TaskFunction {
    /// Name for the name section and imports; no two have the same.
    pub fn name(self) -> String {
        let with = |name: &str, ty: Option<FlatType>| match ty {
            Some(ty) => format!("{name} {}", ty.name()),
            None => name.to_string(),
        };
        match self {
            TaskFunction::Try(id) => format!("try{}", id.index()),
            TaskFunction::Wait => "wait".to_string(),
            TaskFunction::Resumed(ty) => with("resumed", ty),
            TaskFunction::StartCall(id) => format!("start a{}", id.index()),
            TaskFunction::TaskCode => "code".to_string(),
            TaskFunction::TaskExit => "exit".to_string(),
            TaskFunction::TaskCheck => "check".to_string(),
            TaskFunction::TaskReturned(ty) => with("returned", ty),
            TaskFunction::EnterSync(_, Some(id)) => format!("enter a{}", id.index()),
            TaskFunction::EnterSync(instance, None) => format!("enter i{}", instance.index()),
            TaskFunction::ExitSync => "leave".to_string(),
            TaskFunction::Transfer { ty, from, to } => {
                format!("transfer t{} i{} to i{}", ty.index(), from.index(), to.index())
            }
        }
    }
}

/// The runtime module and where hosts and guests find things in it.
#[derive(Debug)]
pub struct Runtime {
    /// The module.
    pub module: GeneratedModule,
    /// Which trampolines of the graph it provides, with the names of its exports for them.
    pub trampolines: IndexMap<TrampolineId, String>,
    /// What it holds for each component instance.
    pub instances: IdVec<InstanceId, InstanceRuntime>,
    /// Whether it has handle tables, and so exports the handle functions.
    pub has_handles: bool,
    /// Whether the tables hold other handles than those of resources, so that it exports the functions for those.
    pub has_async_handles: bool,
    /// Whether it exports the global by which the host tells that a call must wait.
    pub has_blocked: bool,
}

/// What the runtime module holds for a component instance; see [`crate::plan::Instance`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceRuntime {
    /// Export: the may-leave flag.
    pub may_leave: Option<String>,
    /// Exports: the two context slots.
    pub context: Option<[String; 2]>,
    /// Number of the handle table.
    pub table: Option<u32>,
}
